"""What the gates say of a film made anywhere: gates 5 and 6, with a storyboard to compare it with or without one.

Nothing is kept of the file, and nothing of what it is known to be made of counts: for such a file only measuring does.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from greenroom.domain.base import Frozen
from greenroom.domain.storyboards import Storyboard
from greenroom.domain.verdicts import EvidenceKind, Judgement, Outcome, Rule
from greenroom.errors import BadInput
from moderation.deliberation import gravest

if TYPE_CHECKING:
    from ops.studio import Studio

GENERATOR = "file"  # what the policy's list of acceptable evidence calls a film that nothing is known of

Ask = Callable[["Studio", Path, Storyboard | None], Judgement]


class NotChecked(Frozen):
    name: str
    reason: str


class GateAnswer(Frozen):
    """One gate's answer, with what no installed check covers."""

    gate: int
    name: str
    outcome: Outcome
    rules: tuple[Rule, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()


class ClipAnswer(Frozen):
    """All of them, and the gravest."""

    outcome: Outcome
    verdicts: tuple[GateAnswer, ...]


def judge_clip(studio: "Studio", file: Path, storyboard: Path | None = None) -> ClipAnswer:
    """What each gate says of a film (MP4, WebM, MOV, Matroska), with sound or without.

    `storyboard` is the file of a plan: its lines are what may be said and captioned. Raises `BadInput` for a file
    that is no film or is cut short, and for a storyboard that is none.
    """
    from ops.plan.documents import load_storyboard

    if not file.is_file():
        raise BadInput(f"there is no file {file}", "Check the path.")
    plan = None
    if storyboard is not None:
        try:
            plan = load_storyboard(storyboard.read_bytes(), storyboard.name)
        except OSError as error:
            raise BadInput(f"{storyboard} cannot be read: {error.strerror}", "Check the path.") from error
    answers = tuple(_answer(ask(studio, file, plan)) for ask in ASKED)
    return ClipAnswer(outcome=gravest(tuple(one.outcome for one in answers)), verdicts=answers)


def judge_seen(studio: "Studio", file: Path, storyboard: Storyboard | None) -> Judgement:
    """Gate 6: nobody's face is consented to in a film that comes from elsewhere, and every enrolled one is known."""
    from moderation.safety import judge_safety
    from ops.enrolled_faces import faces_beside
    from ops.hash_lists import hash_lists
    from ops.sights import Shown, safety_evidence
    from ops.stages.safety import reasoning, sight_models

    texts = tuple(line.text for line in storyboard.lines) if storyboard is not None else ()
    shown = Shown(others=lambda: faces_beside(studio, ()), texts=texts)
    models, lists = sight_models(studio.settings), hash_lists(studio.settings)
    evidence = safety_evidence(file, shown, models, lists, reasoning(studio, "", texts))
    return judge_safety(evidence, GENERATOR, studio.policy)


def judge_heard(studio: "Studio", file: Path, storyboard: Storyboard | None) -> Judgement:
    """Gate 5: what is heard in a film from elsewhere, against the storyboard's lines where there is one."""
    from models.voice_activity import HarmonicVoiceActivity
    from moderation.dialogue import judge_dialogue
    from ops.dialogue_evidence import HearingRoles, file_evidence
    from ops.enrolled_voices import enrolled_voices
    from ops.speech import speech_for

    roles = HearingRoles(HarmonicVoiceActivity(), speech_for(studio.settings), studio.settings)
    evidence = file_evidence(file, storyboard, roles, enrolled_voices(studio))
    return judge_dialogue(evidence, storyboard, GENERATOR, studio.policy)


ASKED: tuple[Ask, ...] = (judge_heard, judge_seen)


def _answer(judgement: Judgement) -> GateAnswer:
    unchecked = [one for one in judgement.evidence if one.kind is EvidenceKind.NOT_CHECKED]
    return GateAnswer(
        gate=judgement.gate.value,
        name=judgement.gate.title,
        outcome=judgement.outcome,
        rules=judgement.rules,
        not_checked=tuple(NotChecked(name=one.name, reason=one.reason or "") for one in unchecked),
    )
