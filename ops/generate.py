"""Making a take: a generator's frames and stems become sealed blobs, with the exact model, seed and settings."""

import io
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from PIL import Image

from greenroom.domain.base import BlobRef
from greenroom.domain.briefs import Brief
from greenroom.domain.clips import Take
from greenroom.domain.storyboards import Storyboard
from greenroom.errors import GenerationFailed
from models.roles import ControlSink, Generated, Generator, Picture, Progress
from moderation.policy import Policy
from moderation.take import physics_faults
from ops.control_files import ControlFiles
from ops.generators import generator_for
from ops.media import write_master, write_stem
from ops.sound_levels import mix, normalise
from ops.studio import Studio, work_folder

_MEDIA = {".mkv": "video/x-matroska", ".json": "application/json"}  # types of control passes
ATTEMPTS = 3  # simulations of one plan before gate 4 is shown the last


def make_take(
    studio: Studio, storyboard: Storyboard, references: Mapping[str, BlobRef], brief: Brief, progress: Progress
) -> Take:
    """Run the brief's generator over the storyboard and seal what it made under the brief's key.

    `references` gives each handle's reference picture. Nothing is kept of a take that was not finished.
    """
    pictures = {handle: read_picture(studio.get(ref)) for handle, ref in references.items()}
    with generator_for(studio, brief.generator) as generator, work_folder(studio) as folder:
        rate = storyboard.frames_per_second
        beside = folder / "passes"
        beside.mkdir()
        with ControlFiles(beside, brief.passes, rate) as controls:
            sink = controls if brief.passes else None
            generated = simulated(generator, storyboard, pictures, progress, studio.policy, sink)
            sound = normalise(mix(generated.stems), generated.sample_rate)
            path = folder / "master.mkv"
            info = write_master(path, generated.frames, rate, sound, generated.sample_rate)
        master = studio.put_sealed(path.read_bytes(), "video/x-matroska", brief.id)
        passes = {
            name: studio.put_sealed(file.read_bytes(), _MEDIA[file.suffix], brief.id)
            for name, file in controls.paths.items()
        }
        stems = {
            stem: studio.put_sealed(write_stem(samples, generated.sample_rate), "audio/flac", brief.id)
            for stem, samples in generated.stems.items()
        }
        return Take(
            generator=brief.generator,
            model=generator.name,
            weights=generator.weights,
            seed=storyboard.seed,
            master=master,
            stems=stems,
            timing=generated.timing,
            passes=passes,
            seconds=storyboard.seconds,
            width=storyboard.width,
            height=storyboard.height,
            frames_per_second=storyboard.frames_per_second,
            frame_count=info.frame_count,
            frames_sha256=info.frames_sha256,
            construction=dict(generated.construction),
            physics=generated.physics,
        )


def simulated(
    generator: Generator,
    storyboard: Storyboard,
    pictures: Mapping[str, Picture],
    progress: Progress,
    policy: Policy,
    controls: ControlSink | None = None,
) -> Generated:
    """A take whose simulation keeps the laws of physics, or the last of a few attempts: gate 4 says what it breaks.

    Raises `GenerationFailed` when none could be simulated to its end.
    """
    found: Generated | None = None
    for attempt in range(ATTEMPTS):
        last = attempt == ATTEMPTS - 1
        try:
            generated = generator.generate(storyboard, pictures, progress, attempt, controls)
        except GenerationFailed:
            if not last:
                continue
            if found is None:
                raise
            return found
        if generated.physics is None:
            return generated
        told = generated.physics.model_copy(update={"attempts": attempt + 1})
        found = replace(generated, physics=told)
        if last or not physics_faults(told, policy):
            return found
    raise GenerationFailed("No take was asked for.")  # ATTEMPTS is at least 1


def read_picture(data: bytes) -> Picture:
    """A stored reference picture as uint8[H, W, 3]."""
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.uint8)
