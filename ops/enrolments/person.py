"""A person's recording: what each numbered step measures in it, computed once, when a step asks for it."""

import io
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from greenroom.domain.enrolments import Challenge, Enrolment
from greenroom.errors import GreenroomError
from ledger import enrolments, verifications
from models import continuity, fingerprints_sound, liveness, lookalikes
from models.face_track import FaceTrack, follow
from models.faces import DlibFaces
from models.head_pose import HeadPose, Movement, movements, pose
from models.mouth_opening import openings
from models.mouth_sync import mouth_evidence
from models.phrase_hearing import PocketSphinxPhraseCheck
from models.phrase_hearing_whisper import WhisperPhraseCheck, installed
from models.roles import PhraseHearing
from models.voice_encoder import LEAST_SECONDS, VoiceEncoder, voice_of
from moderation.presentation import Measured
from ops.enrolments.recognition import (
    FARTHEST,
    Recognition,
    VoicePrint,
    nearest_blocked,
    nearest_other_owner,
    others,
)
from ops.enrolments.recording import SAMPLE_RATE, Recording, read_recording
from ops.studio import Studio

_HASHED_EVERY = 0.25  # seconds between frames that are fingerprinted
_MARGIN = 0.9  # of the face's side kept around it in the picture that is used: hair, ears and shoulders


