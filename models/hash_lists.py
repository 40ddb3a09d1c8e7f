"""Lists of PDQ hashes of pictures that must not be shown, in the formats that hash exchanges hand them out in.

No weights. PDQ is Meta's ("The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019). A file is
one of, by its name: `.txt`, a hash a line, alone or after `pdq` (what python-threatexchange reads as a local file);
`.csv` with a column `signal_str` and, where the list mixes types, `signal_type` (what `threatexchange dataset -P --csv`
writes), or with a column `pdq` or `hash`; `.json` or `.jsonl`, objects with `signal_type` and `signal_str`, with `type`
HASH_PDQ and `indicator` (ThreatExchange's API, in `data`), or with `fingerprints` and in it `pdq` (as NCMEC's entries
have them). Signals of other types and entries of category NEGATIVE_CLASS, which say that a picture is harmless, are
left out.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import BadInput
from models.roles import Picture

SUFFIXES = (".txt", ".csv", ".json", ".jsonl")
BITS = 256
_WORDS = BITS // 64
_HASH = re.compile(r"[0-9a-fA-F]{64}")
_BLOCK = 65_536  # hashes compared at once: what the processor's cache holds
_ROW = tuple[int, Mapping[str, object]]  # line number and fields

Hash = NDArray[np.uint64]  # [4]
Hashes = NDArray[np.uint64]  # [N, 4]


@dataclass(frozen=True, slots=True)
class HashList:
    """One file's hashes, a row for each of their words. `lines`: where in the file each stands, to be looked up."""

    name: str
    words: NDArray[np.uint64]  # [4, N]
    lines: NDArray[np.int64]  # [N]

    def __len__(self) -> int:
        return len(self.lines)

    def nearest(self, one: Hash) -> tuple[int, int] | None:
        """Distance in bits of the nearest hash, and its line; None for an empty list. A million take some 10 ms."""
        best: tuple[int, int] | None = None
        for first in range(0, len(self), _BLOCK):
            apart = np.zeros(min(_BLOCK, len(self) - first), np.uint16)
            for row, word in zip(self.words, one, strict=True):
                apart += np.bitwise_count(row[first : first + _BLOCK] ^ word)
            place = int(apart.argmin())
            if best is None or int(apart[place]) < best[0]:
                best = int(apart[place]), int(self.lines[first + place])
        return best


def picture_hashes(picture: Picture) -> tuple[Hashes, int]:
    """The PDQ hashes of a picture, uint8[H, W, 3] RGB, as it is, turned by quarters and mirrored, uint64[8, 4].

    And the quality of the first, from 0 (flat) to 100. Some 40 ms at 854 x 480: each is hashed itself, for the hashes
    that PDQ derives from the first's differ by 20 to 40 bits from the turned pictures' own.
    """
    import pdqhash  # type: ignore[import-untyped, unused-ignore]

    packed, qualities = [], []
    for mirrored in (picture, picture[:, ::-1]):
        for quarters in range(4):
            bits, quality = pdqhash.compute(np.ascontiguousarray(np.rot90(mirrored, quarters)))
            packed.append(np.packbits(np.asarray(bits, np.uint8)).tobytes())
            qualities.append(int(quality))
    return _words(b"".join(packed)).reshape(-1, _WORDS), qualities[0]


def read_list(path: Path, name: str) -> HashList:
    """The list in a file. Raises `BadInput` that names the line which is no hash, or why the file cannot be read."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"the hash list {name} cannot be read: {error}", _REMEDY) from error
    lines, hashes = [], []
    for line, found in _signals(text, path.suffix.lower(), name):
        if not _HASH.fullmatch(found):
            fact = f"line {line} of the hash list {name} has {found[:80]!r}; 64 hexadecimal digits (PDQ) are wanted"
            raise BadInput(fact, _REMEDY)
        lines.append(line)
        hashes.append(bytes.fromhex(found))
    words = np.ascontiguousarray(_words(b"".join(hashes)).reshape(-1, _WORDS).T)
    return HashList(name, words, np.array(lines, np.int64))


_REMEDY = "Mend the line or fetch the list again: docs/safety.md says which formats are read."


def _words(packed: bytes) -> NDArray[np.uint64]:
    return np.frombuffer(packed, dtype=">u8").astype(np.uint64)


def _signals(text: str, suffix: str, name: str) -> Iterator[tuple[int, str]]:
    """Line number and hash, as written, of each signal that is PDQ."""
    if suffix == ".txt":
        for number, line in enumerate(text.splitlines(), 1):
            kind, _, rest = line.strip().rpartition(" ")
            if rest and not line.startswith("#") and kind.strip() in ("", "pdq"):
                yield number, rest
        return
    for number, row in _rows(text, suffix, name):
        if row.get("category") == "NEGATIVE_CLASS":
            continue
        found = _pdq(row)
        if found is None and not _other_type(row):
            fact = f"line {number} of the hash list {name} has no hash among {', '.join(map(str, row))[:120]}"
            raise BadInput(fact, _REMEDY)
        if found is not None:
            yield number, found


def _pdq(row: Mapping[str, object]) -> str | None:
    fingerprints = row.get("fingerprints")
    if isinstance(fingerprints, dict):
        inner = fingerprints.get("pdq")
        return None if inner is None else str(inner)
    if _type(row) not in (None, "pdq", "HASH_PDQ"):
        return None
    found = next((row[key] for key in ("signal_str", "signal", "indicator", "pdq", "hash") if row.get(key)), None)
    return None if found is None else str(found).strip()


def _other_type(row: Mapping[str, object]) -> bool:
    return isinstance(row.get("fingerprints"), dict) or _type(row) not in (None, "pdq", "HASH_PDQ")


def _type(row: Mapping[str, object]) -> object:
    return row.get("signal_type") or row.get("type")


def _rows(text: str, suffix: str, name: str) -> Iterator[_ROW]:
    if suffix == ".csv":
        reader = csv.DictReader(text.splitlines())
        for row in reader:
            yield reader.line_num, {str(key): value for key, value in row.items()}
        return
    if suffix == ".jsonl":
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield number, _object(_json(line, number, name), number, name)
        return
    yield from _elements(text, name)


def _elements(text: str, name: str) -> Iterator[_ROW]:
    """The objects of a JSON document's array (the document, or its `data`), each with the line it begins on."""
    whole = _json(text, 1, name)
    entries = whole.get("data") if isinstance(whole, dict) else whole
    if not isinstance(entries, list):
        raise BadInput(f'line 1 of the hash list {name} begins no array and no object with "data"', _REMEDY)
    decoder, at = json.JSONDecoder(), 0
    if isinstance(whole, dict):
        at = text.index('"data"') + len('"data"')
    at, line, counted = text.index("[", at) + 1, 1, 0
    for entry in entries:
        while text[at] in " \t\r\n,":
            at += 1
        line += text.count("\n", counted, at)
        counted = at
        yield line, _object(entry, line, name)
        at = decoder.raw_decode(text, at)[1]


def _json(text: str, first: int, name: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line = first + error.lineno - 1
        raise BadInput(f"line {line} of the hash list {name} is no JSON: {error.msg}", _REMEDY) from error


def _object(entry: object, line: int, name: str) -> Mapping[str, object]:
    if not isinstance(entry, dict):
        raise BadInput(f"line {line} of the hash list {name} is no object", _REMEDY)
    return {str(key): value for key, value in entry.items()}
