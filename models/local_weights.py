"""A folder of a transformers model on this machine: is it whole, and which weights are these?

Nothing is downloaded and no pickle is read: a folder holds `config.json`, tokenizer files and `*.safetensors`, as
`save_pretrained` writes them.
"""

import hashlib
import json
from pathlib import Path

from greenroom.errors import ModelMissing

_HASHES: dict[tuple[str, int, int], str] = {}  # by path, size and time of change: reading 40 GB takes a minute
_LENGTH = 8  # bytes of a safetensors file that say how long its header is
_LONGEST_HEADER = 100_000_000  # bytes, the format's own bound


def require_whole(folder: Path, setting: str) -> tuple[Path, ...]:
    """The weight files, each of the length its own header says, and as many as the index names.

    Raises `ModelMissing` that says what is missing and which setting names the folder.
    """
    if not (folder / "config.json").is_file():
        fact = f"{folder} holds no transformers model (config.json)."
        raise ModelMissing(fact, f"Set {setting} to a folder as save_pretrained writes it.")
    remedy = f"Put the model into {folder} again, whole."
    index = folder / "model.safetensors.index.json"
    try:
        named = set(json.loads(index.read_text("utf-8"))["weight_map"].values()) if index.is_file() else set()
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ModelMissing(f"{index} cannot be read: {error}.", remedy) from error
    found = tuple(sorted(folder.glob("*.safetensors")))
    missing = sorted(str(name) for name in named - {one.name for one in found})
    if missing or not found:
        lacking = ", ".join(missing[:3]) or "any *.safetensors"
        raise ModelMissing(f"{folder} is half-downloaded: it lacks {lacking}.", remedy)
    for path in found:
        _require_length(path, remedy)
    return found


def _require_length(path: Path, remedy: str) -> None:
    """Source: the safetensors format: 8 bytes, the header's length; the header, JSON with each tensor's offsets."""
    try:
        size = path.stat().st_size
        with path.open("rb") as opened:
            length = int.from_bytes(opened.read(_LENGTH), "little")
            if size < _LENGTH or length > min(size, _LONGEST_HEADER):
                raise ModelMissing(f"{path.name} is half-downloaded: {size:,} bytes end in its header.", remedy)
            header = json.loads(opened.read(length))
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        wanted = _LENGTH + length + max(ends, default=0)
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise ModelMissing(f"{path.name} is no safetensors file: {error}.", remedy) from error
    if size != wanted:
        raise ModelMissing(f"{path.name} is half-downloaded: it has {size:,} bytes of {wanted:,}.", remedy)


def weights_hash(files: tuple[Path, ...]) -> str:
    """SHA-256 of the files' names and SHA-256, in order: another byte in any of them is another model."""
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path.name} {_hash(path)}\n".encode())
    return whole.hexdigest()


def _hash(path: Path) -> str:
    state = path.stat()
    key = (str(path), state.st_size, state.st_mtime_ns)
    if key not in _HASHES:
        with path.open("rb") as opened:
            _HASHES[key] = hashlib.file_digest(opened, "sha256").hexdigest()
    return _HASHES[key]
