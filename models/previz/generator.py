"""The embedded generator: a storyboard is spoken, staged, simulated, rendered and heard; no weights, no GPU.

Same storyboard, same likenesses, same code: the same frames, bit for bit, on any number of threads.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from pydantic import JsonValue

from greenroom.domain.storyboards import Storyboard
from models.previz.world import World
from models.roles import ControlSink, Generated, Picture, Progress, Speech, Spoken

NAME = "previz 2"  # and its version: raised with any change of what it makes of the same storyboard
SAMPLE_RATE = 48_000  # hertz, of every stem


class PrevizGenerator:
    """Role Generator by simulation. `threads` 0 leaves one a core."""

    name = NAME
    weights: str | None = None

    def __init__(self, speech: Speech, threads: int = 0) -> None:
        self._speech = speech
        self._threads = threads
        self._alone = ExitStack()

    def __enter__(self) -> Self:
        from threadpoolctl import threadpool_limits

        self._alone.enter_context(threadpool_limits(1, "blas"))  # its idle threads would spin on the renderer's cores
        self._speech.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._alone.close()
        self._speech.__exit__(kind, error, trace)

    def generate(
        self,
        storyboard: Storyboard,
        likenesses: Mapping[str, Picture],
        progress: Progress,
        attempt: int = 0,
        controls: ControlSink | None = None,
    ) -> Generated:
        """Make a take. `likenesses` gives the reference picture of each handle in the storyboard.

        Another `attempt` simulates the same plan with other small chances. `controls` takes the control passes as the
        frames are taken. Raises `GenerationFailed`.
        """
        from models.previz.film import Film
        from models.previz.sound.soundtrack import soundtrack
        from models.previz.staging.stage import stage

        progress("speech", 0.0)
        spoken = speak(self._speech, storyboard)
        progress("staging", 0.0)
        world = stage(storyboard, spoken, attempt)
        film = Film(world, likenesses, self._threads, controls)
        progress("sound", 0.0)  # while the first frames are drawn
        stems, timing = soundtrack(storyboard, world, spoken)
        return Generated(
            frames=_told(film, len(world.frames), progress),
            stems=stems,
            sample_rate=SAMPLE_RATE,
            timing=timing,
            construction=construction(storyboard, world),
            physics=world.physics,
        )


def speak(speech: Speech, storyboard: Storyboard) -> dict[int, Spoken]:
    """Every line of a storyboard by its index, each in the voice its speaker is cast with."""
    from models.speech_voices import cast_voices

    spoken = {}
    for index, line in enumerate(storyboard.lines):
        voice = cast_voices(storyboard, speech.voices(line.language))[line.actor]
        spoken[index] = speech.speak(line.text, line.language, voice, line.delivery)
    return spoken


def _told(film: Iterable[Picture], count: int, progress: Progress) -> Iterator[Picture]:
    """The pictures of a film, with word of how far it is."""
    for index, picture in enumerate(film):
        yield picture
        progress("rendering", (index + 1) / count)


def construction(storyboard: Storyboard, world: World) -> dict[str, JsonValue]:
    """What the scene is made of: evidence by construction for the gates."""
    return {
        "places": list[JsonValue](dict.fromkeys(setting.place for setting in world.settings)),
        "species": {body.id: body.species for body in world.bodies},
        "likenesses": list[JsonValue](sorted({actor.likeness for actor in storyboard.actors if actor.likeness})),
        "props": {rigid.id: rigid.shape for rigid in world.rigids},
        "lines": list[JsonValue](line.text for line in storyboard.lines),
    }
