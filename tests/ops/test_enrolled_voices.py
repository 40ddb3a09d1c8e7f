"""Whose voices a sound is held against, how each stands to the brief, and what is heard of them in a clip."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench.dialogue.sounds import JFK, LINES, RATE, decoded
from greenroom.domain.base import new_id, now
from greenroom.domain.consents import Account, Likeness, LikenessKind
from greenroom.domain.enrolments import Template
from greenroom.domain.verdicts import Gate
from ledger import consents, enrolments, likenesses
from models.catalogue import Weight, catalogue
from models.spectra import stretched
from models.speech import EspeakSpeech
from models.voice_encoder import VoiceEncoder, voice_of
from moderation.dialogue_voices import VoiceStanding
from ops import hearing
from ops.briefs import account
from ops.enrolled_voices import NEVER_KEPT, KnownVoices, enrolled_voices
from ops.enrolments.recognition import Recognition, VoicePrint
from ops.hearing_voices import voices_heard
from ops.judge_clip import judge_clip
from ops.likenesses import withdraw
from ops.media import write_master
from ops.sound_levels import normalise
from ops.stages.handling import Enrolled
from ops.studio import Studio
from tests.ops.conftest import EnrolPet
from tests.ops.takes import FPS, moving

EnrolPerson = Callable[..., Enrolled]


@pytest.fixture(scope="module")
def voice() -> VoicePrint:
    """The first five seconds of a speech, as an enrolment keeps them."""
    with VoiceEncoder() as encoder:
        windows = encoder.windows(decoded(JFK)[: 5 * RATE], RATE)
    return VoicePrint(model=encoder.name, numbers=tuple(float(one) for one in voice_of(windows)))


@pytest.fixture
def enrol_person(studio: Studio, enrol_pet: EnrolPet) -> EnrolPerson:
    """Records a person's likeness, consent and template, as an enrolment that passed every step does."""
    cat, said = enrol_pet("tom")

    def enrolled(handle: str, owner: Account, known: Recognition | None, *, voice: bool = False) -> Enrolled:
        with studio.ledger.read() as tx:
            (filed,) = enrolments.of_handle(tx, "tom")
        likeness: Likeness = cat.model_copy(
            update={"id": new_id("lk"), "handle": handle, "kind": LikenessKind.PERSON, "owner": owner.id}
        )
        consent = said.model_copy(update={"id": new_id("cs"), "likeness": likeness.id, "voice": voice})
        again = filed.model_copy(update={"id": new_id("en"), "likeness": likeness.id, "handle": handle})
        with studio.ledger.write() as tx:
            likenesses.add(tx, likeness)
            consents.add(tx, consent)
            enrolments.add(tx, again, None)
        if known is not None:
            ref = studio.put_document(known, likeness.id)
            template = Template(
                enrolment=again.id, likeness=likeness.id, account=owner.id, template=ref, recorded_at=now()
            )
            with studio.ledger.write() as tx:
                enrolments.add_template(tx, template)
        return Enrolled(handle, likeness, consent, withdrawn=False)

    return enrolled


def standings(known: KnownVoices) -> dict[str, VoiceStanding]:
    return {one.handle: one.standing for one in known.voices}


def test_each_persons_voice_stands_as_the_brief_and_the_consent_say(
    studio: Studio, enrol_person: EnrolPerson, voice: VoicePrint
) -> None:
    known = Recognition(voice=voice)
    ann = enrol_person("ann", account(studio, "ann"), known)
    enrol_person("ann_again", account(studio, "ann"), known)
    bob = enrol_person("bob", account(studio, "bob"), known, voice=True)
    enrol_person("cid", account(studio, "cid"), known)
    assert standings(enrolled_voices(studio)) == dict.fromkeys(("ann", "ann_again", "bob", "cid"), "elsewhere")
    assert standings(enrolled_voices(studio, (ann, bob))) == {"ann": "excluded", "bob": "allowed", "cid": "elsewhere"}
    (first, *_) = enrolled_voices(studio).voices
    assert first.voice.shape == (256,)


def test_an_older_enrolment_and_a_silent_one_are_named_with_the_reason_and_a_pet_has_no_voice(
    studio: Studio, enrol_person: EnrolPerson
) -> None:
    enrol_person("old", account(studio, "ann"), Recognition(face=(0.1,) * 128))
    enrol_person("lost", account(studio, "bob"), None)
    enrol_person("mute", account(studio, "cid"), Recognition(voice_reason="too little was spoken"))
    known = enrolled_voices(studio)
    assert known.voices == ()
    reasons = {one.handle: one.reason for one in known.without}
    assert reasons == {"old": NEVER_KEPT, "lost": NEVER_KEPT, "mute": "too little was spoken"}
    heard = voices_heard(decoded(JFK)[:, None], RATE, known)
    assert (heard.model, len(heard.without)) == (None, 3)


