"""What was found, held against what the ledger knows: the marks, what disagrees, and whether the file is verified.

Belongs here: the rules, as sentences that say the fact and what it means. Asking and reading are done by now.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from models.fingerprints_sound import SAME_RECORDING
from ops.credentials.reading import CredentialsReport, State
from ops.label import FOUND
from ops.verifying import dates
from ops.verifying.facts import ClipFacts, LogFacts, Origin, Published
from ops.verifying.found import Contents, Ended, Found, Held, Sought, Why
from ops.verifying.recorded import otherwise, unproved
from ops.verifying.report import Check, InvisibleReport, MarkRead, MarkReport, Source, VerifyReport
from ops.verifying.resemblance import SAME
from ops.verifying.resolving import Claim, Resolved
from ops.verifying.sounding import OTHER_SOUND

# The file says that it is the published one; from all others a copy is followed back.
AS_PUBLISHED = (Source.BYTES, Source.CREDENTIALS, Source.MANIFEST)
_PART = 0.2  # share of a film that shows, or sounds, something else from which it is more than a cut or a slip
_TITLES = 0.5  # share that may be titles
_TELLING = 200  # pixels of a picture's shorter side, of which the label is eight high
_ENDED = {
    Why.TIME: "reading it took longer than a file may take",
    Why.MEMORY: "reading it took more memory than a file may take",
    Why.ANSWER: "it says more of itself than a file may say",
    Why.CRASHED: "it could not be read to its end",
}
NO_PATH = "without a clip's id nobody knows where its label should stand"


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a file is judged by. `held`, `origin` and `published` are None for a clip that viewers may not see."""

    file_sha256: str
    found: Found
    resolved: Resolved
    held: Held | None = None
    origin: Origin | None = None
    published: Published | None = None
    revoked: Mapping[str, datetime] = field(default_factory=dict)  # certificates, by serial number

    @property
    def credentials(self) -> CredentialsReport:
        unread = CredentialsReport(state=State.ABSENT, failures=(f"unread: {ended(self.found.ended)}",))
        return self.found.credentials or unread


def judge(evidence: Evidence) -> VerifyReport:
    """The report, but for its words."""
    main = evidence.resolved.main
    facts = main.facts if main is not None else None
    if main is not None and facts is not None and facts.withdrawn:
        return _withdrawn(evidence, main)
    visible = _visible(evidence)
    disagreements = tuple(dict.fromkeys(_disagreements(evidence, visible)))
    doubted = facts is not None and any(unproved(facts, evidence.credentials.manifest))
    return VerifyReport(
        verified=_verified(evidence, main) and not disagreements,
        clip=main.clip if main is not None else None,
        credentials=_told(evidence),
        invisible=_invisible(evidence),
        visible=visible,
        log=_log(evidence, facts),
        withdrawn=False if facts is not None else None,
        disagreements=disagreements,
        edited=None if facts is None or main is None else main.source is not Source.BYTES,
        edits=tuple(_edits(evidence)),
        resolved_by=main.source if main is not None else None,
        origin=None if doubted else evidence.origin,  # nothing is told of a record that was altered
        found_by_content=evidence.resolved.alike,
    )


def _told(evidence: Evidence) -> CredentialsReport:
    """The credentials; of those of a clip that was withdrawn, put into another's file, no more than their state."""
    lineage = evidence.credentials.lineage
    named = [one.facts for one in evidence.resolved.claims if lineage is not None and one.clip == lineage.clip]
    if any(facts is not None and facts.withdrawn for facts in named):
        return CredentialsReport(state=evidence.credentials.state, genuine=evidence.credentials.genuine)
    return evidence.credentials


def ended(how: Ended) -> str:
    """Why nothing more could be read, in words."""
    return _ENDED.get(how.why, "")


