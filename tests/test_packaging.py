"""The root packages are ours alone, and importing the pipelines loads nothing heavy."""

import subprocess
import sys
from importlib.metadata import packages_distributions

OURS = ("greenroom", "ledger", "warehouse", "moderation", "models", "ops", "assets", "pipelines", "feed")


def test_no_installed_distribution_owns_one_of_our_names() -> None:
    owners = packages_distributions()
    assert {name: set(owners.get(name, [])) - {"greenroom"} for name in OURS} == {name: set() for name in OURS}


def test_importing_the_pipelines_loads_no_model_code() -> None:
    heavy = ("torch", "great_expectations", "numba", "mujoco", "dlib", "nudenet", "scipy")
    script = f"import pipelines, sys; print(sorted(set({heavy!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
