"""Gate 5 on levels and faults of a mix: both sides of every threshold, and what is read on the page."""

import pytest

from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement, Outcome
from moderation.deliberation import Deliberation
from moderation.dialogue_sound import METER, SoundHeard, judge_levels
from moderation.policy import load_policy

POLICY = load_policy()
FINE = SoundHeard(lufs=-16.0, true_peak_db=-1.5, music_db=-30.0)


def judged(sound: SoundHeard, music: bool | None = True) -> Judgement:
    deliberation = Deliberation(Gate.DIALOGUE, POLICY)
    judge_levels(deliberation, sound, music=music)
    return deliberation.judgement()


def ids(judgement: Judgement) -> set[str]:
    return {rule.id for rule in judgement.rules}


def test_a_mix_at_its_loudness_passes_and_shows_each_figure_with_threshold_unit_and_meter() -> None:
    found = judged(FINE)
    assert (found.outcome, found.rules) == (Outcome.ALLOW, ())
    assert {(one.name, one.unit) for one in found.evidence} == {
        ("loudness", "LUFS"), ("true peak", "dBTP"), ("clipped samples", None), ("longest silence", "s"),
        ("hum of the mains", "powers of ten"), ("music stem", "dBFS"),
    }  # fmt: skip
    assert {(one.kind, one.model) for one in found.evidence} == {(EvidenceKind.MEASURED, METER)}
    assert all(one.threshold is not None for one in found.evidence)


@pytest.mark.parametrize(
    ("lufs", "rules"), [(-17.5, set()), (-17.6, {"dialogue.loudness"}), (-14.5, set()), (-14.4, {"dialogue.loudness"})]
)
def test_loudness_has_a_tolerance_on_both_sides(lufs: float, rules: set[str]) -> None:
    found = judged(FINE.model_copy(update={"lufs": lufs}))
    assert ids(found) == rules
    if rules:
        assert f"The mix is {lufs} LUFS; -16 LUFS within 1.5 are wanted." == found.rules[0].reason


def test_a_mix_with_nothing_to_hear_and_a_file_without_sound_are_told_apart() -> None:
    assert "The mix is silent" in judged(FINE.model_copy(update={"lufs": None})).rules[0].reason
    absent = judged(SoundHeard(there=False))
    assert "no sound at all" in absent.rules[0].reason
    assert absent.evidence == ()


@pytest.mark.parametrize(
    ("field", "at", "over", "rule", "said"),
    [
        ("true_peak_db", -1.0, -0.99, "true_peak", "The true peak is -0.99 dBTP"),
        ("clipped_share", 0.0005, 0.0006, "clipped", "A share of 0.0006 of the samples is clipped"),
        ("silent_seconds", 4.0, 4.02, "silence", "There is silence for 4.02 s within"),
        ("hum", 3.8, 3.9, "hum", "Hum at 50.0 Hz is 3.9 powers of ten likelier than chance"),
    ],
)  # fmt: skip
def test_what_spoils_a_sound_speaks_from_just_above_its_threshold(
    field: str, at: float, over: float, rule: str, said: str
) -> None:
    assert ids(judged(FINE.model_copy(update={field: at, "hum_hertz": 50.0}))) == set()
    found = judged(FINE.model_copy(update={field: over, "hum_hertz": 50.0}))
    assert ids(found) == {f"dialogue.{rule}"}
    assert found.rules[0].reason.startswith(said)


def test_a_fault_that_a_person_may_judge_holds_and_what_a_meter_settles_denies() -> None:
    for field, value, outcome in (
        ("silent_seconds", 5.0, Outcome.HOLD), ("hum", 40.0, Outcome.HOLD),
        ("clipped_share", 0.1, Outcome.DENY), ("true_peak_db", 0.5, Outcome.DENY), ("lufs", -30.0, Outcome.DENY),
    ):  # fmt: skip
        assert judged(FINE.model_copy(update={field: value})).outcome is outcome


@pytest.mark.parametrize(
    ("scripted", "level", "rules"),
    [(True, -20.0, set()), (False, -60.0, set()), (False, -59.9, {"dialogue.music"}), (False, -120.0, set())],
)
def test_music_plays_only_where_it_is_scripted(scripted: bool, level: float, rules: set[str]) -> None:
    assert ids(judged(FINE.model_copy(update={"music_db": level}), music=scripted)) == rules


@pytest.mark.parametrize(
    ("music", "level", "why"),
    [(None, -20.0, "no storyboard says whether it may play"), (False, None, "no installed model tells music in a mix")],
)
def test_music_that_nobody_can_judge_is_told(music: bool | None, level: float | None, why: str) -> None:
    found = judged(FINE.model_copy(update={"music_db": level}), music=music)
    assert found.rules == ()
    assert [(one.name, one.reason) for one in found.evidence if one.kind is EvidenceKind.NOT_CHECKED] == [
        ("music", why)
    ]