def _verified(evidence: Evidence, main: Claim | None) -> bool:
    """1 the ledger knows the clip. 2 trusted credentials are on these bytes, or the mark leads to a stored manifest
    that is. 3 the log has it. 4 a copy looks or sounds like the clip."""
    if main is None or main.facts is None:
        return False
    if main.source in (Source.BYTES, Source.CREDENTIALS):
        return evidence.credentials.state is State.TRUSTED
    if main.source not in (Source.PICTURE, Source.SOUND) or evidence.held is None:
        return False
    stored = evidence.held.credentials
    return stored is not None and stored.state is State.TRUSTED and _recognised(evidence, main)


def _recognised(evidence: Evidence, main: Claim) -> bool:
    """The picture shows what the clip shows; where the file has none, its sound is the clip's."""
    held, contents = evidence.held, evidence.found.contents
    if held is None or contents is None:
        return False
    if main.source is Source.SOUND and not contents.picture:
        return (held.sound_alike or 0.0) >= SAME_RECORDING
    return (held.picture_alike or 0.0) >= SAME


def _disagreements(evidence: Evidence, visible: MarkReport) -> Iterator[str]:
    main, credentials = evidence.resolved.main, evidence.credentials
    # 1. What the credentials say against themselves.
    if credentials.state is State.INVALID:
        yield from (f"credentials: {failure}" for failure in credentials.failures)
    yield from dates.disagreeing(credentials)
    yield from (f"ingredient: {failure}" for failure in credentials.ingredient_failures)
    yield from _revoked(evidence, credentials)
    lineage = credentials.lineage
    known = {one.clip for one in evidence.resolved.claims if one.facts is not None}
    if lineage is not None and lineage.clip in known and credentials.state is State.VALID:
        yield (
            f"credentials: they name clip {lineage.clip}, but {credentials.signer or 'somebody'} signed them, "
            "whom this installation does not trust"
        )
    # 2. What the marks say against each other.
    if main is not None:
        yield from _between(evidence.resolved.claims, main)
    # 3. What the ledger says otherwise.
    for claim in evidence.resolved.claims:
        if claim.facts is None:
            yield f"ledger: no published clip has the id {claim.clip}"
    if main is None or main.facts is None:
        return
    if lineage is not None and lineage.clip == main.clip:
        yield from otherwise(credentials, evidence.file_sha256, main.facts.of_file(credentials.manifest))
    yield from unproved(main.facts, credentials.manifest)
    # 4. What the published file says otherwise.
    if main.source in AS_PUBLISHED and visible.state is not Check.FOUND:  # one nobody could look for is none found
        yield f"label: {visible.reason}"
    yield from _against_published(evidence, main)


def _revoked(evidence: Evidence, credentials: CredentialsReport) -> Iterator[str]:
    """A certificate that was taken back signs nothing from then on; what the log had before stays signed."""
    when = evidence.revoked.get(credentials.serial or "")
    if when is None:
        return
    main, origin = evidence.resolved.main, evidence.origin
    facts = main.facts.of_file(credentials.manifest) if main is not None and main.facts is not None else None
    logged = facts is not None and facts.log is not None and facts.log.included
    shown_at = facts.shown_at if facts is not None else None  # of this file: another of the clip may be newer
    if logged and origin is not None and (shown_at or origin.published_at) < when:
        return
    yield f"credentials: the certificate that signed them was revoked on {when:%Y-%m-%d}"


def _between(claims: tuple[Claim, ...], main: Claim) -> Iterator[str]:
    for other in claims:
        if other.clip == main.clip:
            continue
        match main.source, other.source:
            case (_, Source.MANIFEST):
                means = "the manifest of one clip was put into a file of another"
            case (Source.PICTURE, Source.SOUND):
                means = "the sound of one was laid under the picture of the other"
            case (_, Source.PICTURE | Source.SOUND):
                means = "a mark was moved to another clip's file"
            case _:
                means = "they cannot both be right"
        yield f"marks: {_says(main)}, {_says(other)}: {means}"


def _says(claim: Claim) -> str:
    who = {
        Source.BYTES: "its bytes are those of",
        Source.CREDENTIALS: "its credentials name",
        Source.PICTURE: "the mark in its picture names",
        Source.SOUND: "the mark in its sound names",
        Source.MANIFEST: "the manifest in it, which does not fit it, names",
        Source.LOOKS: "it looks like",
    }[claim.source]
    gone = ", which was withdrawn" if claim.facts is not None and claim.facts.withdrawn else ""
    return f"{who} clip {claim.clip}{gone}"


