"""A real small film, its poster, and an installation with a chain of its own."""

import io
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from greenroom.settings import Settings
from ops.credentials.chain import Chain, ensure_chain
from ops.credentials.manifest import Lineage, Manifest, source_type
from ops.label import VERSION, draw, label_path, label_text, path_seed
from ops.watermark.carrier import MarkKey
from ops.watermark.key import mark_key

WIDTH, HEIGHT, RATE, FRAMES = 320, 180, 24, 24
CLIP = "0123456789abc"
MAKER = "mira"


@dataclass(frozen=True)
class Studio:
    """One installation, and what it signs."""

    settings: Settings
    chain: Chain
    key: MarkKey
    film: Path
    poster: bytes

    @staticmethod
    def flip_a_media_byte(file: Path) -> None:
        """Change one byte in the middle of the `mdat` box."""
        data = bytearray(file.read_bytes())
        start = data.rindex(b"mdat")
        data[start + int.from_bytes(data[start - 4 : start], "big") // 2] ^= 1
        file.write_bytes(data)

    def manifest(self, clip: str = CLIP, parent: Path | None = None) -> Manifest:
        lineage = Lineage(
            clip=clip,
            brief="brief-1",
            run="run-1",
            maker=MAKER,
            model="previz 1",
            seed=str(2**62 + 1),
            code_version="abc123",
            prompt_sha256="5" * 64,
            consent_receipts=("7" * 64,),
            installation="greenroom.local",
            label_version=VERSION,
        )
        return Manifest(
            title=f"{clip}.mp4",
            source_type=source_type(None, captured=True),
            lineage=lineage,
            thumbnail=self.poster,
            parent=parent,
        )


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("studio")
    settings = Settings(home=folder / "home")
    film = folder / "film.mp4"
    text, key = label_text(MAKER), mark_key(settings)
    places = label_path(path_seed(CLIP, key), FRAMES, WIDTH, HEIGHT, RATE, text)
    frames = [np.full((HEIGHT, WIDTH, 3), (40 + 6 * n, 120, 160), np.uint8) for n in range(FRAMES)]
    with av.open(film, "w") as container:
        video = container.add_stream("libx264", rate=RATE, options={"crf": "20", "preset": "veryfast"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = container.add_stream("aac", rate=48000, layout="stereo")
        for frame in draw(frames, places, text):
            container.mux(video.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(video.encode())
        tone = 0.2 * np.sin(2 * np.pi * 440 * np.arange(48000) / 48000)
        samples = av.AudioFrame.from_ndarray(np.stack([tone, tone]).astype(np.float32), format="fltp", layout="stereo")
        samples.sample_rate = 48000
        container.mux(sound.encode(samples))
        container.mux(sound.encode())
    buffer = io.BytesIO()
    Image.fromarray(frames[0]).save(buffer, "JPEG")
    return Studio(settings, ensure_chain(settings), key, film, buffer.getvalue())
