"""What is installed, which model role runs on what, and what falls back: looked up, nothing loaded."""

import os
import shutil
from collections.abc import Iterator
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import Gate
from greenroom.errors import GreenroomError, ModelMissing
from greenroom.settings import Settings
from ledger import publications
from models.catalogue import WeightState, check
from models.local_weights import require_whole
from models.phrase_hearing_whisper import installed
from models.picture_safety_reasoned import SETTING as PICTURE_SETTING
from models.speech_transformers import folders_of
from models.text_safety_transformers import SETTING as TEXT_SETTING
from models.transcription_whisper import LARGE_V3_TURBO, checkpoint_in
from moderation.coverage import CATEGORIES, NEEDS, SEEN_BY_REASONING, unmeasured
from ops import witness
from ops.credentials.chain import ensure_chain, trusted
from ops.hash_lists import hash_lists
from ops.hearing import SPEAKERS_FOLDER
from ops.reasoned import text_safety_model
from ops.reasoned_pictures import picture_model
from ops.rejudge import DEFINITIONS
from ops.stages.marks import CODE_VERSION
from ops.status import urgent
from ops.studio import Studio, open_studio

LEAST_FREE = 2 * 2**30  # bytes of disk: some two hundred clips with their masters


class State(StrEnum):
    READY = "ready"
    FALLBACK = "falls back"  # an extra is missing, the embedded default does the work
    BROKEN = "broken"


class Finding(Frozen):
    """One line of the doctor's report. `remedy` says what to do where something is missing."""

    part: str
    state: State
    uses: str
    remedy: str = ""


class Role(Frozen):
    """A model role: what does its work, and the packages that needs."""

    name: str
    embedded: str
    packages: tuple[str, ...]