def _against_published(evidence: Evidence, main: Claim) -> Iterator[str]:
    held, contents = evidence.held, evidence.found.contents
    if held is None or contents is None:
        return
    stored = held.credentials
    if stored is not None and main.source not in AS_PUBLISHED:
        if stored.state is not State.TRUSTED:
            yield f"manifest: the stored manifest of clip {main.clip} is {stored.state.value}, not trusted"
        yield from dates.disagreeing(stored)
        yield from (f"ingredient: {failure}" for failure in stored.ingredient_failures)
        yield from _revoked(evidence, stored)
    if main.source not in (Source.BYTES, Source.CREDENTIALS):
        yield from _joined(held, contents)
    if main.source is Source.PICTURE and held.picture_alike is not None and held.picture_alike < SAME:
        yield (
            f"marks: the picture carries the mark of clip {main.clip}, but does not show what it shows: the mark was "
            "lifted off and laid over another picture, or the picture was changed beyond recognition"
        )
    if main.source is Source.SOUND and contents.picture and (held.picture_alike or 0.0) < SAME:
        yield f"marks: the sound carries the mark of clip {main.clip}, but the picture above it is not the clip's"
    unseen = held.picture_alike is None or held.picture_alike < SAME
    if main.source is Source.SOUND and unseen and held.sound_alike is not None and held.sound_alike < SAME_RECORDING:
        yield (
            f"marks: the sound carries the mark of clip {main.clip}, but does not sound like it: the mark was "
            "lifted off and laid under another sound, or the sound was changed beyond recognition"
        )


def _joined(held: Held, contents: Contents) -> Iterator[str]:
    """What was put together of the clip and of something else is no copy of it."""
    other = held.picture_other + (held.cards if held.cards > _TITLES else 0.0)
    if other > _PART:
        yield f"part: {_share(other, contents)} of it show something else"
    if not contents.picture and held.sound_other > _PART:
        yield f"part: about {100 * held.sound_other:.0f} % of what is heard in it is something else"


def _share(share: float, contents: Contents) -> str:
    if contents.seconds is None or contents.seconds < 1:
        return f"about {100 * share:.0f} %"
    return f"about {round(share * contents.seconds, 1):g} of {round(contents.seconds, 1):g} seconds"


def _heard_otherwise(held: Held) -> str:
    return f"about {100 * held.sound_other:.0f} % of what is heard in it is not the clip's"


def _edits(evidence: Evidence) -> Iterator[str]:
    """What became of a copy since it was published, as far as it shows."""
    main, found, held = evidence.resolved.main, evidence.found, evidence.held
    if main is None or main.facts is None or main.source in (Source.BYTES, Source.CREDENTIALS):
        return
    if evidence.credentials.state is State.ABSENT:
        yield "its Content Credentials are gone, as after every re-encoding"
    elif evidence.credentials.state is State.VALID and evidence.credentials.lineage is None:
        yield f"signed anew by {evidence.credentials.signer or 'somebody else'}"
    for sought, what in ((found.picture, "picture"), (found.sound, "sound")):
        if sought is not None and sought.clip == main.clip and sought.reading is not None and sought.reading.geometry:
            yield f"{what}: {sought.reading.geometry}"
    if held is None or found.contents is None:
        return
    if 0 < held.picture_other <= _PART:
        yield f"{_share(held.picture_other, found.contents)} of it show something else"
    if 0 < held.cards <= _TITLES:
        yield "a title or another plain picture stands before or after it"
    if main.source is Source.PICTURE or (main.source is Source.SOUND and found.contents.picture):
        yield from _soundtrack(found, held, found.contents)
    elif 0 < held.sound_other <= _PART:
        yield _heard_otherwise(held)
    if held.label is not None and held.label < FOUND and not (_moved(found) or _tiny(found)):
        yield "the AI label is not where it was drawn: it was covered, cut off or taken out"


