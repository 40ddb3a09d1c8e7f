"""`python -m bench.safety.curve [DOCUMENT]`: the learned judgement on briefs of writers that taught it nothing.

One writer after the other is left out, and their briefs are weighed with what the others taught. A JSON line for each
pair of thresholds, then one for each part at those of the policy; with a document, the parts go between its markers.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.safety.logistic import Values, calibrated
from bench.safety.tables import Share
from bench.safety.train import TUNED, Learnt, everything, left_out
from greenroom.domain.verdicts import Outcome
from moderation.learned import liftable
from moderation.policy import Policy, load_policy

HOLDS = tuple(round(0.3 + 0.05 * step, 2) for step in range(14))
HARMLESS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
_MARKED = re.compile(r"(<!-- learned: python -m bench\.safety\.curve -->\n).*?(<!-- end of learned -->)", re.S)

Stopped = NDArray[np.bool_]


def main() -> None:
    """Measure, print, and write the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("document", nargs="?", type=Path, help="where the table goes, between its markers")
    document = asked.parse_args().document
    measured = tuple(parts(learnt := everything(), left_out(learnt)))
    for line in curve(learnt, left_out(learnt)):
        sys.stdout.write(json.dumps(line) + "\n")
    for part in measured:
        sys.stdout.write(json.dumps({"part": part[0], **{name: share.value for name, share in part[1].items()}}) + "\n")
    if document is not None:
        document.write_text(placed(measured, document.read_text("utf-8")), "utf-8")


Part = tuple[str, dict[str, Share]]


def parts(learnt: Learnt, unseen: Values) -> Iterator[Part]:
    """Each part of the briefs of unseen writers, with recall and over-refusal of the rules alone and weighed.

    The writers whose briefs the rules were tuned on are parts of their own, and in no other.
    """
    policy = load_policy()
    chance, spoke, hard, fresh = _judged(learnt, unseen, policy)
    holds, harmless = (policy.threshold("text.learned", name) for name in ("probability", "harmless"))
    stopped = _stopped(chance, spoke, hard, holds, harmless)
    everyone = np.ones_like(fresh)
    named: list[tuple[str, Stopped]] = [("all unseen", fresh)]
    for of, among in (
        ([f"writer {one.writer}" for one in learnt.labelled], everyone),
        ([one.category for one in learnt.labelled], fresh),
        ([one.language for one in learnt.labelled], fresh),
    ):
        named += [(name, among & np.array([one == name for one in of])) for name in sorted(set(of))]
    for name, own in named:
        if own.any():
            shares = {
                f"{what} {figure}": share
                for what, by in (("rules", spoke), ("weighed", stopped))
                for figure, share in _shares(by, learnt.stopped, own).items()
            }
            yield name, shares


def curve(learnt: Learnt, unseen: Values) -> Iterator[dict[str, float | None]]:
    """What each pair of thresholds would do with the briefs of unseen writers."""
    chance, spoke, hard, fresh = _judged(learnt, unseen, load_policy())
    for harmless in HARMLESS:
        for holds in HOLDS:
            shares = _shares(_stopped(chance, spoke, hard, holds, harmless), learnt.stopped, fresh)
            yield {"probability": holds, "harmless": harmless, **{name: one.value for name, one in shares.items()}}


def placed(measured: tuple[Part, ...], document: str) -> str:
    """The document with the table between its markers; ValueError when it has none."""
    if not _MARKED.search(document):
        raise ValueError("the document has no markers for what python -m bench.safety.curve measures")
    names = tuple(measured[0][1])
    rows = [f"| part | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    rows += [f"| {name} | {' | '.join(shares[one].told() for one in names)} |" for name, shares in measured]
    return _MARKED.sub(lambda match: f"{match[1]}{chr(10).join(rows)}\n{match[2]}", document)


def _judged(learnt: Learnt, unseen: Values, policy: Policy) -> tuple[Values, Stopped, Stopped, Stopped]:
    """The chance of each brief, whether a rule spoke, whether one that is never lifted did, and if it is unseen."""
    fresh = np.array([one.writer not in TUNED for one in learnt.labelled])
    slope, offset = calibrated(unseen[fresh], learnt.stopped[fresh])
    spoke, hard = _rules(learnt, policy)
    return 1 / (1 + np.exp(-(slope * unseen + offset))), spoke, hard, fresh


def _rules(learnt: Learnt, policy: Policy) -> tuple[Stopped, Stopped]:
    """For each brief whether a rule spoke, and whether one did that is never lifted."""
    of = [[name[2:] for name in features if name.startswith("r:")] for features in learnt.features]
    known = [[name for name in names if policy.action(name) is not Outcome.ALLOW] for names in of]
    spoke = np.array([bool(names) for names in known])
    return spoke, np.array([any(not liftable(name, policy) for name in names) for names in known])


def _stopped(chance: Values, spoke: Stopped, hard: Stopped, holds: float, harmless: float) -> Stopped:
    return np.asarray(hard | (spoke & (chance > harmless)) | (~spoke & (chance >= holds)), dtype=np.bool_)


def _shares(stopped: Stopped, wanted: Stopped, own: Stopped) -> dict[str, Share]:
    harmful, fine = own & wanted, own & ~wanted
    return {
        "recall": Share(int(stopped[harmful].sum()), int(harmful.sum())),
        "over-refusal": Share(int(stopped[fine].sum()), int(fine.sum())),
    }


if __name__ == "__main__":
    main()