ROLES = (
    Role(name="generator", embedded="previz: MuJoCo, numba", packages=("mujoco", "numba")),
    Role(name="speech", embedded="espeak-ng, in a worker process", packages=("espeakng-loader",)),
    Role(name="voice activity", embedded="harmonics of the dialogue stem", packages=("numpy",)),
    Role(name="spoken phrase", embedded="pocketsphinx", packages=("pocketsphinx",)),
    Role(name="faces", embedded="dlib", packages=("dlib-bin", "face-recognition-models")),
    Role(name="voice prints", embedded="Resemblyzer's weights, in numpy", packages=("resemblyzer",)),
    Role(name="picture safety", embedded="NudeNet", packages=("nudenet",)),
    Role(name="text reading", embedded="PP-OCRv6", packages=("rapidocr",)),
)
LISTS_REMEDY = "Put lists into its folder child_safety, as docs/safety.md says; no restart is needed."
EXTRA = ("torch", "diffusers", "openai-whisper", "pyannote-audio")  # the flagships' packages, extra `models`


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Everything an operator wants to know before the first run; what is broken stands first."""
    found = [
        *_installation(settings),
        *_roles(),
        _whisper(settings),
        *_hearing(settings),
        *_speech(settings),
        *_reasoning(settings),
        _hash_lists(settings),
        _uncovered(settings),
        *_weights(),
        *_machine(settings),
    ]
    return tuple(sorted(found, key=lambda one: one.state is not State.BROKEN))


def _installation(settings: Settings) -> Iterator[Finding]:
    try:
        with open_studio(settings) as studio:
            with studio.ledger.read() as tx:
                uses = f"{studio.ledger.describe()}, {_without_password(settings.ledger)}, revision {tx.revision}"
            yield Finding(part="ledger", state=State.READY, uses=uses)
            yield Finding(part="store", state=State.READY, uses=_without_password(settings.store))
            policy = f"version {studio.policy.version}, {len(Gate)} gates"
            yield Finding(part="policy", state=State.READY, uses=policy)
            yield from _promises(studio)
            yield _older_judgements(studio)
            yield _older_marks(studio)
            yield from _witnesses(studio)
    except GreenroomError as error:
        yield Finding(part="ledger and store", state=State.BROKEN, uses=error.fact, remedy=error.remedy)
        return
    try:
        chain, roots = ensure_chain(settings), trusted(settings).roots
        if settings.signer_url:
            chain.sign(b"greenroom doctor")
        own = "the chain this installation made" if settings.certificate_chain is None else "a chain by setting"
        count = roots.count("BEGIN CERTIFICATE")
        yield Finding(part="credentials", state=State.READY, uses=f"{own}, {count} trusted root")
    except GreenroomError as error:
        yield Finding(part="credentials", state=State.BROKEN, uses=error.fact, remedy=error.remedy)


def _promises(studio: Studio) -> Iterator[Finding]:
    """What is promised by a deadline: takedowns and reviews decided, media erased within the hour."""
    late = urgent(studio, 1, studio.settings.account)
    yield Finding(
        part="takedowns",
        state=State.BROKEN if late.takedowns else State.READY,
        uses=f"{len(late.takedowns)} overdue: {', '.join(late.takedowns)}" if late.takedowns else "none overdue",
        remedy="greenroom takedown list shows them, greenroom takedown resolve answers one." if late.takedowns else "",
    )
    yield Finding(
        part="reviews",
        state=State.BROKEN if late.reviews else State.READY,
        uses=f"{len(late.reviews)} wait for a person too long: {', '.join(late.reviews[:5])}"
        if late.reviews
        else f"none waits longer than {studio.settings.review_hours:g} hours",
        remedy="greenroom review list shows them, greenroom review show explains one." if late.reviews else "",
    )
    yield Finding(
        part="erasures",
        state=State.BROKEN if late.erasures else State.READY,
        uses=f"{late.erasures} orders overdue" if late.erasures else "none overdue",
        remedy="Run the job erase in Dagster; its sensor starts it by itself." if late.erasures else "",
    )


def _older_marks(studio: Studio) -> Finding:
    """Clips that viewers may see and that gate 7 has not judged under the present policy and code."""
    with studio.ledger.read() as tx:
        days = publications.unjudged(tx, studio.policy.version, {Gate.MARKS: CODE_VERSION})
    clips = f"{sum(days.values())} clips of {len(days)} days have marks of an older policy or code"
    return Finding(
        part="marks",
        state=State.FALLBACK if days else State.READY,
        uses=clips if days else f"every clip has those of policy version {studio.policy.version}",
        remedy="Run the job rescan in Dagster for their days: docs/operators.md, Marking again." if days else "",
    )


def _older_judgements(studio: Studio) -> Finding:
    """Clips that viewers may see and that a gate before the marks has not judged under the present policy and code."""
    asked = {one.stage.gate: one.code_version for one in DEFINITIONS}
    with studio.ledger.read() as tx:
        days = publications.unjudged(tx, studio.policy.version, asked)
    clips = f"{sum(days.values())} clips of {len(days)} days were judged by an older policy or code"
    return Finding(
        part="judgements",
        state=State.FALLBACK if days else State.READY,
        uses=clips if days else f"every clip was judged by version {studio.policy.version}",
        remedy="Run the job rescan in Dagster for their days: docs/operators.md, Judging again." if days else "",
    )


def _witnesses(studio: Studio) -> Iterator[Finding]:
    """Whether each witness of the settings cosigned the newest checkpoint, by what is kept: none is asked."""
    with studio.ledger.read() as tx:
        found = witness.standing(tx, studio.settings)
    for one in found:
        behind = one.cosigned < one.newest
        yield Finding(
            part=f"witness {one.witness}",
            state=State.BROKEN if behind else State.READY,
            uses=f"cosigned the log at {one.cosigned} leaves, its newest checkpoint has {one.newest}",
            remedy="greenroom log cosign asks it again, and says why it does not." if behind else "",
        )


def _roles() -> Iterator[Finding]:
    for role in ROLES:
        missing = _missing(role.packages)
        yield Finding(
            part=role.name,
            state=State.BROKEN if missing else State.READY,
            uses=f"{role.embedded} needs {', '.join(missing)}" if missing else role.embedded,
            remedy="Run make setup again." if missing else "",
        )
    missing = _missing(EXTRA)
    there = ", ".join(f"{name} {version(name)}" for name in EXTRA if name not in missing)
    yield Finding(
        part="extra models",
        state=State.FALLBACK if missing else State.READY,
        uses=f"lacks {', '.join(missing)}; the embedded models above do the work" if missing else there,
        remedy="make setup-all installs it." if missing else "",
    )


def _whisper(settings: Settings) -> Finding:
    """Whether whisper hears the phrases of challenges: its weights come in no package."""
    file = LARGE_V3_TURBO.file
    if installed(settings.weights):
        return Finding(part="whisper", state=State.READY, uses=f"{file} hears the phrases of challenges")
    remedy = f"Put {file} of {LARGE_V3_TURBO.revision} in {settings.weights}, and run make setup-all."
    uses = f"{file} is not installed; pocketsphinx hears the phrases of challenges"
    return Finding(part="whisper", state=State.FALLBACK, uses=uses, remedy=remedy)


def _hearing(settings: Settings) -> Iterator[Finding]:
    """What hears clips at gate 5: whisper and pyannote where their files lie, whole or not; else what is embedded."""
    checkpoint, packages = checkpoint_in(settings.weights), _missing(EXTRA[2:])
    held = "what it cannot settle is held for a person (docs/dialogue.md)"
    if checkpoint is None:
        remedy = f"Put a checkpoint, {LARGE_V3_TURBO.file} or another of whisper's, in {settings.weights}."
        uses = f"pocketsphinx hears English against the script; {held}"
        yield Finding(part="words of clips", state=State.FALLBACK, uses=uses, remedy=remedy)
    else:
        absent = "openai-whisper" in packages
        file = settings.weights / checkpoint.file
        yield Finding(
            part="words of clips",
            state=State.BROKEN if absent else State.READY,
            uses=f"{file}, {'whose package is not installed' if absent else 'its SHA-256 is asked when it is loaded'}",
            remedy="make setup-all installs it." if absent else "",
        )
    folder = settings.weights / SPEAKERS_FOLDER
    if not folder.exists():
        remedy = f"Put a pipeline of pyannote (config.yaml and the models it names) in {folder}."
        uses = f"voice prints tell a cast's contrasting voices apart; {held}"
        yield Finding(part="speakers of clips", state=State.FALLBACK, uses=uses, remedy=remedy)
        return
    wrong = [] if (folder / "config.yaml").is_file() else ["which holds no config.yaml"]
    wrong += ["whose package is not installed"] if "pyannote-audio" in packages else []
    yield Finding(
        part="speakers of clips",
        state=State.BROKEN if wrong else State.READY,
        uses=", ".join([f"pyannote's pipeline in {folder}", *wrong]),
        remedy="Put the pipeline's folder there whole, and run make setup-all; or remove it." if wrong else "",
    )


def _speech(settings: Settings) -> Iterator[Finding]:
    """Which languages the models of the settings' folder speak; nothing where no folder is named."""
    if settings.speech_folder is None:
        return
    try:
        languages = ", ".join(sorted(folders_of(settings.speech_folder)))
    except ModelMissing as missing:
        yield Finding(part="speech models", state=State.BROKEN, uses=missing.fact, remedy=missing.remedy)
        return
    yield Finding(part="speech models", state=State.READY, uses=f"{languages}; espeak-ng speaks the rest")


