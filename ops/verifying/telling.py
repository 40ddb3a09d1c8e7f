"""The report in plain words: made here or not, by whom, when, from which consents, edited since, withdrawn, unknown."""

from collections.abc import Iterator
from datetime import datetime

from ops.credentials.reading import State
from ops.verifying import dates, elsewhere
from ops.verifying.facts import ConsentTold, Origin
from ops.verifying.found import Found, Why
from ops.verifying.judging import AS_PUBLISHED, ended
from ops.verifying.report import Source, VerifyReport

_NOTHING_LEADS = (
    "Nothing leads from this to a clip of this installation: neither credentials, nor a mark, nor what it shows."
)
_SAYS_NOTHING = "That says nothing about whether it is real, or made by AI elsewhere."
_WINDOWS = 1.5  # times what was looked at that a film must last for it to be said


def tell(report: VerifyReport, found: Found, lacking: str | None = None) -> str:
    """Sentences for people, the verdict first. `lacking`: why this installation can know nothing, as one of them."""
    return " ".join([*_verdict(report, found, lacking), *_limits(report, found)])


def _verdict(report: VerifyReport, found: Found, lacking: str | None) -> Iterator[str]:
    clip = f"clip {report.clip}"
    match report:
        case VerifyReport(withdrawn=True):
            led = {Source.LOOKS: "This looks like", Source.MANIFEST: "This says that it is"}
            said = led.get(report.resolved_by or Source.BYTES, "This is")
            yield f"{said} {clip} of this installation, which was withdrawn."
            yield "It may no longer be shown, and nothing more is told of it."
        case VerifyReport(clip=None):
            yield from _unknown(report, found, lacking)
        case VerifyReport(withdrawn=None):
            yield f"This names {clip} of this installation, but no clip of that id was ever published here."
        case VerifyReport(verified=True, edited=False):
            yield f"This is {clip}, as it was published here: not a byte was changed."
            yield from _origin(report.origin)
        case VerifyReport(verified=True):
            yield f"This is a copy of {clip}, which was published here; it was edited since{_list(report.edits)}."
            yield from _origin(report.origin)
        case VerifyReport(resolved_by=Source.LOOKS):
            yield f"No mark could be read in this, but it looks or sounds like {clip}, which was published here."
            yield "It may be a copy whose marks were destroyed, or a film that is like it: this is no proof."
            yield from _origin(report.origin) if report.origin is not None else _meanings(report)
        case VerifyReport(resolved_by=Source.BYTES):
            yield f"This is {clip}, byte for byte as it was published here, but not everything about it is confirmed."
            yield from _meanings(report)
        case _ if report.resolved_by in AS_PUBLISHED:
            yield f"This says that it is {clip}, but it is not the file that was published."
            yield from _meanings(report)
        case _ if all(one.startswith("part: ") for one in report.disagreements) and report.disagreements:
            parts = " and ".join(one.removeprefix("part: ") for one in report.disagreements)
            yield f"A part of this is from {clip}, but it is no copy of it: {parts}."
        case _:
            yield f"A mark in this leads to {clip}, but that is not confirmed."
            yield from _meanings(report)


def _unknown(report: VerifyReport, found: Found, lacking: str | None) -> Iterator[str]:
    lineage = report.credentials.lineage
    if found.problem is not None:
        yield f"This cannot be looked at: {found.problem}."
        yield from _signed(report)
        yield from elsewhere.claimed(lineage)
        return
    if found.contents is not None and found.contents.encrypted:
        yield "This is encrypted: neither its picture nor its sound can be looked at."
        yield from _signed(report)
        yield from elsewhere.claimed(lineage)
        return
    yield lacking or _NOTHING_LEADS
    yield from _signed(report)
    yield from elsewhere.claimed(lineage) if lacking is None else elsewhere.asking(lineage)
    yield _SAYS_NOTHING


def _signed(report: VerifyReport) -> Iterator[str]:
    """What becomes of credentials that lead nowhere here."""
    signer = elsewhere.shown(report.credentials.signer or "somebody else")
    if report.credentials.state is State.VALID:
        yield f"It carries Content Credentials of {signer}, which are intact; whether to trust them is not known here."
    elif dated := dates.told(report.disagreements):
        yield f"It carries Content Credentials of {signer}, which do not hold by their dates: {dated}."
    elif report.credentials.state is State.INVALID:
        yield "It carries Content Credentials that are broken."
    elif any(one.startswith("remote.") for one in report.credentials.failures):
        yield "It says that its Content Credentials are elsewhere; they were not fetched."


def _meanings(report: VerifyReport) -> Iterator[str]:
    told = [one.partition(": ")[2] for one in report.disagreements if one.startswith("marks: ")]
    if told:
        yield f"Its marks disagree: {'; '.join(told)}."
    elif report.credentials.genuine and report.credentials.state is State.INVALID:
        yield "Its Content Credentials are the clip's, but do not fit it: it was altered after it was signed."
    elif dated := dates.told(report.disagreements):
        yield f"Its Content Credentials do not hold by their dates: {dated}."
    elif report.disagreements:
        yield f"What disagrees: {report.disagreements[0]}."


def _origin(origin: Origin | None) -> Iterator[str]:
    if origin is None:
        return
    day = _day(origin.published_at)
    yield f"@{origin.maker} made it with {origin.model}, and {origin.installation} published it on {day}."
    if origin.consents:
        yield f"It rests on the consent of {_and([*map(_consent, origin.consents)])}; none was withdrawn."
        if any(one.ended or one.replaced_by is not None for one in origin.consents):
            yield "An end, or a newer version, counts for new clips; a published one stays until a withdrawal takes it."
    else:
        yield "It shows no likeness of anyone, so it rests on no consent."
    if origin.parents:
        yield f"It is a remix of {_and([f'clip {one}' for one in origin.parents])}."


def _consent(told: ConsentTold) -> str:
    until = "which ended on" if told.ended else "until"
    said = [f"version {told.version}", f"for {told.audience}"]
    if told.expires_at is not None:
        said.append(f"{until} {_day(told.expires_at)}")
    if told.replaced_by is not None:
        said.append(f"since replaced by version {told.replaced_by}")
    if told.replacement_ended:
        said.append("which has ended too" if told.ended else "which has ended")
    return f"@{told.likeness} ({', '.join(said)})"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _limits(report: VerifyReport, found: Found) -> Iterator[str]:
    """What was not looked at."""
    if report.withdrawn:
        return
    if found.ended.why is not Why.DONE:
        yield f"Not everything was looked at: {ended(found.ended)}."
    looked = max((one.looked_at or 0.0 for one in (found.picture, found.sound) if one is not None), default=0.0)
    seconds = found.contents.seconds if found.contents is not None else None
    if seconds is not None and looked and seconds > _WINDOWS * looked + 1 and report.edited is not False:
        yield f"Of its {_long(seconds)} only parts were looked at."


def _long(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"


def _list(edits: tuple[str, ...]) -> str:
    return f" ({'; '.join(edits)})" if edits else ""


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
