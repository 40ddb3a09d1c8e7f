"""Verifying a file that someone hands in: is it a clip of this installation, unaltered, and what became of it.

Belongs here: the steps, their order and the answer. The caller still owes: the roots it trusts, and how to ask the
ledger (`find_clip`), so that this works beside a ledger, in a page, or on a machine that has neither.
"""

import hashlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import JsonValue

from greenroom.domain.base import Frozen
from ops.credentials.manifest import Lineage
from ops.credentials.reading import CredentialsReport, State, read
from ops.label import FOUND, find_label, label_path, label_text, path_seed

if TYPE_CHECKING:
    from ops.watermark.carrier import MarkKey

SAMPLED_FRAMES = 8  # spread over the clip: the label must be in each of them


class LogFacts(Frozen):
    """The publication's leaf in the transparency log, as the ledger proved it."""

    included: bool
    leaf: int
    tree_size: int
    root: str  # hex


class FileFacts(Frozen):
    """What the ledger knows of one file of a clip."""

    file_sha256: str  # of the file as published
    manifest: str
    run: str  # that marked it
    prompt_sha256: str  # salted
    log: LogFacts | None = None


class ClipFacts(FileFacts):
    """What the ledger knows of a clip, to hold against what the file says."""

    clip: str
    brief: str
    maker: str
    model: str
    seed: int
    withdrawn: bool
    earlier: tuple[FileFacts, ...] = ()  # files it was shown as before it was marked again

    def of_file(self, manifest: str | None) -> "ClipFacts":
        """The same with the facts of the file that has this manifest, where it is an earlier one of the clip."""
        found = next((one for one in self.earlier if one.manifest == manifest), None)
        return self if found is None else self.model_copy(update=dict(found))


class Check(StrEnum):
    FOUND = "found"
    MISSING = "missing"
    NOT_CHECKED = "not_checked"


class MarkReport(Frozen):
    """Whether a mark stands in the picture. `score` is 0 to 1, the lowest of the sampled frames."""

    state: Check
    reason: str | None = None
    score: float | None = None
    threshold: float | None = None


class VerifyReport(Frozen):
    """The answer, as `greenroom verify --json` prints it.

    `verified` is about where the file comes from: trusted credentials on unaltered bytes, sound ingredients, a ledger
    that knows the clip, and nothing that disagrees. A withdrawn clip can be verified; `withdrawn` says so.
    """

    verified: bool
    clip: str | None
    credentials: CredentialsReport
    invisible: MarkReport
    visible: MarkReport
    log: LogFacts | None
    withdrawn: bool | None
    disagreements: tuple[str, ...] = ()


def verify_file(
    path: Path, root_pem: str, find_clip: Callable[[str], ClipFacts | None], key: "MarkKey"
) -> VerifyReport:
    """Verify the file at `path` against the roots `root_pem`; whatever it holds, the answer is a report.

    `key`: the installation's mark key, from which the path of the label is drawn.
    """
    invisible = MarkReport(
        state=Check.NOT_CHECKED, reason="policy version 1 has no invisible mark: none is made or looked for"
    )

    # 1. It is a file that can be read.
    problem = _unreadable(path)
    if problem is not None:
        return VerifyReport(
            verified=False,
            clip=None,
            credentials=CredentialsReport(state=State.ABSENT, failures=(problem,)),
            invisible=invisible,
            visible=MarkReport(state=Check.NOT_CHECKED, reason=problem),
            log=None,
            withdrawn=None,
            disagreements=(problem,),
        )

    # 2. Its credentials are trusted, on these very bytes, and so are those of every ingredient.
    credentials = read(path, root_pem)
    disagreements = [
        f"credentials: {failure}" for failure in credentials.failures if credentials.state is State.INVALID
    ]
    disagreements += [f"ingredient: {failure}" for failure in credentials.ingredient_failures]

    # 3. It names its clip. Nothing else may name it: a file name or a title proves nothing.
    lineage = credentials.lineage
    if lineage is None:
        return VerifyReport(
            verified=False,
            clip=None,
            credentials=credentials,
            invisible=invisible,
            visible=MarkReport(
                state=Check.NOT_CHECKED, reason="without a clip's id nobody knows where its label should stand"
            ),
            log=None,
            withdrawn=None,
            disagreements=tuple(disagreements),
        )

    # 4. The visible label stands where this clip's label must stand.
    visible = _visible(path, lineage, key)
    if visible.state is not Check.FOUND:  # a label nobody could look for is no label found
        disagreements.append(f"label: {visible.reason}")

    # 5. The ledger knows the clip, says the same of it, and has it in the log.
    facts = find_clip(lineage.clip)
    if facts is None:
        disagreements.append(f"ledger: no published clip has the id {lineage.clip}")
    else:
        facts = facts.of_file(credentials.manifest)
        disagreements += _against_ledger(path, credentials, lineage, facts)

    return VerifyReport(
        verified=credentials.state is State.TRUSTED and facts is not None and not disagreements,
        clip=lineage.clip,
        credentials=credentials,
        invisible=invisible,
        visible=visible,
        log=facts.log if facts else None,
        withdrawn=facts.withdrawn if facts else None,
        disagreements=tuple(disagreements),
    )


