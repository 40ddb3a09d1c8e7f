"""A person's recording: what each numbered step measures in it, computed once, when a step asks for it."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from greenroom.domain.enrolments import Challenge, Enrolment
from ledger import enrolments, verifications
from moderation.presentation import Measured
from ops.enrolments.recognition import Recognition
from ops.enrolments.recording import Recording, read_recording
from ops.studio import Studio


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
                found = self._recording
                return {
                    "sound_streams": Measured(float(found.has_sound)),
                    "seconds": Measured(found.seconds),
                    "shorter_side": Measured(float(found.shorter_side)),
                    "frames_per_second": Measured(found.frames_per_second),
                    "longest_gap": Measured(found.longest_gap),
                }
            case "account holder":
                return {"holder_verified": self._holder()}
        return {}

    def recognition(self) -> Recognition:
        """What recognises this recording again, and the picture to be used."""
        return Recognition()

    @cached_property
    def _recording(self) -> Recording:
        path = self._folder / "recording.capture"
        path.write_bytes(self._studio.get(self._enrolment.captures[0]))
        return read_recording(path)

    @cached_property
    def _challenge(self) -> Challenge | None:
        with self._studio.ledger.read() as tx:
            return enrolments.challenge(tx, self._enrolment.challenge or "")

    def _holder(self) -> Measured:
        with self._studio.ledger.read() as tx:
            found = verifications.of_account(tx, self._enrolment.account)
        if found is None:
            return Measured(0.0, reason="nobody looked yet")
        return Measured(float(found.adult), reason=f"{found.rule}, {found.recorded_at:%Y-%m-%d}")