def test_a_withdrawn_voice_can_be_read_by_nobody_and_is_compared_with_nothing(
    studio: Studio, enrol_person: EnrolPerson, voice: VoicePrint
) -> None:
    ann = account(studio, "ann")
    enrol_person("ann", ann, Recognition(voice=voice))
    with studio.ledger.read() as tx:
        sealed = next(one.template for one in enrolments.every_template(tx))
    stored = studio.store.get(sealed)
    assert b"voice" not in stored
    withdraw(studio, "ann", ann, "enough")
    known = enrolled_voices(studio)
    assert (known.voices, known.without) == ((), ())


def test_an_enrolled_voice_is_known_again_in_another_part_of_the_speech(
    studio: Studio, enrol_person: EnrolPerson, voice: VoicePrint
) -> None:
    enrol_person("ann", account(studio, "ann"), Recognition(voice=voice))
    other = voice.model_copy(update={"model": "another encoder"})
    enrol_person("bob", account(studio, "bob"), Recognition(voice=other))
    heard = voices_heard(decoded(JFK)[5 * RATE :, None], RATE, enrolled_voices(studio))
    (one,) = heard.voices
    assert [near.handle for near in one.near] == ["ann"]
    assert one.near[0].similarity > studio.policy.threshold("dialogue.voice_elsewhere", "similarity")
    assert ["another encoder" in one.reason for one in heard.without] == [True]


def test_a_film_from_elsewhere_in_which_an_enrolled_person_speaks_is_held(
    studio: Studio, enrol_person: EnrolPerson, voice: VoicePrint, tmp_path: Path
) -> None:
    enrol_person("ann", account(studio, "ann"), Recognition(voice=voice))
    enrol_person("old", account(studio, "bob"), Recognition(face=(0.1,) * 128))
    speech = decoded(JFK)[5 * RATE : 9 * RATE]
    finer = np.interp(np.arange(3 * len(speech)) / 3, np.arange(len(speech)), speech)
    file = tmp_path / "film.mkv"
    write_master(file, moving(), FPS, normalise(np.stack([finer, finer], 1).astype(np.float32)))
    answer = next(one for one in judge_clip(studio, file).verdicts if one.gate == Gate.DIALOGUE)
    said = {rule.id: rule.reason for rule in answer.rules}
    assert "may be that of an enrolled person whom the brief does not name" in said["dialogue.voice_elsewhere"]
    assert "@ann" not in answer.model_dump_json()
    unchecked = {one.name: one.reason for one in answer.not_checked}
    assert unchecked["voices of others"] == "1 whom the brief does not name have no print to compare"


def test_the_voices_of_a_file_are_counted_whether_or_not_anyone_is_enrolled() -> None:
    with EspeakSpeech() as speech:
        said = speech.speak(LINES[0], "en", "robot")
    line = stretched(said.samples[:, 0], RATE / said.sample_rate).astype(np.float32)
    kennedy = decoded(JFK)[: 5 * RATE]
    for sound, count in ((kennedy, 1), (np.concatenate([kennedy, line]), 2), (kennedy * 0, 0)):
        heard = voices_heard(sound[:, None], RATE, KnownVoices(), counts=True)
        assert (heard.counted, heard.voices, heard.model) == (count, (), "Resemblyzer 0.1.4")
    assert voices_heard(kennedy[:, None], RATE, KnownVoices()).counted is None


def test_an_encoder_that_is_missing_or_broken_leaves_its_reason(
    studio: Studio, enrol_person: EnrolPerson, voice: VoicePrint, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol_person("ann", account(studio, "ann"), Recognition(voice=voice))
    hearing.release()  # or this thread's loaded one is asked
    entry = next(one for one in catalogue() if one.id == "voice_encoder")
    for update in ({"package": "no_such_package"}, {"size": 1}, {"file": "hparams.py", "size": 946}):
        changed: Weight = entry.model_copy(update=update)
        monkeypatch.setattr("models.voice_encoder.weight", lambda _, changed=changed: changed)
        heard = voices_heard(decoded(JFK)[:, None], RATE, enrolled_voices(studio))
        assert heard.voices == ()
        assert heard.reason is not None
        assert "nstall" in heard.reason
