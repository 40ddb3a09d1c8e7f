"""Making a take: a generator's frames and stems become sealed blobs, with the exact model, seed and settings."""

import io
from collections.abc import Mapping

import numpy as np
from PIL import Image

from greenroom.domain.base import BlobRef
from greenroom.domain.clips import Take
from greenroom.domain.storyboards import Storyboard
from models.roles import Picture, Progress
from ops.generators import generator_for
from ops.media import write_master, write_stem
from ops.sound_levels import mix, normalise
from ops.studio import Studio, work_folder


def make_take(
    studio: Studio, storyboard: Storyboard, references: Mapping[str, BlobRef], name: str, brief: str, progress: Progress
) -> Take:
    """Run the generator over the storyboard and seal what it made under the brief's key.

    `references` gives each handle's reference picture. Nothing is kept of a take that was not finished.
    """
    pictures = {handle: read_picture(studio.get(ref)) for handle, ref in references.items()}
    with generator_for(studio, name) as generator, work_folder(studio) as folder:
        generated = generator.generate(storyboard, pictures, progress)
        sound = normalise(mix(generated.stems), generated.sample_rate)
        path = folder / "master.mkv"
        info = write_master(path, generated.frames, storyboard.frames_per_second, sound, generated.sample_rate)
        master = studio.put_sealed(path.read_bytes(), "video/x-matroska", brief)
        stems = {
            stem: studio.put_sealed(write_stem(samples, generated.sample_rate), "audio/flac", brief)
            for stem, samples in generated.stems.items()
        }
        return Take(
            generator=name,
            model=generator.name,
            weights=generator.weights,
            seed=storyboard.seed,
            master=master,
            stems=stems,
            timing=generated.timing,
            seconds=storyboard.seconds,
            width=storyboard.width,
            height=storyboard.height,
            frames_per_second=storyboard.frames_per_second,
            frame_count=info.frame_count,
            frames_sha256=info.frames_sha256,
            construction=dict(generated.construction),
        )


def read_picture(data: bytes) -> Picture:
    """A stored reference picture as uint8[H, W, 3]."""
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.uint8)
