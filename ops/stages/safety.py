"""Gate 6: frames, speech and words keep the policy; no recognisable face without consent."""

import os
from contextlib import ExitStack
from threading import local
from typing import TYPE_CHECKING

from pydantic import JsonValue

from greenroom.domain.clips import Take
from greenroom.domain.consents import LikenessKind
from greenroom.domain.verdicts import Evidence, EvidenceKind, Judgement
from greenroom.settings import Settings
from moderation.safety import judge_safety
from ops.stages.handling import COMPARED, Definition, Stage, Work
from ops.studio import Studio, work_folder

if TYPE_CHECKING:
    from ops.sights import AskReasoning, SightModels

_KEPT = local()


def judge(studio: Studio, work: Work, document: JsonValue) -> Judgement:
    from ops.enrolled_faces import faces_beside
    from ops.generate import read_picture
    from ops.hash_lists import hash_lists
    from ops.sights import Shown, drawn_objects, safety_evidence

    take = Take.model_validate(work.products[Stage.TAKE].document)
    likenesses = {one.handle: one.likeness for one in work.enrolled if one.likeness is not None}
    lines = tuple(line.text for line in take.timing.lines)
    shown = Shown(
        photographs={handle: read_picture(studio.get(one.reference)) for handle, one in likenesses.items()},
        people=[handle for handle, one in likenesses.items() if one.kind is LikenessKind.PERSON],
        others=lambda: faces_beside(studio, likenesses.keys()),
        drawn=drawn_objects(take),
        texts=(*lines, *(one.label for one in take.timing.sounds)),
    )
    with work_folder(studio) as folder:
        path = folder / "master.mkv"
        path.write_bytes(studio.get(take.master))
        models, lists = sight_models(studio.settings), hash_lists(studio.settings)
        evidence = safety_evidence(path, shown, models, lists, reasoning(studio, work.brief.prompt, lines))
    judgement = judge_safety(evidence, take.generator, studio.policy)
    if (compared := lists.fingerprint) is None:
        return judgement
    seen = Evidence(name=COMPARED, kind=EvidenceKind.DECLARED, value=compared)
    return judgement.model_copy(update={"evidence": (*judgement.evidence, seen)})


def compares(studio: Studio) -> str | None:
    """The fingerprint of the hash lists that frames are compared with now; None without any."""
    from ops.hash_lists import hash_lists

    return hash_lists(studio.settings).fingerprint


def reasoning(studio: Studio, prompt: str, lines: tuple[str, ...]) -> "AskReasoning | None":
    """What a vision-language model is asked of the frames, where the settings name one."""
    if studio.settings.picture_reasoning == "off":
        return None
    from greenroom.domain.words import BriefWords
    from ops.reasoned_pictures import picture_reasoning

    return picture_reasoning(studio.settings, studio.policy, BriefWords(prompt=prompt, lines=lines))


def sight_models(settings: Settings) -> "SightModels":
    """The models of gate 6, loaded on the first clip that a thread judges and kept for those after it.

    One whose loading failed is tried again on the next clip.
    """
    from models.faces import DlibFaces
    from models.picture_safety import NudeNet
    from models.text_reading import PaddleText
    from ops.sights import SightModels

    kept: SightModels | None = getattr(_KEPT, "models", None)
    if kept is not None and kept.complete:
        return kept
    release()
    threads = settings.threads or os.cpu_count() or 1
    stack = ExitStack()
    models = SightModels(stack, DlibFaces(), NudeNet(threads), PaddleText(threads))
    _KEPT.stack, _KEPT.models = stack, models
    return models


def release() -> None:
    """Let go of this thread's models and their memory."""
    stack: ExitStack | None = getattr(_KEPT, "stack", None)
    if stack is not None:
        stack.close()
    _KEPT.models = _KEPT.stack = None


DEFINITION = Definition(stage=Stage.SAFETY, code_version="4", judge=judge, compares=compares)
