"""`python -m bench.safety.curve [DOCUMENT]`: the learned judgement on briefs of writers that taught it nothing.

One writer after the other is left out, and their briefs are weighed with what the others taught: by their words, and
where these leave it unsure by what they mean. A JSON line for each pair of thresholds, then one for each part at those
of the policy; with a document, the parts go between its markers. Each brief is weighed as one text here, where gate 2
weighs the parts of a doubtful one too.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.safety.regression import Values, calibrated
from bench.safety.sets import Labelled
from bench.safety.tables import Share
from bench.safety.train import Learnt, embedded, everything, left_out, regression, unseen
from greenroom.domain.verdicts import Outcome
from moderation.learned import harmless_limit, liftable
from moderation.policy import load_policy

HOLDS = tuple(round(0.4 + 0.05 * step, 2) for step in range(11))
HARMLESS = tuple(round(0.2 + 0.05 * step, 2) for step in range(11))
_MARKED = re.compile(r"(<!-- learned: python -m bench\.safety\.curve -->\n).*?(<!-- end of learned -->)", re.S)

Stopped = NDArray[np.bool_]
Part = tuple[str, dict[str, Share]]


def main() -> None:
    """Measure, print, and write the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("document", nargs="?", type=Path, help="where the table goes, between its markers")
    document = asked.parse_args().document
    judged = weighed(everything())
    measured = tuple(parts(judged))
    for line in curve(judged):
        sys.stdout.write(json.dumps(line) + "\n")
    for part in measured:
        sys.stdout.write(json.dumps({"part": part[0], **{name: share.value for name, share in part[1].items()}}) + "\n")
    if document is not None:
        document.write_text(placed(measured, document.read_text("utf-8")), "utf-8")


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of each brief before thresholds are chosen: arrays of one value a brief."""

    labelled: tuple[Labelled, ...]
    chance: Values  # that it must be stopped, by what writers other than its own taught
    spoke: Stopped  # a rule did
    hard: Stopped  # one that is never lifted did
    named: Stopped  # one that the policy denies and lets be weighed did
    fresh: Stopped  # no rule was tuned on its writer

    @property
    def wanted(self) -> Stopped:
        return np.array([one.refuse for one in self.labelled])

    def stopped(self, holds: float, harmless: float, denied: float) -> Stopped:
        """Whether each is stopped with these thresholds."""
        limit = np.where(self.named, min(harmless, denied), harmless)
        lifted = ~self.hard & (self.chance <= limit)
        return np.asarray(np.where(self.spoke, ~lifted, self.chance >= holds), dtype=np.bool_)


def weighed(learnt: Learnt) -> Judged:
    """The briefs weighed by what the writers other than their own taught. Raises `ModelMissing`."""
    policy = load_policy()
    of = [[name[2:] for name in features if name.startswith("r:")] for features in learnt.features]
    known = [[name for name in names if policy.action(name) is not Outcome.ALLOW] for names in of]
    hard = np.array([any(not liftable(name, policy) for name in names) for names in known])
    fresh = unseen(learnt.labelled)
    by_words, by_meaning = _chance(learnt, fresh), _chance(embedded(learnt), fresh)
    low, high = (policy.threshold("text.learned", name) for name in ("unsure_from", "unsure_to"))
    return Judged(
        labelled=learnt.labelled,
        chance=np.where((by_words > low) & (by_words < high), by_meaning, by_words),
        spoke=np.array([bool(names) for names in known]),
        hard=hard,
        named=np.array([harmless_limit(names, policy) != harmless_limit((), policy) for names in known]),
        fresh=fresh,
    )


def parts(judged: Judged) -> Iterator[Part]:
    """Each part of the briefs of unseen writers, with recall and over-refusal of the rules alone and weighed.

    The writers whose briefs the rules were tuned on, and those of everyday prompts, are parts of their own, and in no
    other.
    """
    policy = load_policy()
    thresholds = (policy.threshold("text.learned", name) for name in ("probability", "harmless", "harmless_denied"))
    stopped = judged.stopped(*thresholds)
    everyone = np.ones_like(judged.fresh)
    named: list[tuple[str, Stopped]] = [("all unseen", judged.fresh)]
    for of, among in (
        ([f"writer {one.writer}" for one in judged.labelled], everyone),
        ([one.category for one in judged.labelled], judged.fresh),
        ([one.language for one in judged.labelled], judged.fresh),
        ([one.evasion or "no disguise" for one in judged.labelled], judged.fresh),
    ):
        named += [(name, among & np.array([one == name for one in of])) for name in sorted(set(of))]
    for name, own in named:
        if own.any():
            shares = {
                f"{what} {figure}": share
                for what, by in (("rules", judged.spoke), ("weighed", stopped))
                for figure, share in _shares(by, judged.wanted, own).items()
            }
            yield name, shares


def curve(judged: Judged) -> Iterator[dict[str, float | None]]:
    """What each pair of thresholds would do with the briefs of unseen writers."""
    denied = load_policy().threshold("text.learned", "harmless_denied")
    for harmless in HARMLESS:
        for holds in HOLDS:
            shares = _shares(judged.stopped(holds, harmless, denied), judged.wanted, judged.fresh)
            yield {"probability": holds, "harmless": harmless, **{name: one.value for name, one in shares.items()}}


def placed(measured: tuple[Part, ...], document: str) -> str:
    """The document with the table between its markers; ValueError when it has none."""
    if not _MARKED.search(document):
        raise ValueError("the document has no markers for what python -m bench.safety.curve measures")
    names = tuple(measured[0][1])
    rows = [f"| part | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    rows += [f"| {name} | {' | '.join(shares[one].told() for one in names)} |" for name, shares in measured]
    return _MARKED.sub(lambda match: f"{match[1]}{chr(10).join(rows)}\n{match[2]}", document)


def _chance(learnt: Learnt, fresh: Stopped) -> Values:
    sums = left_out(learnt, regression(learnt))
    slope, offset = calibrated(sums[fresh], learnt.stopped[fresh])
    return np.asarray(1 / (1 + np.exp(-(slope * sums + offset))))


def _shares(stopped: Stopped, wanted: Stopped, own: Stopped) -> dict[str, Share]:
    harmful, fine = own & wanted, own & ~wanted
    return {
        "recall": Share(int(stopped[harmful].sum()), int(harmful.sum())),
        "over-refusal": Share(int(stopped[fine].sum()), int(fine.sum())),
    }


if __name__ == "__main__":
    main()
