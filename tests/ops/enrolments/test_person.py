"""A person is enrolled by their own recording, and nobody by an attack; what is doubtful waits for a person."""

import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from bench.captures import CaptureKind, script_of
from bench.captures.files import read as read_recorded
from bench.captures.files import write as write_recorded
from bench.captures.motion import Timeline
from bench.captures.replayed import replay
from bench.captures.takes import Take
from greenroom.domain.consents import Account, Audience, Likeness, LikenessKind
from greenroom.domain.enrolments import Enrolment, EnrolmentState
from greenroom.domain.reviews import Decision, ReviewSubject
from greenroom.domain.verdicts import EvidenceKind, Outcome
from greenroom.errors import Erased
from greenroom.settings import Settings
from ledger import consents, enrolments, likenesses, log, verifications
from models.faces import SAME_PERSON
from moderation.presentation import judge_step, load_presentation_policy
from ops.briefs import account
from ops.enrolled_voices import KnownVoices, enrolled_voices
from ops.enrolments.blocking import block
from ops.enrolments.person import Person
from ops.enrolments.recognition import read
from ops.enrolments.settling import Standing, standing
from ops.enrolments.whole import carried
from ops.erase import erase_due
from ops.likenesses import withdraw
from ops.media_reading import read_stem
from ops.review import answer, waiting
from ops.review_case import case
from ops.review_pictures import Shown, Source, sound
from ops.studio import Studio, open_studio

Recorded = Callable[..., Path]
FilePerson = Callable[..., Enrolment]
Verify = Callable[[Studio, Account], None]
Left = Callable[[Studio], tuple[set[str], set[str]]]
NOTHING: tuple[set[str], set[str]] = (set(), set())
SEED, AGAIN = 3, 7  # two genuine recordings: other challenges, rooms and voices
WHO = 782

# What each attack cannot do, and so the step that it fails first with these seeds.
FAILS = {
    CaptureKind.HELD_STILL: "movements",
    CaptureKind.WARPED_STILL: "movements",
    CaptureKind.REPLAY: "movements",
    CaptureKind.WRONG_PHRASE: "phrase",
    CaptureKind.OTHER_FACE: "mouth",
    CaptureKind.CUT: "continuity",
}


@contextmanager
def installation(home: Path) -> Iterator[Studio]:
    with open_studio(Settings.load({}, home=home)) as studio:
        yield studio


def only(studio: Studio) -> Enrolment:
    """The one enrolment of an account `ada`."""
    with studio.ledger.read() as tx:
        (found,) = enrolments.of_account(tx, account(studio, "ada").id)
    return found


def every_likeness(studio: Studio) -> tuple[Likeness, ...]:
    with studio.ledger.read() as tx:
        return likenesses.every(tx)


def first_failure(stands: Standing) -> str:
    return next(step.name for step in stands.steps if step.outcome is not Outcome.ALLOW)


@pytest.fixture(scope="module")
def homes(
    tmp_path_factory: pytest.TempPathFactory, recorded: Recorded, file_person: FilePerson, verify: Verify
) -> dict[bool, Path]:
    """Two installations in which ada's genuine recording was checked: once verified before, once not."""
    found = {}
    for verified in (True, False):
        found[verified] = tmp_path_factory.mktemp("checked") / "home"
        with installation(found[verified]) as studio:
            ada = account(studio, "ada")
            if verified:
                verify(studio, ada)
            filed = file_person(studio, ada, recorded(CaptureKind.GENUINE, SEED, WHO), SEED)
            carried(studio, filed.id, "run-1")
    return found


@pytest.fixture
def enrolled(homes: dict[bool, Path], tmp_path: Path) -> Iterator[Studio]:
    """An installation in which ada is enrolled as @eve."""
    shutil.copytree(homes[True], tmp_path / "home")
    with installation(tmp_path / "home") as studio:
        yield studio


@pytest.fixture
def unverified(homes: dict[bool, Path], tmp_path: Path) -> Iterator[Studio]:
    """An installation in which ada answered a challenge before anyone looked at her account."""
    shutil.copytree(homes[False], tmp_path / "home")
    with installation(tmp_path / "home") as studio:
        yield studio


def test_a_genuine_recording_of_a_verified_account_is_enrolled(enrolled: Studio) -> None:
    filed = only(enrolled)
    assert standing(enrolled, filed.id).state is EnrolmentState.ENROLLED
    (likeness,) = every_likeness(enrolled)
    assert (likeness.id, likeness.handle, likeness.owner) == (filed.likeness, "eve", account(enrolled, "ada").id)
    with enrolled.ledger.read() as tx:
        consent = consents.in_force(tx, likeness.id)
        assert consent is not None
        assert (consent.version, consent.audience) == (1, Audience.OWNER)
        leaf = consents.leaf(tx, consent.id)
        assert leaf is not None
        assert log.size(tx) == 1
        assert log.prove(tx, leaf.index, 1).holds()


