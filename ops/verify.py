"""Verifying a file that someone hands in: is it a clip of this installation, and what became of it.

Belongs here: the steps and their order. A process of its own reads the file (`ops.verifying.worker`); the caller still
owes who is asked for what is known (`Records`), so that this works beside a ledger, in a page, or in a test.
"""

import hashlib
from pathlib import Path

from greenroom.errors import BadInput
from ops.credentials.reading import CredentialsReport, State
from ops.verifying.bounds import USUAL, Bounds
from ops.verifying.elsewhere import lacking
from ops.verifying.facts import Published, Records
from ops.verifying.found import Ended, Found, Sought, ToHold, ToRead, ToSearch, Why
from ops.verifying.judging import NO_PATH, Evidence, judge
from ops.verifying.opening import regular
from ops.verifying.readers import Reader, Readers, shared
from ops.verifying.report import Check, InvisibleReport, MarkReport, Source, VerifyReport
from ops.verifying.resolving import Resolved, resolve
from ops.verifying.telling import tell

_PATIENCE = 120.0  # seconds that a file waits for others before it


def verify_file(
    path: Path,
    records: Records,
    work: Path,
    *,
    bounds: Bounds = USUAL,
    readers: Readers | None = None,
    patience: float = _PATIENCE,
) -> VerifyReport:
    """Verify the file at `path` against what `records` knows; whatever it holds, the answer is a report.

    `work` takes published files meanwhile, and is the caller's to delete. Costs a second for a file whose marks stand
    where they were put, some ten for one that is searched. Raises `Unavailable` when too many are read at this moment.
    """
    path = path.absolute()
    # 1. It is a file that can be read.
    try:
        with regular(path) as stream:
            file_sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    except BadInput as error:
        return _unreadable(error.fact)
    with (readers or shared()).reader(patience) as reader:
        # 2. What is in it: credentials, invisible marks, what it looks and sounds like.
        found = looked_into(reader, path, records, file_sha256, bounds)
        # 3. Which clip that leads to, and what the ledger knows of it now.
        resolved = resolve(found, file_sha256, records)
        main = resolved.main
        seen = main is not None and main.facts is not None and not main.facts.withdrawn
        manifest = found.credentials.manifest if found.credentials is not None else None
        published = records.published(main.clip, manifest) if main is not None and seen else None
        # 4. The file against the published one: stored manifest, label, picture and sound.
        held = None
        if published is not None:
            compared = _compared(reader, path, records, resolved, published, bounds, work)
            held = compared.held
            found = found.model_copy(update={"ended": _cut_short(found.ended, compared.ended)})
    # 5. What all that comes to.
    origin = records.origin(main.clip) if main is not None and seen else None
    report = judge(Evidence(file_sha256, found, resolved, held, origin, published, records.revoked))
    return report.model_copy(update={"answer": tell(report, found, lacking(records))})


def looked_into(
    reader: Reader, path: Path, records: Records, file_sha256: str, bounds: Bounds, *, search: bool = True
) -> Found:
    """What is in a file. `search`: also for marks that are not where they were put, unless it is a published one."""
    found = reader.ask(_to_read(path, records, bounds))
    if not search or records.published_as(file_sha256) is not None:
        return found
    return _searched(reader, path, records, found, bounds)


def _to_read(path: Path, records: Records, bounds: Bounds) -> ToRead:
    key = records.key
    return ToRead(file=path, bounds=bounds, trust=records.trust, secret=key.secret.hex() if key is not None else None)


def _searched(reader: Reader, path: Path, records: Records, found: Found, bounds: Bounds) -> Found:
    """With the marks that were searched for, where they were looked for in vain."""
    key = records.key
    picture, sound = (_in_vain(one) for one in (found.picture, found.sound))
    if key is None or not (picture or sound):
        return found
    question = ToSearch(file=path, bounds=bounds, secret=key.secret.hex(), picture=picture, sound=sound)
    searched = reader.ask(question)
    more = {"picture": searched.picture, "sound": searched.sound}
    return found.model_copy(
        update={name: value for name, value in more.items() if value is not None}
        | {"ended": _cut_short(found.ended, searched.ended)}
    )


def _cut_short(*readings: Ended) -> Ended:
    """Of the readings of one file the first that did not come to its end, else the last."""
    return next((one for one in readings if one.why is not Why.DONE), readings[-1])


def _in_vain(sought: Sought | None) -> bool:
    return sought is not None and sought.reading is not None and sought.clip is None


def _compared(
    reader: Reader,
    path: Path,
    records: Records,
    resolved: Resolved,
    published: Published,
    bounds: Bounds,
    work: Path,
) -> Found:
    unaltered = resolved.main is not None and resolved.main.source in (Source.BYTES, Source.CREDENTIALS)
    question = ToHold(
        file=path,
        bounds=bounds,
        also=() if unaltered else _written(work, published),
        trust=records.trust,
        text=published.text,
        label=published.label,
        label_version=published.label_version,
        width=published.width,
        height=published.height,
        frames_per_second=published.frames_per_second,
        unaltered=unaltered,
    )
    return reader.ask(question)


def _written(work: Path, published: Published) -> tuple[Path, ...]:
    """Our own files, where the process that reads can open them."""
    if published.file is None or published.sidecar is None:
        return ()
    paths = work / "published.mp4", work / "published.c2pa"
    for path, data in zip(paths, (published.file, published.sidecar), strict=True):
        path.write_bytes(data)
    return paths


def _unreadable(problem: str) -> VerifyReport:
    nothing = Found(problem=problem, ended=Ended(why=Why.DONE))
    report = VerifyReport(
        verified=False,
        clip=None,
        credentials=CredentialsReport(state=State.ABSENT, failures=(problem,)),
        invisible=InvisibleReport(state=Check.NOT_CHECKED, reason=problem),
        visible=MarkReport(state=Check.NOT_CHECKED, reason=NO_PATH),
        log=None,
        withdrawn=None,
        disagreements=(problem,),
    )
    return report.model_copy(update={"answer": tell(report, nothing)})
