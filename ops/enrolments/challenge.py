"""Challenges: what a recording must answer, so that no earlier one can."""

import secrets
from datetime import timedelta

from greenroom.domain.base import new_id, now
from greenroom.domain.consents import Account
from greenroom.domain.enrolments import Challenge, Direction
from greenroom.domain.reviews import Review, ReviewSubject
from greenroom.domain.verdicts import Rule
from greenroom.errors import BadInput, NotFound
from ledger import enrolments, reviews, verifications
from ledger.database import Reader
from models import phrases
from ops.studio import Studio

GOOD_FOR = timedelta(minutes=5)
MOVEMENTS = 3  # of four directions, no two alike in a row: with the words, too many to prepare recordings of all


def draw(studio: Studio, account: Account) -> Challenge:
    """Draw a challenge for one attempt of an account, good for five minutes.

    An account whose holder nobody verified is put before a person, so that the answer need not wait for it.
    """
    random = secrets.SystemRandom()
    directions: list[Direction] = []
    while len(directions) < MOVEMENTS:
        directions.append(random.choice([one for one in Direction if one not in directions[-1:]]))
    moment = now()
    challenge = Challenge(
        id=new_id("ch"),
        account=account.id,
        words=phrases.draw(random),
        directions=tuple(directions),
        expires_at=moment + GOOD_FOR,
        recorded_at=moment,
    )
    with studio.ledger.write() as tx:
        enrolments.add_challenge(tx, challenge)
        if verifications.of_account(tx, account.id) is None:
            reason = f"@{account.name} wants to enrol a person: is its holder who they say, and an adult?"
            rule = Rule(id="holder.verified", reason=reason)
            question = Review(
                id=new_id("rv"), kind=ReviewSubject.ACCOUNT, subject=account.id, rules=(rule,), recorded_at=moment
            )
            reviews.open_once(tx, question)
    return challenge


def answerable(tx: Reader, account: Account, challenge_id: str | None) -> Challenge:
    """The challenge that a recording of this account answers now: the one named, else the one drawn last.

    Raises `NotFound` for none, and `BadInput` for one of another account, used before, or run out.
    """
    if challenge_id is None:
        found = enrolments.newest_challenge(tx, account.id)
    else:
        found = enrolments.challenge(tx, challenge_id)
    if found is None:
        raise NotFound(f"there is no challenge {challenge_id or f'of @{account.name}'}", _DRAW)
    if found.account != account.id:
        raise BadInput(f"challenge {found.id} was drawn for another account than @{account.name}", _DRAW)
    if enrolments.answered(tx, found.id):
        raise BadInput(f"challenge {found.id} was answered before; each is good for one attempt", _DRAW)
    if now() >= found.expires_at:
        raise BadInput(f"challenge {found.id} ran out at {found.expires_at:%H:%M:%S} UTC", _DRAW)
    return found


_DRAW = "greenroom likeness challenge draws one."
