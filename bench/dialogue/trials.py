"""Trials of a check: how many answers were wrong, of how many, with a 95 % interval; as JSON lines and as a table."""

import json
import sys
from dataclasses import dataclass, field

from bench.safety.tables import Share


@dataclass(slots=True)
class Trials:
    """Answers by kind of trial, in the order the kinds came. `right`: how the kinds begin that are to pass."""

    title: str
    right: str = "right script"
    answers: dict[str, list[bool]] = field(default_factory=dict)

    def add(self, kind: str, accepted: bool) -> None:
        """One answer of the check."""
        self.answers.setdefault(kind, []).append(accepted)

    def errors(self, kind: str) -> Share:
        """False rejects of the right kind, false accepts of any other."""
        accepted = self.answers[kind]
        wrong = accepted.count(False) if kind.startswith(self.right) else accepted.count(True)
        return Share(wrong, len(accepted))

    def lines(self) -> None:
        """Print each kind as one JSON line."""
        for kind in self.answers:
            share, what = self.errors(kind), self._what(kind)
            low, high = share.interval or (0.0, 1.0)
            answer = {"name": f"{self.title}: {kind}", "ratio": round(share.value or 0.0, 3), what: share.stopped}
            answer |= {"trials": share.of, "low": round(low, 3), "high": round(high, 3)}
            sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()

    def table(self) -> str:
        """The kinds as a Markdown table."""
        rows = [f"**{self.title}**", "", "| trial | error | wrong | of | 95 % |", "|---|---|---|---|---|"]
        for kind in self.answers:
            share = self.errors(kind)
            low, high = share.interval or (0.0, 1.0)
            interval = f"{100 * low:.1f} to {100 * high:.1f} %"
            rows.append(f"| {kind} | {self._what(kind)} | {share.stopped} | {share.of} | {interval} |")
        return "\n".join(rows) + "\n"

    def _what(self, kind: str) -> str:
        return "false rejects" if kind.startswith(self.right) else "false accepts"