def test_every_step_of_it_is_one_row_with_what_was_measured(enrolled: Studio) -> None:
    steps = standing(enrolled, only(enrolled).id).steps
    assert [(step.number, step.name) for step in steps] == [
        (step.number, step.name) for step in load_presentation_policy().of(only(enrolled).kind)
    ]
    assert {step.outcome for step in steps} == {Outcome.ALLOW}
    assert {one.kind for step in steps for one in step.evidence} == {EvidenceKind.MEASURED}
    assert all(one.value is not None and one.threshold is not None for step in steps for one in step.evidence)
    assert {step.run for step in steps} == {"run-1"}


def test_what_was_recorded_is_sealed_and_the_picture_used_shows_the_face(enrolled: Studio, recorded: Recorded) -> None:
    (likeness,) = every_likeness(enrolled)
    original = recorded(CaptureKind.GENUINE, SEED, WHO).read_bytes()
    assert enrolled.store.get(likeness.capture) != original
    assert enrolled.get(likeness.capture) == original
    picture = Image.open(io.BytesIO(enrolled.get(likeness.reference)))
    assert picture.format == "PNG"
    assert min(picture.size) > 70
    enrolled.keyring.destroy(likeness.id)
    for ref in (likeness.capture, likeness.reference):
        with pytest.raises(Erased):
            enrolled.get(ref)


def test_an_account_nobody_verified_waits_for_a_person(unverified: Studio) -> None:
    filed = only(unverified)
    stands = standing(unverified, filed.id)
    assert stands.state is EnrolmentState.REVIEW
    assert [rule.id for rule in stands.rules] == ["holder.verified"]
    assert every_likeness(unverified) == ()
    (question,) = waiting(unverified, ReviewSubject.ENROLMENT)
    assert (question.review.subject, question.about) == (filed.id, "@eve, person")


def test_a_held_enrolment_is_laid_out_with_its_steps_its_recording_and_what_was_asked(unverified: Studio) -> None:
    (question,) = waiting(unverified, ReviewSubject.ENROLMENT)
    assert question.needs == 1
    found = case(unverified, question.review.id)
    (rule,) = found.rules
    assert rule.sentence == "The account's holder is an adult, and known to be who they say."
    assert [step.name for step in found.steps] == [
        step.name for step in load_presentation_policy().of(LikenessKind.PERSON)
    ]
    assert found.owner == "ada"
    assert found.challenge is not None
    assert found.challenge.words == script_of(SEED).words
    pictures = Shown(unverified).pictures(question.review, found.shots, None, found.enrolment)
    assert [shot.source for shot in found.shots] == [Source.USED] + [Source.CAPTURE] * 6
    assert all(pictures)
    samples, rate = read_stem(sound(unverified, None, found.enrolment) or b"")
    assert (rate, len(samples) / rate > 4) == (16_000, True)


def test_an_operators_approval_verifies_the_account_and_enrols(unverified: Studio) -> None:
    (question,) = waiting(unverified, ReviewSubject.ENROLMENT)
    operator = account(unverified, unverified.settings.account)
    answer(unverified, question.review.id, Decision.APPROVE, operator, "I know her.")
    assert standing(unverified, only(unverified).id).state is EnrolmentState.ENROLLED
    assert [one.handle for one in every_likeness(unverified)] == ["eve"]
    with unverified.ledger.read() as tx:
        verified = verifications.of_account(tx, account(unverified, "ada").id)
    assert verified is not None
    assert (verified.adult, verified.by) == (True, operator.id)


def test_an_operators_denial_refuses_and_erases(unverified: Studio, left: Left) -> None:
    (question,) = waiting(unverified, ReviewSubject.ENROLMENT)
    operator = account(unverified, unverified.settings.account)
    answer(unverified, question.review.id, Decision.DENY, operator, "This is not her.")
    stands = standing(unverified, only(unverified).id)
    assert stands.state is EnrolmentState.REFUSED
    assert [(rule.id, rule.reason) for rule in stands.rules] == [("review.denied", "This is not her.")]
    assert every_likeness(unverified) == ()
    assert left(unverified) == NOTHING
    with unverified.ledger.read() as tx:
        assert log.size(tx) == 0
        assert verifications.of_account(tx, account(unverified, "ada").id) is None


