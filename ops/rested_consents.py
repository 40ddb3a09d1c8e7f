"""The consents that a clip rests on, as they stand now: held against the log, and against what came after them."""

from collections.abc import Iterator
from datetime import datetime

from greenroom.domain.base import now
from greenroom.domain.clips import Publication, RestsOn
from greenroom.domain.consents import Consent
from ledger import consents, likenesses
from ledger.database import Reader
from ledger.log import Kind
from ops.logged import Signed, logged
from ops.trace import TracedConsent
from ops.verifying.facts import ConsentFacts, ConsentTold


def consent_facts(tx: Reader, publication: Publication, signed: Signed) -> tuple[ConsentFacts, ...]:
    """Those that a clip rests on, and the other versions of them: its manifest may name one that was followed since."""
    return tuple(fact for rested in publication.rests_on for fact in _of_likeness(tx, rested, signed))


def _of_likeness(tx: Reader, rested: RestsOn, signed: Signed) -> Iterator[ConsentFacts]:
    likeness = likenesses.by_id(tx, rested.likeness)
    handle = f"@{likeness.handle}" if likeness is not None else "a likeness that is no longer in the ledger"
    try:
        versions = consents.versions(tx, rested.likeness)
    except ValueError:  # a row, or a document or moment in it, does not parse
        yield ConsentFacts(rests=True, reason=f"a record of the consent of {handle} cannot be read")
        return
    if rested.consent not in {one.id for one in versions}:
        yield ConsentFacts(rests=True, reason=f"the consent of {handle} is no longer in the ledger")
    for one in versions:
        leaf = consents.leaf(tx, one.id)
        if leaf is None:
            continue
        statement, rests, reason = consents.hash_by_row(tx, one.id), one.id == rested.consent, None
        if rests:
            what = f"the record of the consent of {handle} (version {one.version})"
            reason = logged(tx, signed, Kind.CONSENT, statement, leaf.index, what).reason
        yield ConsentFacts(rests=rests, receipt_sha256=statement, leaf=leaf.index, reason=reason)


def consent_told(tx: Reader, traced: TracedConsent) -> ConsentTold:
    """A consent as whoever asks where a clip comes from is told of it."""
    moment = now()
    consent = consents.by_id(tx, traced.consent)
    newest = consents.newest_version(tx, consent.likeness) if consent is not None else traced.version
    replaced = newest if newest > traced.version else None
    return ConsentTold(
        likeness=traced.likeness,
        version=traced.version,
        audience=traced.audience,
        given_at=traced.given_at,
        expires_at=traced.expires_at,
        ended=_ended(traced.expires_at, moment),
        replaced_by=replaced,
        replacement_ended=replaced is not None and consent is not None and _replacement_ended(tx, consent, moment),
    )


def _replacement_ended(tx: Reader, consent: Consent, moment: datetime) -> bool:
    try:
        found = consents.in_force(tx, consent.likeness)
    except ValueError:  # it cannot be read, which `consent_facts` tells
        return False
    return found is not None and _ended(found.expires_at, moment)


def _ended(expires_at: datetime | None, moment: datetime) -> bool:
    return expires_at is not None and moment >= expires_at