def _unreadable(path: Path) -> str | None:
    if not path.exists():
        return f"{path.name}: there is no such file"
    if not path.is_file():
        return f"{path.name}: not a regular file"
    try:
        with path.open("rb") as stream:
            return None if stream.read(1) else f"{path.name}: the file is empty"
    except OSError as error:
        return f"{path.name}: cannot be read: {error.strerror}"


def _against_ledger(path: Path, credentials: CredentialsReport, lineage: Lineage, facts: ClipFacts) -> Iterator[str]:
    stated: dict[str, JsonValue] = {
        "manifest": credentials.manifest,
        "brief": lineage.brief,
        "run": lineage.run,
        "maker": lineage.maker,
        "model": lineage.model,
        "seed": lineage.seed,
        "prompt_sha256": lineage.prompt_sha256,
    }
    recorded: dict[str, JsonValue] = facts.model_dump(include=set(stated)) | {"seed": str(facts.seed)}
    for name, value in stated.items():
        if recorded[name] != value:
            yield f"{name}: the file says {value}, the ledger says {recorded[name]}"
    # C2PA leaves the padding of the manifest's own box unhashed; the ledger leaves no byte out.
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != facts.file_sha256:
        yield f"file: its SHA-256 is {found}, the clip was published as {facts.file_sha256}"
    if facts.log is None or not facts.log.included:
        yield "log: the publication is not proved to be in the transparency log"


def _visible(path: Path, lineage: Lineage, key: "MarkKey") -> MarkReport:
    import av

    text = label_text(lineage.maker)
    scores: list[float] = []
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            rate, count = float(stream.average_rate or 0), stream.frames
            if rate <= 0 or count <= 0:
                return MarkReport(state=Check.NOT_CHECKED, reason="the file does not say how many frames it holds")
            seed, version = path_seed(lineage.clip, key, lineage.label_version), lineage.label_version
            places = label_path(seed, count, stream.width, stream.height, rate, text, version)
            wanted = {round(n * (count - 1) / (SAMPLED_FRAMES - 1)) for n in range(SAMPLED_FRAMES)}
            for index, frame in enumerate(container.decode(stream)):
                if index in wanted:
                    picture = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
                    scores.append(find_label(picture, text, places[index], version))
    except (av.FFmpegError, IndexError, ValueError) as error:
        return MarkReport(state=Check.NOT_CHECKED, reason=f"the picture cannot be decoded: {error}")
    if not scores:
        return MarkReport(state=Check.NOT_CHECKED, reason="no frame could be decoded")
    lowest = round(min(scores), 3)
    if lowest < FOUND:
        return MarkReport(
            state=Check.MISSING,
            reason=f"the label “{text}” is not where it was put: score {lowest}, expected at least {FOUND}",
            score=lowest,
            threshold=FOUND,
        )
    return MarkReport(state=Check.FOUND, score=lowest, threshold=FOUND)
