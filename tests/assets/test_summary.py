"""What an operator sees of a stage's run, and that no picture of a clip is copied into Dagster's records."""

from pathlib import Path

import dagster as dg
import pytest

from assets import summary
from greenroom.domain.verdicts import Outcome
from greenroom.settings import Settings
from ops.stages.handling import Handled, Stage

PUBLISHED = Handled("br_1", Stage.PUBLICATION, Outcome.ALLOW, clip="cl_1", seconds=0.5)
AGAIN = Handled("br_2", Stage.PUBLICATION, Outcome.ALLOW, clip="cl_2", seconds=9.0, reused=True)
DENIED = Handled("br_3", Stage.PUBLICATION, Outcome.DENY, ("consent.withdrawn",), clip="cl_3", seconds=0.25)
EARLIER = Handled("br_4", Stage.PUBLICATION, None)
ALL = [PUBLISHED, AGAIN, DENIED, EARLIER]


def value(metadata: summary.Metadata, name: str) -> object:
    return metadata[name].value


def test_outcomes_are_counted_and_named_by_brief() -> None:
    shown = summary.of_stage(Stage.PUBLICATION, ALL, 1.23456)
    assert {name: one.value for name, one in shown.items() if name.startswith("outcome/")} == {
        "outcome/allow": 2,
        "outcome/deny": 1,
        "outcome/refused earlier": 1,
    }
    assert (value(shown, "briefs"), value(shown, "reused"), value(shown, "seconds")) == (4, 1, 1.235)
    assert value(shown, "rules") == {"consent.withdrawn": 1}
    assert value(shown, "seconds/longest") == 0.5  # work of this run, not of the one whose work was found
    table = shown["by brief"]
    assert isinstance(table, dg.TableMetadataValue)
    assert [(one.data["brief"], one.data["outcome"], one.data["rules"]) for one in table.records] == [
        ("br_1", "allow", ""),
        ("br_2", "allow", ""),
        ("br_3", "deny", "consent.withdrawn"),
        ("br_4", "refused earlier", ""),
    ]


@pytest.mark.parametrize("handled", [ALL, []])
def test_dagster_can_keep_what_is_shown(handled: list[Handled], tmp_path: Path) -> None:
    shown = {**summary.of_stage(Stage.TAKE, handled, 0.0), **summary.of_clips(Settings(), handled, {"cl_1": 4.0})}
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        instance.report_runless_asset_event(dg.AssetMaterialization("takes", metadata=shown))
        event = instance.get_latest_materialization_event(dg.AssetKey("takes"))
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata == shown


def test_clips_that_viewers_may_see_are_linked_and_not_copied() -> None:
    settings = Settings(feed_host="studio.example", feed_port=8080)
    shown = summary.of_clips(settings, ALL, {"cl_1": 4.0, "cl_3": 5.0})
    assert (value(shown, "published"), value(shown, "published/seconds")) == (1, 4.0)
    assert value(shown, "clips") == "- [cl_1](http://studio.example:8080/clips/cl_1), 4.0 s"
    assert "(http://studio.example:8080/media/cl_1/poster.jpg)" in str(value(shown, "posters"))
    assert "data:" not in str(shown)
