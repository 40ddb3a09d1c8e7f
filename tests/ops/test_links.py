"""A link acts for one account and one purpose until it ends, and an altered one for nobody."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenroom.domain.consents import Account
from greenroom.errors import BadInput
from greenroom.settings import Settings
from ops.briefs import account
from ops.links import Purpose, make_link, read_link
from ops.studio import Studio, open_studio

HOUR = timedelta(hours=1)


def test_a_link_says_who_and_what_for(studio: Studio, owner: Account) -> None:
    for purpose in Purpose:
        found = read_link(studio, make_link(studio, owner, purpose, HOUR))
        assert (found.account, found.purpose) == (owner, purpose)


def test_a_link_ends(studio: Studio, owner: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    token = make_link(studio, owner, Purpose.MINE, HOUR)
    later = time.time() + HOUR.total_seconds() + 1
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(BadInput, match="ended at"):
        read_link(studio, token)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.data())
def test_no_altered_character_is_let_through(studio: Studio, owner: Account, data: st.DataObject) -> None:
    token = make_link(studio, owner, Purpose.ENROL, HOUR)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCz09-_.é ").filter(lambda one: one != token[place]))
    altered = token[:place] + other + token[place + 1 :]
    try:
        found = read_link(studio, altered)
    except BadInput:
        return
    # base64's last character has bits that no byte holds: another spelling of the very same link
    assert place in (token.index(".") - 1, len(token) - 1)
    assert found.account == owner


@pytest.mark.parametrize("token", ["", ".", "a.b", "....", "é.é", "{}.{}"])
def test_what_is_no_link_is_said_to_be_none(studio: Studio, token: str) -> None:
    with pytest.raises(BadInput, match="link"):
        read_link(studio, token)


def test_another_installations_link_is_nothing_here(studio: Studio, owner: Account, tmp_path: Path) -> None:
    with open_studio(Settings.load({}, home=tmp_path / "other")) as other:
        token = make_link(other, account(other, "ada"), Purpose.MINE, HOUR)
    with pytest.raises(BadInput, match="another installation"):
        read_link(studio, token)
