"""Rows as the ledger hands them, made by hand: the warehouse knows no ledger."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = date(2026, 11, 1)
Handed = list[tuple[str, Sequence[dict[str, object]]]]
MakeRows = Callable[[int, int], Handed]
BLOB = {"sha256": "ab" * 32, "size": 3, "media_type": "image/png", "sealed_for": None}


def people() -> Handed:
    """An owner with a cat she consents to, at revisions 1 and 2."""
    first, second = stamp(1), stamp(2)
    return [
        ("accounts", [{"id": "ac-mia", "name": "mia", "roles": '["member"]', **first}]),
        ("log_leaves", [{"index": 0, "kind": "consent", "hash": "0a" * 32, **second}]),
        (
            "likenesses",
            [
                {
                    "id": "lk-tom", "handle": "tom", "kind": "pet", "species": "cat", "owner": "ac-mia",
                    "capture": json.dumps(BLOB), "reference": json.dumps(BLOB), **second,
                }
            ],
        ),
        (
            "consents",
            [
                {
                    "id": "co-1", "likeness": "lk-tom", "version": 1, "audience": "everyone",
                    "voice": False, "remix": True, "house": False, "never": '["violence"]', "restrictions": "[]",
                    "languages": "[]", "expires_at": None, "attested_by": "installation", "statement": "yes",
                    "salt": "00" * 16, "leaf": 0, "given_at": None, **second,
                }
            ],
        ),
    ]  # fmt: skip


def published(number: int, parent: int | None = None, likeness: bool = True) -> Handed:
    """Clip `number` (1, 2, ...) with all it needs, at revision 10 + number; a remix when it has a parent."""
    at = stamp(10 + number)
    brief, clip = f"br-{number:06}", f"clip{number:06}"
    take: dict[str, object] = {
        "generator": "previz", "model": "previz 1", "weights": None, "seed": number, "master": BLOB, "stems": {},
        "timing": {"lines": [], "sounds": []}, "passes": {}, "seconds": 5.0, "width": 854, "height": 480,
        "frames_per_second": 24, "frame_count": 120, "frames_sha256": "cd" * 32, "construction": {},
    }  # fmt: skip
    marked = {
        "clip": clip, "file": BLOB, "sidecar": BLOB, "captions": BLOB, "poster": BLOB, "manifest": f"urn:c2pa:{number}",
        "label": [{"frame": 0, "x": 1, "y": 1, "width": 9, "height": 9}], "prompt_salt": "11" * 16,
    }  # fmt: skip
    verdicts = [
        {
            "id": f"vd-{number:06}-{gate}", "brief": brief, "clip": clip, "gate": gate, "outcome": "allow",
            "rules": "[]", "evidence": "[]", "policy_version": 1, "inputs": "ef" * 32, "seconds": 0.5, **made(at),
        }
        for gate in range(1, 9)
    ]  # fmt: skip
    brief_row = {
        "id": brief, "batch": f"ba-{number:06}", "prompt": f"a cat “{number}”\n", "requester": "ac-mia",
        "likenesses": '["tom"]' if likeness else "[]", "parent": f"clip{parent:06}" if parent else None,
        "seconds": 5.0, "width": 854, "height": 480, "style": None, "language": None, "seed": number,
        "generator": "previz", "lane": "batch", "day": DAY, "storyboard": "null", **at,
    }  # fmt: skip
    edges = [{"child": clip, "parent": brief, "relation": "answers", **made(at)}]
    if parent:
        edges.append({"child": clip, "parent": f"clip{parent:06}", "relation": "remix_of", **made(at)})
    return [
        ("batches", [{"id": f"ba-{number:06}", "lane": "batch", "day": DAY, "requested_by": "ac-mia", **at}]),
        ("briefs", [brief_row]),
        ("clips", [{"id": clip, "brief": brief, **at}]),
        ("edges", edges),
        ("log_leaves", [{"index": number, "kind": "publication", "hash": "0b" * 32, **at}]),
        (
            "outputs",
            [
                {
                    "key": f"{number:060x}{tail}", "stage": stage, "brief": brief, "document": json.dumps(document),
                    "seconds": 1.5, **made(at),
                }
                for stage, document, tail in (("take", take, "aaaa"), ("marks", marked, "bbbb"))
            ],
        ),
        ("verdicts", verdicts),
        (
            "publications",
            [
                {
                    "id": f"pu-{number:06}", "clip": clip, "brief": brief, "marked": json.dumps(marked),
                    "verdicts": json.dumps([one["id"] for one in verdicts]), "verdicts_sha256": "12" * 32,
                    "policy_version": 1, "salt": "22" * 16, "run": "run-1", "leaf": number, **at,
                }
            ],
        ),
        (
            "publication_likenesses",
            [{"clip": clip, "position": 0, "likeness": "lk-tom", "consent": "co-1", **at}] if likeness else [],
        ),
    ]  # fmt: skip


def stamp(revision: int) -> dict[str, object]:
    """When and in which transaction a row was written."""
    return {"recorded_at": START + timedelta(seconds=revision), "revision": revision}


def made(at: dict[str, object]) -> dict[str, object]:
    """Which run and code made a row, and when."""
    return {"code_version": "1", "run": "run-1", **at}


@pytest.fixture(scope="session")
def rows() -> MakeRows:
    """`rows(first, last)`: the clips of these numbers, after their people when it begins with clip 1."""

    def several(first: int, last: int) -> Handed:
        found = people() if first == 1 else []
        return found + [part for number in range(first, last + 1) for part in published(number)]

    return several