def _reasoning(settings: Settings) -> Iterator[Finding]:
    """The reasoning models that the settings name: whether they are whole, or where they are asked. None is asked."""
    named = (
        ("text safety model", settings.text_safety, settings.text_safety_model, TEXT_SETTING, text_safety_model),
        (
            "vision-language model",
            settings.picture_reasoning,
            settings.picture_reasoning_model,
            PICTURE_SETTING,
            picture_model,
        ),
    )
    for part, kind, folder, setting, make in named:
        if kind in ("rules", "off"):
            continue
        try:
            name = make(settings).name
            if kind == "transformers":
                require_whole(Path(folder), setting)
        except GreenroomError as error:
            yield Finding(part=part, state=State.BROKEN, uses=error.fact, remedy=error.remedy)
            continue
        yield Finding(part=part, state=State.READY, uses=f"{name}, beside the embedded checks")


def _hash_lists(settings: Settings) -> Finding:
    """What gate 6 compares frames with: lists that operators fetch, for they are given to operators alone."""
    found = hash_lists(settings)
    child = sum(one.hashes for one in found.asked if one.child)
    other = sum(one.hashes for one in found.asked if not one.child)
    uses = f"{len(found.lists)} lists in {found.folder}: {child} hashes of child safety, {other} of others"
    if found.broken:
        return Finding(part="hash lists", state=State.BROKEN, uses="; ".join(found.broken), remedy=LISTS_REMEDY)
    state = State.READY if child else State.FALLBACK
    return Finding(part="hash lists", state=state, uses=uses, remedy="" if child else LISTS_REMEDY)


def _uncovered(settings: Settings) -> Finding:
    """What no installed check looks for in a picture: by the policy a person decides, where nothing else says it."""
    measured = {"picture", "faces", "writing", "hashes"}  # their roles and lists have lines of their own
    if settings.picture_reasoning != "off":
        measured |= set(SEEN_BY_REASONING)
    missing = unmeasured(measured)
    return Finding(
        part="seen by no check",
        state=State.FALLBACK if missing else State.READY,
        uses=", ".join(CATEGORIES[one] for one in missing) or "nothing that the policy names",
        remedy="; ".join(dict.fromkeys(NEEDS[one] for one in missing)),
    )


def _weights() -> Iterator[Finding]:
    for report in check():
        ready = report.state is WeightState.READY
        yield Finding(
            part=f"weights {report.weight.id}",
            state=State.READY if ready else State.BROKEN,
            uses=f"{report.weight.distribution} {report.weight.revision}, {report.weight.licence}",
            remedy="" if ready else report.reason or "",
        )


def _machine(settings: Settings) -> Iterator[Finding]:
    # The folder or, where it cannot be made, the nearest above it: the disk is the same.
    folder = next(one for one in (settings.home, *settings.home.parents) if one.exists())
    free = shutil.disk_usage(folder).free
    yield Finding(
        part="disk",
        state=State.READY if free >= LEAST_FREE else State.BROKEN,
        uses=f"{free / 2**30:.1f} GiB free under {settings.home}",
        remedy="" if free >= LEAST_FREE else f"Free some: {LEAST_FREE // 2**30} GiB are wanted.",
    )
    yield Finding(part="threads", state=State.READY, uses=f"{settings.threads or os.cpu_count()} of {os.cpu_count()}")


def _missing(packages: tuple[str, ...]) -> list[str]:
    missing = []
    for package in packages:
        try:
            version(package)
        except PackageNotFoundError:
            missing.append(package)
    return missing


def _without_password(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    if "@" not in rest:
        return url
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"
