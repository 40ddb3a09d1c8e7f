"""Who is told what, in the transaction of what it is about: owners of each use, makers of what was taken from them."""

from typing import TYPE_CHECKING

from greenroom.domain.base import new_id, now
from greenroom.domain.clips import Publication
from greenroom.domain.consents import Likeness
from greenroom.domain.removals import Notice, NoticeKind, Removal
from greenroom.domain.reviews import Decision, Review, ReviewDecision
from greenroom.domain.verdicts import Outcome, Verdict
from ledger import accounts, briefs, likenesses, notices
from ledger.database import Reader, Writer

if TYPE_CHECKING:  # `handling` tells through this module
    from ops.stages.handling import Work

_SHOWN = 80  # characters of a prompt that a notice repeats


def tell_owners(tx: Writer, work: "Work", verdict: Verdict, publication: Publication | None = None) -> None:
    """Tell the owners of a brief's likenesses that it was published (an ancestor's owners too), or refused.

    Once for each brief, likeness and kind, however often it is judged; nobody is told of their own doing.
    """
    if publication is None and verdict.judgement.outcome is Outcome.ALLOW:
        return
    kind = NoticeKind.USED if publication is not None else NoticeKind.REFUSED
    told = {(one.kind, one.likeness) for one in notices.of_brief(tx, work.brief.id)}
    for likeness in _shown(tx, work, publication):
        if likeness.owner == work.requester.id or (kind, likeness.id) in told:
            continue
        notices.add(
            tx,
            Notice(
                id=new_id("no"),
                account=likeness.owner,
                kind=kind,
                likeness=likeness.id,
                brief=work.brief.id,
                clip=publication.clip if publication is not None else None,
                text=_use(likeness, work, verdict, published=publication is not None),
                recorded_at=now(),
            ),
        )


def tell_makers(tx: Writer, likeness: Likeness) -> None:
    """Tell everyone who made clips that rest on a likeness that they are gone with it: one notice a maker."""
    for maker, count in notices.makers_resting_on(tx, likeness.id).items():
        if maker != likeness.owner:
            clips = "1 clip of yours is" if count == 1 else f"{count} clips of yours are"
            text = f"@{likeness.handle} was withdrawn by its owner: {clips} no longer shown, and their media erased."
            _tell(tx, maker, NoticeKind.WITHDRAWN, text, likeness=likeness.id)


def tell_maker(tx: Writer, removal: Removal, brief_id: str) -> None:
    """Tell the maker of a clip that it was removed."""
    brief = briefs.by_id(tx, brief_id)
    if brief is not None and brief.requester != removal.by:
        cause = "a takedown request" if removal.takedown is not None else "the owner of a likeness in it"
        text = f"Your clip {removal.clip} was removed on the word of {cause}: {removal.reason or 'no reason given'}."
        _tell(tx, brief.requester, NoticeKind.REMOVED, text, brief=brief_id, clip=removal.clip)


def tell_decided(tx: Writer, review: Review, decision: ReviewDecision, *, shown: bool = False) -> None:
    """Tell the maker of a brief what a person decided on it; not who. `shown`: viewers may see its clip."""
    brief = briefs.by_id(tx, review.subject)
    if brief is None or brief.requester == decision.by:
        return
    about = brief.prompt if len(brief.prompt) <= _SHOWN else f"{brief.prompt[: _SHOWN - 1]}…"
    if decision.decision is Decision.APPROVE:
        text = f"A person looked at what held {brief.id}, and it {'stays published' if shown else 'goes on'}: {about}"
    else:
        rules = ", ".join(dict.fromkeys(rule.id for rule in review.rules))
        text = (
            f"A person looked at what held {brief.id} ({rules}), and denied it: {decision.reason.rstrip(' .')}. "
            f"{'Its clip is shown until an operator takes it down. ' if shown else ''}"
            f"You may object once to each rule (greenroom review appeal {brief.id} --rule RULE): {about}"
        )
    _tell(tx, brief.requester, NoticeKind.REVIEWED, text, brief=brief.id)


def _tell(
    tx: Writer,
    account: str,
    kind: NoticeKind,
    text: str,
    likeness: str | None = None,
    brief: str | None = None,
    clip: str | None = None,
) -> None:
    notice = Notice(
        id=new_id("no"),
        account=account,
        kind=kind,
        likeness=likeness,
        brief=brief,
        clip=clip,
        text=text,
        recorded_at=now(),
    )
    notices.add(tx, notice)


def _shown(tx: Reader, work: "Work", publication: Publication | None) -> tuple[Likeness, ...]:
    if publication is None:
        return tuple(one.likeness for one in work.enrolled if one.likeness is not None)
    rested = (likenesses.by_id(tx, one.likeness) for one in publication.rests_on)
    return tuple(one for one in rested if one is not None)


def _use(likeness: Likeness, work: "Work", verdict: Verdict, *, published: bool) -> str:
    prompt = work.brief.prompt if len(work.brief.prompt) <= _SHOWN else f"{work.brief.prompt[: _SHOWN - 1]}…"
    by = work.requester.name
    if published:
        named = likeness.handle in work.brief.likenesses
        return f"@{by} published a {'clip' if named else 'remix of a clip'} with @{likeness.handle}: {prompt}"
    judged = verdict.judgement
    rules = ", ".join(rule.id for rule in judged.rules) or "no rule"
    word = "refused" if judged.outcome is Outcome.DENY else "held"
    return f"@{by} asked for a clip with @{likeness.handle}, {word} at gate {judged.gate.value} ({rules}): {prompt}"


def names(tx: Reader, ids: set[str]) -> dict[str, str]:
    """Account names by id."""
    found = ((one, accounts.by_id(tx, one)) for one in ids)
    return {one: account.name if account is not None else one for one, account in found}