def _soundtrack(found: Found, held: Held, contents: Contents) -> Iterator[str]:
    unnamed = contents.sound and (found.sound is None or found.sound.clip is None)
    another = unnamed and held.sound_alike is not None and held.sound_alike < OTHER_SOUND
    if held.audible and (another or held.clip_audible is False or held.sound_other == 1):
        yield "its sound is not the clip's"
    elif held.sound_other > 0:
        yield _heard_otherwise(held)
    elif held.clip_audible and held.audible is False and contents.seconds is not None:
        yield "nothing is heard in it, though the clip has sound"


def _moved(found: Found) -> bool:
    """The mark says that the picture is no longer where it was: what stands in it is not, either."""
    reading = found.picture.reading if found.picture is not None else None
    return reading is not None and reading.geometry is not None


def _tiny(found: Found) -> bool:
    """Whether the label's words are a few pixels high, if it is a copy."""
    contents = found.contents
    return contents is not None and 0 < min(contents.width, contents.height) < _TELLING


def _visible(evidence: Evidence) -> MarkReport:
    held, published = evidence.held, evidence.published
    if evidence.resolved.main is None or published is None:
        return MarkReport(state=Check.NOT_CHECKED, reason=NO_PATH)
    if held is None or held.label is None:
        unread = ended(evidence.found.ended) if held is None else ""
        no_place = "it shows no picture of the clip's shape, in which the label has its place"
        return MarkReport(state=Check.NOT_CHECKED, reason=unread or no_place)
    if held.label < FOUND and _moved(evidence.found):
        return MarkReport(state=Check.NOT_CHECKED, reason="the picture was moved, and the label in it")
    if held.label < FOUND and evidence.resolved.main.source not in AS_PUBLISHED and _tiny(evidence.found):
        return MarkReport(state=Check.NOT_CHECKED, reason="in a picture so small the label cannot be told")
    if held.label < FOUND:
        return MarkReport(
            state=Check.MISSING,
            reason=f"the label “{published.text}” is not where it was put: "
            f"score {held.label}, expected at least {FOUND}",
            score=held.label,
            threshold=FOUND,
        )
    return MarkReport(state=Check.FOUND, score=held.label, threshold=FOUND)


def _invisible(evidence: Evidence) -> InvisibleReport:
    unread = Sought(reason=evidence.found.problem or ended(evidence.found.ended) or "it was not looked for")
    picture, sound = (_mark(one or unread) for one in (evidence.found.picture, evidence.found.sound))
    states = {picture.state, sound.state}
    state = next(one for one in (Check.FOUND, Check.MISSING, Check.NOT_CHECKED) if one in states)
    reason = None if state is not Check.NOT_CHECKED else picture.reason
    return InvisibleReport(state=state, reason=reason, picture=picture, sound=sound)


def _mark(sought: Sought) -> MarkRead:
    reading = sought.reading
    if reading is None:
        return MarkRead(state=Check.NOT_CHECKED, reason=sought.reason)
    if reading.clip is None:
        return MarkRead(state=Check.MISSING, reason="no mark of this installation could be read")
    return MarkRead(state=Check.FOUND, clip=reading.clip, margin=round(reading.margin, 2), geometry=reading.geometry)


def _log(evidence: Evidence, facts: ClipFacts | None) -> LogFacts | None:
    return facts.of_file(evidence.credentials.manifest).log if facts is not None else None


def _withdrawn(evidence: Evidence, main: Claim) -> VerifyReport:
    """That it was withdrawn, and nothing about anyone: no name, no words, no consent, and no place to look one up.

    It is never verified, whatever its signature is worth: whoever reads that alone would show it.
    """
    marks = _invisible(evidence)
    taken_back = "the clip was withdrawn"
    return VerifyReport(
        verified=False,
        clip=main.clip,
        credentials=CredentialsReport(state=evidence.credentials.state, genuine=evidence.credentials.genuine),
        invisible=InvisibleReport(state=marks.state, reason=marks.reason),
        visible=MarkReport(state=Check.NOT_CHECKED, reason=taken_back),
        log=None,
        withdrawn=True,
        resolved_by=main.source,
    )
