"""What an operator sees in Dagster beside a stage's materialization: counts, rules, and what became of each brief.

No picture of a clip is copied here, only links to the feed: Dagster's records know nothing of withdrawals, and a
poster among them would outlive the consent. The feed asks the ledger with each request.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import dagster as dg

from greenroom.domain.verdicts import Outcome
from greenroom.settings import Settings
from ops.stages.handling import Handled, Stage

Metadata = Mapping[str, dg.MetadataValue]
REFUSED_EARLIER = "refused earlier"
_ROWS = 200  # briefs shown by name; the ledger has them all
_POSTERS = 6
_COLUMNS = dg.TableSchema(
    columns=[
        dg.TableColumn("brief"),
        dg.TableColumn("clip"),
        dg.TableColumn("outcome"),
        dg.TableColumn("rules"),
        dg.TableColumn("seconds", "float"),
        dg.TableColumn("reused", "bool"),
    ]
)


def of_stage(stage: Stage, handled: Sequence[Handled], seconds: float) -> dict[str, dg.MetadataValue]:
    """Outcome counts, rules and timings of a stage, and a row for each brief."""
    outcomes = Counter(_outcome(one) for one in handled)
    rules = Counter(rule for one in handled for rule in one.rules)
    worked = [one.seconds for one in handled if one.outcome is not None and not one.reused]
    return {
        "gate": dg.MetadataValue.text(f"{stage.gate.value} {stage.gate.title}"),
        "briefs": dg.MetadataValue.int(len(handled)),
        **{f"outcome/{name}": dg.MetadataValue.int(count) for name, count in sorted(outcomes.items())},
        "reused": dg.MetadataValue.int(sum(one.reused for one in handled)),
        "rules": dg.MetadataValue.json(dict(rules.most_common())),
        "seconds": dg.MetadataValue.float(round(seconds, 3)),
        "seconds/longest": dg.MetadataValue.float(max(worked, default=0.0)),
        "by brief": dg.MetadataValue.table([_row(one) for one in handled[:_ROWS]], _COLUMNS),
    }


def of_clips(settings: Settings, handled: Sequence[Handled], durations: Mapping[str, float]) -> Metadata:
    """The published clips among them: how many seconds, and where each is watched. `durations`: seconds by clip."""
    clips = [one.clip for one in handled if one.clip in durations and one.outcome is Outcome.ALLOW]
    feed = f"http://{settings.feed_host}:{settings.feed_port}"
    links = [f"- [{clip}]({feed}/clips/{clip}), {durations[clip]:.1f} s" for clip in clips if clip]
    posters = [f"[![{clip}]({feed}/media/{clip}/poster.jpg)]({feed}/clips/{clip})" for clip in clips[:_POSTERS]]
    return {
        "published": dg.MetadataValue.int(len(clips)),
        "published/seconds": dg.MetadataValue.float(round(sum((durations[clip] for clip in clips if clip), 0.0), 2)),
        "feed": dg.MetadataValue.url(feed),
        "clips": dg.MetadataValue.md("\n".join(links[:_ROWS]) or "none"),
        "posters": dg.MetadataValue.md(" ".join(posters) or "none"),
    }


def _outcome(one: Handled) -> str:
    return one.outcome.value if one.outcome is not None else REFUSED_EARLIER


def _row(one: Handled) -> dg.TableRecord:
    return dg.TableRecord(
        {
            "brief": one.brief,
            "clip": one.clip or "",
            "outcome": _outcome(one),
            "rules": ", ".join(one.rules),
            "seconds": one.seconds,
            "reused": one.reused,
        }
    )