@pytest.mark.parametrize("kind", list(FAILS))
def test_an_attack_is_not_enrolled(
    studio: Studio,
    owner: Account,
    recorded: Recorded,
    file_person: FilePerson,
    verify: Verify,
    left: Left,
    kind: CaptureKind,
) -> None:
    verify(studio, owner)
    filed = file_person(studio, owner, recorded(kind, SEED), SEED)
    state = carried(studio, filed.id)
    assert state in {EnrolmentState.REFUSED, EnrolmentState.REVIEW}
    assert first_failure(standing(studio, filed.id)) == FAILS[kind]
    assert every_likeness(studio) == ()
    if state is EnrolmentState.REFUSED:
        assert left(studio) == NOTHING


def test_a_face_that_another_account_enrolled_and_one_that_is_blocked_are_refused(
    enrolled: Studio, recorded: Recorded, file_person: FilePerson, verify: Verify, tmp_path: Path
) -> None:
    frames, _ = read_recorded(recorded(CaptureKind.GENUINE, SEED, WHO))
    photograph = tmp_path / "photograph.png"
    Image.fromarray(frames[0]).resize((frames.shape[2] * 2, frames.shape[1] * 2)).save(photograph)
    block(enrolled, photograph, "She asked for it.", account(enrolled, enrolled.settings.account))
    bob = account(enrolled, "bob")
    verify(enrolled, bob)
    filed = file_person(enrolled, bob, recorded(CaptureKind.GENUINE, AGAIN, WHO), AGAIN, handle="eva")
    assert carried(enrolled, filed.id) is EnrolmentState.REFUSED
    stands = standing(enrolled, filed.id)
    assert first_failure(stands) == "nobody else's face"
    (step,) = [one for one in load_presentation_policy().of(filed.kind) if one.name == "nobody else's face"]
    seen = {one.name: float(str(one.value)) for row in stands.steps for one in row.evidence if row.name == step.name}
    assert max(seen.values()) < SAME_PERSON
    outcomes = {rule.id: rule.outcome(seen[rule.measure]) for rule in step.rules}
    assert outcomes["face.enrolled"] is not Outcome.ALLOW
    assert outcomes["face.blocked"] is Outcome.DENY
    assert [one.handle for one in every_likeness(enrolled)] == ["eve"]
    with pytest.raises(Erased):
        enrolled.keyring.key(filed.likeness)


def test_an_earlier_capture_is_known_again_by_its_fingerprints(
    enrolled: Studio, recorded: Recorded, file_person: FilePerson, tmp_path: Path
) -> None:
    """The file itself by picture and sound; filmed from a screen, by its sound at the least."""
    copied, filmed = tmp_path / "copied.mp4", tmp_path / "filmed.mp4"
    shutil.copy(recorded(CaptureKind.GENUINE, SEED, WHO), copied)
    frames, samples = read_recorded(copied)
    shown = replay(Take(frames, samples, Timeline((0, 0), (0, 0), 0)), SEED)
    write_recorded(filmed, shown.frames, shown.samples)
    (step,) = [one for one in load_presentation_policy().steps if one.name == "not seen before"]
    for path, rules in ((copied, {"novelty.picture", "novelty.sound"}), (filmed, {"novelty.sound"})):
        filed = file_person(enrolled, account(enrolled, "ada"), path, SEED, handle=path.stem)
        looked = Person(enrolled, filed, tmp_path)
        judged = judge_step(step, looked.measures(step.name))
        assert judged.outcome is Outcome.DENY
        assert {rule.id for rule in judged.rules} >= rules


def test_the_template_of_a_person_is_their_face_their_voice_and_prints_of_picture_and_sound(enrolled: Studio) -> None:
    with enrolled.ledger.read() as tx:
        (template,) = enrolments.every_template(tx)
    known = read(enrolled, template)
    assert known is not None
    assert known.face is not None
    assert len(known.face) == 128
    assert known.picture
    assert known.sound
    assert known.voice is not None
    assert (known.voice.model, len(known.voice.numbers)) == ("Resemblyzer 0.1.4", 256)


def test_a_persons_voice_is_erased_with_everything_else_when_the_likeness_is_withdrawn(enrolled: Studio) -> None:
    with enrolled.ledger.read() as tx:
        (template,) = enrolments.every_template(tx)
    withdraw(enrolled, "eve", account(enrolled, "ada"), "enough")
    erase_due(enrolled)
    assert read(enrolled, template) is None
    assert enrolled_voices(enrolled) == KnownVoices()
