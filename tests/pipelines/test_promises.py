"""What is promised by a clock is done by Dagster alone: erased within minutes, an unanswered takedown fails loudly."""

from datetime import timedelta
from typing import TYPE_CHECKING

import dagster as dg

from greenroom.domain.base import now
from greenroom.domain.removals import Takedown
from greenroom.domain.reviews import Review, ReviewSubject
from ledger import reviews, takedowns
from ops.likenesses import withdraw
from ops.studio import Studio
from pipelines.definitions import build_defs
from pipelines.promises import ERASE, open_promises
from tests.ops.taking_back.conftest import Stock

if TYPE_CHECKING:
    from collections.abc import Sequence


def asked(studio: Studio, instance: dg.DagsterInstance) -> "Sequence[dg.RunRequest]":
    context = dg.build_sensor_context(instance=instance, resources={"studio": studio}, definitions=build_defs())
    answer = open_promises(context)
    return [answer] if isinstance(answer, dg.RunRequest) else []


def swept(studio: Studio, instance: dg.DagsterInstance) -> dict[str, bool]:
    """One run of the job: its checks, by name."""
    job = build_defs({"studio": dg.ResourceDefinition.hardcoded_resource(studio)}).resolve_job_def(ERASE)
    done = job.execute_in_process(instance=instance)
    return {one.check_name: one.passed for one in done.get_asset_check_evaluations()}


def test_a_withdrawal_is_swept_without_anyone_asking(studio: Studio, instance: dg.DagsterInstance) -> None:
    stock = Stock(studio)
    ada = stock.account("ada")
    shown = stock.published(stock.account("bob"), stock.likeness("tom", ada))
    assert asked(studio, instance) == []
    withdraw(studio, "tom", ada, "")
    (request,) = asked(studio, instance)
    assert request.run_key == asked(studio, instance)[0].run_key, "asked twice in five minutes, it is one run"
    assert swept(studio, instance) == {"erased_within_the_hour": True, "takedowns_answered_in_48_hours": True}
    assert not studio.store.has(shown.marked.file)
    assert asked(studio, instance) == []


def test_an_overdue_takedown_fails_its_check_every_hour(studio: Studio, instance: dg.DagsterInstance) -> None:
    stock = Stock(studio)
    clip = stock.published(stock.account("bob"))
    past = now() - timedelta(hours=49)
    takedown = Takedown(id="td-1", clip=clip.clip, reason="mine", due_at=past + timedelta(hours=48), recorded_at=past)
    review = Review(
        id="rv-1", kind=ReviewSubject.TAKEDOWN, subject=takedown.id, due_at=takedown.due_at, recorded_at=past
    )
    with studio.ledger.write() as tx:
        takedowns.add(tx, takedown)
        reviews.open_once(tx, review)
    (request,) = asked(studio, instance)
    assert "td-1" in str(request.run_key)
    assert swept(studio, instance) == {"erased_within_the_hour": True, "takedowns_answered_in_48_hours": False}