class Person:
    """The recording of one person, and the challenge it must answer."""

    def __init__(self, studio: Studio, enrolment: Enrolment, folder: Path) -> None:
        self._studio = studio
        self._enrolment = enrolment
        self._folder = folder

    def measures(self, step: str) -> Mapping[str, Measured]:
        """The measures of a step of `presentation.yaml`."""
        match step:
            case "container":
                return self._container()
            case "face":
                track = self._track
                return {
                    "share_of_one_face": Measured(track.share_of_one, model=track.model),
                    "share_of_several_faces": Measured(track.share_of_several, model=track.model),
                    "face_side": Measured(track.side, model=track.model),
                }
            case "same person":
                few = "too few faces could be compared"
                return {"farthest_from_itself": Measured(self._track.farthest, model=self._track.model, reason=few)}
            case "movements":
                return self._followed()
            case "phrase":
                return self._phrase()
            case "mouth":
                return {"mouth_with_speech": self._mouth()}
            case "head in space":
                left = liveness.depth(self._track, self._pose, self._recording.frames)
                return {
                    "planar_residual": Measured(left.planar_residual, model=liveness.METHOD),
                    "warp_residual": Measured(left.warp_residual, model=liveness.METHOD),
                }
            case "continuity":
                found, track = self._recording, self._track
                jump = continuity.largest_jump(track, found.frames, found.samples, SAMPLE_RATE)
                when = f"at {jump.moment:.1f} s"
                return {"largest_jump": Measured(jump.size, model=continuity.METHOD, reason=when)}
            case "not seen before":
                return self._novelty()
            case "nobody else's face":
                return self._uniqueness()
            case "account holder":
                return {"holder_verified": self._holder()}
        return {}

    def recognition(self) -> Recognition:
        """What recognises this recording again, and the picture to be used: the face at its most frontal."""
        voice, reason = self._voice()
        buffer = io.BytesIO()
        Image.fromarray(self._portrait()).save(buffer, "PNG")
        return Recognition(
            face=self._face,
            voice=voice,
            voice_reason=reason,
            picture=self._picture_print.hex(),
            sound=self._sound_print.hex(),
            reference=self._studio.put_sealed(buffer.getvalue(), "image/png", self._enrolment.likeness),
        )

    @cached_property
    def _recording(self) -> Recording:
        path = self._folder / "recording.capture"
        path.write_bytes(self._studio.get(self._enrolment.captures[0]))
        return read_recording(path)

    @cached_property
    def _challenge(self) -> Challenge | None:
        with self._studio.ledger.read() as tx:
            return enrolments.challenge(tx, self._enrolment.challenge or "")

    @cached_property
    def _track(self) -> FaceTrack:
        with DlibFaces() as faces:
            return follow(faces, self._recording.moments, self._recording.frames)

    @cached_property
    def _pose(self) -> HeadPose:
        return pose(self._track)

    @cached_property
    def _face(self) -> tuple[float, ...] | None:
        template = self._track.template
        return None if template is None else tuple(float(one) for one in template)

    def _voice(self) -> tuple[VoicePrint | None, str | None]:
        """A print of the voice that says the challenge's phrase; or why there is none: it refuses nobody."""
        try:
            with VoiceEncoder() as encoder:
                windows = encoder.windows(self._recording.samples, SAMPLE_RATE)
        except GreenroomError as missing:
            return None, f"no print of the voice could be made when it was enrolled: {missing.fact}"
        if not windows:
            return None, f"less than {LEAST_SECONDS} s of the capture are voiced; enrol it again"
        return VoicePrint(model=encoder.name, numbers=tuple(float(one) for one in voice_of(windows))), None

    @cached_property
    def _picture_print(self) -> bytes:
        step = max(1, round(_HASHED_EVERY / max(1e-3, self._recording.moments[-1] / len(self._recording.frames))))
        return lookalikes.fingerprint(self._recording.frames[::step])

    @cached_property
    def _sound_print(self) -> bytes:
        return fingerprints_sound.fingerprint(self._recording.samples, SAMPLE_RATE)

    def _container(self) -> Mapping[str, Measured]:
        found = self._recording
        return {
            "sound_streams": Measured(float(found.has_sound)),
            "seconds": Measured(found.seconds),
            "shorter_side": Measured(float(found.shorter_side)),
            "frames_per_second": Measured(found.frames_per_second),
            "longest_gap": Measured(found.longest_gap),
        }

    def _followed(self) -> Mapping[str, Measured]:
        """How many of the directions the head followed, in their order, and how many it made besides."""
        if self._challenge is None:
            return {}
        asked = [one.value for one in self._challenge.directions]
        seen = movements(self._pose)
        kept = in_order(asked, [one.direction.value for one in seen])
        said = f"asked {', '.join(asked)}; seen {_told(seen)}"
        return {
            "movements_followed": Measured(kept / len(asked), reason=said),
            "movements_unasked": Measured(float(len(seen) - kept), reason=said),
        }

    def _phrase(self) -> Mapping[str, Measured]:
        if self._challenge is None:
            return {}
        with self._ear() as ear:
            heard = ear.hear(self._recording.samples, SAMPLE_RATE, self._challenge.words)
        said = f"heard {' '.join(word.text for word in heard.heard) or 'nothing'}"
        return {
            "words_heard": Measured(sum(heard.found) / len(heard.expected), model=ear.name, reason=said),
            "worst_fit": Measured(_worst(heard), model=ear.name, reason=said),
            "words_unasked": Measured(float(heard.extra), model=ear.name, reason=said),
        }

    def _ear(self) -> WhisperPhraseCheck | PocketSphinxPhraseCheck:
        """Whisper where it is installed: it knows more accents. Else the embedded recogniser."""
        folder = self._studio.settings.weights
        return WhisperPhraseCheck(folder) if installed(folder) else PocketSphinxPhraseCheck()

    def _mouth(self) -> Measured:
        moments = np.array(self._recording.moments)
        ways = openings(self._track, self._pose, self._recording.frames)
        found = [mouth_evidence(moments, way, self._recording.samples, SAMPLE_RATE) for way in ways]
        if not found:
            return Measured(None, reason="the mouth was hardly seen from the front")
        best = max(found, key=lambda one: one.correlation)
        return Measured(best.correlation, model="mouth windows 2", reason=f"sound {best.lag:+.2f} s after the mouth")

    def _novelty(self) -> Mapping[str, Measured]:
        picture, sound = 0.0, 0.0
        with self._studio.ledger.read() as tx:
            for _, other in others(self._studio, tx, self._enrolment.id):
                if other.picture:
                    apart = lookalikes.distances(self._picture_print, [bytes.fromhex(other.picture)])
                    picture = max(picture, 1 - float(apart[0]))
                if other.sound:
                    sound = max(sound, fingerprints_sound.similarity(self._sound_print, bytes.fromhex(other.sound)))
        return {
            "likeness_to_an_earlier_picture": Measured(picture, model=lookalikes.VERSION),
            "likeness_to_an_earlier_sound": Measured(sound, model="Haitsma-Kalker 2"),
        }

    def _uniqueness(self) -> Mapping[str, Measured]:
        if self._face is None:
            return {}
        with self._studio.ledger.read() as tx:
            owner = self._enrolment.account
            other, _ = nearest_other_owner(self._studio, tx, self._enrolment.id, owner, self._face)
            blocked = nearest_blocked(self._studio, tx, self._face)
        found = {"nearest_other_owner": other, "nearest_blocked": blocked}
        nobody = "there is nobody to compare with"
        return {
            name: Measured(apart, model=self._track.model, reason=nobody if apart == FARTHEST else None)
            for name, apart in found.items()
        }

    def _holder(self) -> Measured:
        with self._studio.ledger.read() as tx:
            found = verifications.of_account(tx, self._enrolment.account)
        if found is None:
            return Measured(0.0, reason="nobody looked yet")
        return Measured(float(found.adult), reason=f"{found.rule}, {found.recorded_at:%Y-%m-%d}")

    def _portrait(self) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
        """The part of the most frontal frame that shows the head."""
        way = np.hypot(self._pose.yaw, self._pose.pitch)
        best = int(np.nanargmin(np.where(np.isfinite(way), way, np.inf)))
        face, frame = self._track.faces[best], self._recording.frames[best]
        if face is None:
            return frame
        margin = _MARGIN * face.width
        height, width = frame.shape[:2]
        top, bottom = int(max(0, face.y - margin)), int(min(height, face.y + face.height + margin))
        return frame[top:bottom, int(max(0, face.x - margin)) : int(min(width, face.x + face.width + margin))]


def in_order(asked: list[str], seen: list[str]) -> int:
    """How many of `asked` stand in `seen` in their order: the longest common subsequence."""
    lengths = [0] * (len(seen) + 1)
    for one in asked:
        before = lengths.copy()
        for place, other in enumerate(seen, 1):
            lengths[place] = before[place - 1] + 1 if one == other else max(before[place], lengths[place - 1])
    return lengths[-1]


def _told(seen: tuple[Movement, ...]) -> str:
    return ", ".join(f"{one.direction.value} at {one.peak:.1f} s" for one in seen) or "none"


def _worst(heard: PhraseHearing) -> float:
    return float(min(heard.fits))
