"""The tables in `docs/` that are made from code: settings, commands, stages, gates and rules, warehouse tables.

`make docs` writes them between the markers `<!-- NAME -->` and `<!-- end -->`; a test fails when they differ.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from greenroom.settings import Settings
from moderation.policy import load_policy
from moderation.presentation import load_presentation_policy
from warehouse.tables import TABLES

_BLOCK = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def settings() -> str:
    """The settings table: variable, default, help."""
    variables = Settings.variables()
    rows = [
        (f"`{variables[name]}`", _default(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    return _table(("variable", "default", "what it is"), rows)


def commands() -> str:
    """Every command with its arguments and what it does."""
    from greenroom.cli.main import app

    rows = [(f"`greenroom {name}{_usage(one)}`", (one.help or "").split("\n")[0]) for name, one in _leaves(app)]
    return _table(("command", "what it does"), rows)


def stages() -> str:
    """The assets in the order a clip takes."""
    from pipelines.definitions import build_defs

    graph = build_defs().resolve_asset_graph()
    rows = []
    for key in graph.toposorted_asset_keys:
        node = graph.get(key)
        rows.append((f"`{key.to_user_string()}`", node.description or "", ", ".join(sorted(node.pools or ())) or "-"))
    return _table(("asset", "what it is", "pool"), rows)


def rules() -> str:
    """The policy: every rule, by gate."""
    policy = load_policy()
    rows = [
        (
            f"{rule.gate.value} {rule.gate.title}",
            f"`{rule.id}`",
            rule.action.value if rule.not_checked is None else "not checked",
            rule.sentence if rule.not_checked is None else f"{rule.sentence} {rule.not_checked}",
            ", ".join(f"{name} {value:g}" for name, value in rule.thresholds.items()) or "-",
        )
        for rule in policy.rules
    ]
    rows += [
        ("2 prompt, 6 safety", f"`{rule.id}`", rule.action.value, rule.sentence, "-") for rule in policy.text.rules
    ]
    return _table(("gate", "rule", "otherwise", "what it wants", "thresholds"), rows)


def tables() -> str:
    """The warehouse's tables and their columns."""
    rows = [(f"`{table.name}`", ", ".join(column.name for column in table.columns)) for table in TABLES]
    return _table(("table", "columns"), rows)


def steps() -> str:
    """The numbered steps of an enrolment, by kind, with their rules."""
    rows = [
        (
            f"{step.number} {step.name}",
            ", ".join(kind.value for kind in step.kinds),
            f"`{rule.id}`",
            rule.sentence,
            rule.wanted,
        )
        for step in load_presentation_policy().steps
        for rule in step.rules
    ]
    return _table(("step", "for", "rule", "what it wants", "passes at"), rows)


def storyboard_names() -> str:
    """The names a storyboard may use: the generator's own."""
    from greenroom.domain import storyboards
    from greenroom.domain.briefs import Style
    from ops.plan import known

    rows = [
        ("`place`", known.places()),
        ("`time_of_day`", tuple(storyboards.TimeOfDay)),
        ("`weather`", tuple(storyboards.Weather)),
        ("`style`", tuple(Style)),
        ("camera `framing`", tuple(storyboards.Framing)),
        ("camera `angle`", tuple(storyboards.Angle)),
        ("camera `move`", tuple(storyboards.CameraMove)),
        ("`transition`", tuple(storyboards.Transition)),
        ("actor `species`", known.species()),
        ("actor `build`", tuple(storyboards.Build)),
        ("garment `kind`", known.garments()),
        ("`voice`", known.voices()),
        ("action `verb`", known.offered_verbs()),
        ("prop `shape`", known.offered_shapes()),
        ("line `delivery`", tuple(storyboards.Delivery)),
        ("music `mood`", tuple(storyboards.Mood)),
        ("`colour`, `hair`", known.colours()),
    ]
    return _table(("field", "names"), [(field, ", ".join(names)) for field, names in rows])


BLOCKS: Mapping[str, Callable[[], str]] = {
    "steps": steps,
    "settings": settings,
    "commands": commands,
    "stages": stages,
    "rules": rules,
    "tables": tables,
    "storyboard_names": storyboard_names,
}


def renewed(text: str) -> str:
    """A document with the blocks it names made anew."""
    return _BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found[2]]()}{found[3]}", text)


def _leaves(root: TyperGroup) -> Iterator[tuple[str, TyperCommand]]:
    context = typer.Context(root)
    for name in sorted(root.list_commands(context)):
        command = root.get_command(context, name)
        inner = command.commands if isinstance(command, TyperGroup) else {"": command}
        for last, one in sorted(inner.items()):
            if isinstance(one, TyperCommand):
                yield f"{name} {last}".strip(), one


def _usage(command: TyperCommand) -> str:
    words = [(one.name or "").upper() for one in command.params if isinstance(one, TyperArgument)]
    words += [f"[{one.opts[0]}]" for one in command.params if isinstance(one, TyperOption) and one.opts[0] != "--help"]
    return "".join(f" {word}" for word in words)


def _default(value: object) -> str:
    return "-" if value in (None, "") else f"`{value}`"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in lines)


def main(folder: Path) -> None:
    """Renew every document of a folder, and the schema of storyboards."""
    from ops.plan.schema import written

    (folder / "storyboard.schema.json").write_text(written(), "utf-8")
    for path in sorted(folder.glob("*.md")):
        path.write_text(renewed(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
