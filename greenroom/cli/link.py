"""Addresses of the pages that act for an account: printed for whoever runs the command to hand to its holder."""

from datetime import datetime

from greenroom.cli.output import answer
from greenroom.domain.base import Frozen, now
from greenroom.domain.consents import Account
from ops.links import GOOD_FOR, Purpose, make_link
from ops.studio import Studio


class HandedOut(Frozen):
    """The answer of `--link --json`."""

    address: str
    account: str
    until: datetime


def hand_out(studio: Studio, who: Account, purpose: Purpose, *, as_json: bool) -> None:
    """Print the address of a page that acts for an account, at the address `greenroom serve` listens on."""
    settings = studio.settings
    host = "127.0.0.1" if settings.feed_host in ("0.0.0.0", "::") else settings.feed_host  # noqa: S104  # no binding
    until = now() + GOOD_FOR[purpose]
    token = make_link(studio, who, purpose, GOOD_FOR[purpose])
    address = f"http://{host}:{settings.feed_port}/{purpose.value}/{token}"
    text = f"{address}\nacts for @{who.name} until {until:%H:%M} UTC: give it to nobody else."
    answer(HandedOut(address=address, account=who.name, until=until), text, as_json=as_json)
