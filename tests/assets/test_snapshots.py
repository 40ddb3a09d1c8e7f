"""Rows that are not as expected are not put before readers; the check of their noun says so, and the run goes on."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.snapshots import snapshots
from greenroom.domain.base import now
from greenroom.domain.consents import Account
from greenroom.settings import Settings
from ledger import accounts, checkpoints
from ops.briefs import account
from ops.studio import Studio, open_studio
from ops.warehouse import snapshot
from warehouse.validation import Validator

PARTITION = dg.MultiPartitionKey({"day": now().date().isoformat(), "lane": "batch"})


@pytest.fixture(scope="module")
def validator() -> Iterator[Validator]:
    with Validator() as validator:
        yield validator


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(Settings.load({}, home=tmp_path)) as studio:
        yield studio


def checks(studio: Studio, validator: Validator) -> dict[str, bool]:
    """Whether the check of each noun passed, in a run that succeeded."""
    done = dg.materialize([snapshots], partition_key=PARTITION, resources={"studio": studio, "validator": validator})
    assert done.success
    assert len(done.asset_materializations_for_node("snapshots")) == 1
    return {one.check_name: one.passed for one in done.get_asset_check_evaluations()}


def shown(studio: Studio) -> int:
    with snapshot(studio) as opened:
        return opened.counts()["accounts"]


def test_new_rows_are_shown_and_the_head_is_signed(studio: Studio, validator: Validator) -> None:
    account(studio, "ada")
    found = checks(studio, validator)
    assert set(found.values()) == {True}
    assert shown(studio) == 1
    with studio.ledger.read() as tx:
        assert checkpoints.latest(tx) is not None
    # A run with nothing new finds what is there as good as it was.
    assert checks(studio, validator) == found


def test_rows_that_fail_a_check_are_kept_out_and_named(studio: Studio, validator: Validator) -> None:
    account(studio, "ada")
    checks(studio, validator)
    with studio.ledger.write() as tx:  # past the types, as an altered ledger would have it
        accounts.add(tx, Account.model_construct(id="ac_bad", name="No Handle!", recorded_at=now()))
    found = checks(studio, validator)
    assert {check for check, passed in found.items() if not passed} == {"people"}
    assert shown(studio) == 1


def test_a_validator_that_cannot_answer_is_no_pass(studio: Studio) -> None:
    account(studio, "ada")
    with Validator(("false",)) as broken:
        assert set(checks(studio, broken).values()) == {False}
