"""An installation in memory: its chain, its key, and the clips it published, to hold files against."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bench.verify_records import facts_of
from greenroom.domain.base import clip_bytes
from greenroom.settings import Settings
from models.roles import Samples
from ops.credentials.chain import Chain, Trust, ensure_chain
from ops.credentials.manifest import Lineage, Manifest, source_type
from ops.credentials.signing import Signed, sign
from ops.label import draw, label_path, label_text, path_seed
from ops.verify import verify_file
from ops.verifying.bounds import USUAL, Bounds
from ops.verifying.facts import NEAREST, Alike, ClipFacts, ConsentTold, Origin, Published
from ops.verifying.found import Looks
from ops.verifying.report import VerifyReport
from ops.watermark.carrier import MarkKey
from ops.watermark.picture import PictureMark
from ops.watermark.sound import mark_sound

WIDTH, HEIGHT, RATE, FRAMES = 320, 180, 24, 24
CLIP = "0123456789abc"
MAKER = "mira"
GIVEN = datetime(2026, 11, 1, tzinfo=UTC)
Picture = NDArray[np.uint8]


@dataclass
class MemoryRecords:
    """What an installation knows, in dictionaries by clip."""

    trust: Trust
    key: MarkKey | None
    known: dict[str, ClipFacts] = field(default_factory=dict)
    files: dict[str, Published] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    revoked: dict[str, datetime] = field(default_factory=dict)
    has_published: bool = True
    alike_to: Callable[[Looks], tuple[Alike, ...]] = lambda looks: ()

    def facts(self, clip: str) -> ClipFacts | None:
        return self.known.get(clip)

    def published_as(self, file_sha256: str) -> str | None:
        return next((clip for clip, facts in self.known.items() if facts.file_sha256 == file_sha256), None)

    def origin(self, clip: str) -> Origin | None:
        return self.origins.get(clip)

    def published(self, clip: str, manifest: str | None) -> Published | None:
        return self.files.get(clip)

    def alike(self, looks: Looks, most: int = NEAREST) -> tuple[Alike, ...]:
        return self.alike_to(looks)[:most]

    def withdraw(self, clip: str) -> None:
        self.known[clip] = self.known[clip].model_copy(update={"withdrawn": True})


@dataclass
class House:
    """One installation, and what it publishes."""

    chain: Chain
    records: MemoryRecords
    folder: Path

    def film(
        self,
        clip: str = CLIP,
        pictures: list[Picture] | None = None,
        samples: Samples | None = None,
        *,
        marked: bool = False,
    ) -> Path:
        """A second of film with the label of a clip, and a tone; `marked`: with its invisible marks, too."""
        text, path = label_text(MAKER), self.folder / f"film-{clip}.mp4"
        frames = pictures if pictures is not None else scene()
        samples = samples if samples is not None else tone(len(frames) / RATE)
        if marked:
            frames, samples = self.marked(frames, clip), self.sounding(samples, clip)
        height, width = frames[0].shape[:2]
        places = label_path(path_seed(clip, self.key), len(frames), width, height, RATE, text)
        write(path, list(draw(frames, places, text)), samples)
        return path

    def marked(self, pictures: list[Picture], clip: str = CLIP) -> list[Picture]:
        height, width = pictures[0].shape[:2]
        mark = PictureMark(self.key, clip_bytes(clip), width, height)
        mark.fit(pictures[::8])
        return [mark.drawn(one) for one in pictures]

    def sounding(self, samples: Samples, clip: str = CLIP) -> Samples:
        return mark_sound(samples, 48000, self.key, clip_bytes(clip))

    def published(self, film: Path, clip: str = CLIP, parent: Path | None = None) -> Path:
        """The film signed as a clip, on record as published."""
        out = self.folder / f"{clip}.mp4"
        lineage = self.lineage(clip)
        signed = self.sign(film, out, clip, parent)
        self.records.known[clip] = facts_of(lineage, out.read_bytes(), signed.manifest)
        self.records.files[clip] = self.kept(out, signed, clip)
        self.records.origins[clip] = Origin(
            installation=lineage.installation,
            maker=lineage.maker,
            published_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
            prompt="@chelsea chases a red ball",
            model=lineage.model,
            consents=(ConsentTold(likeness="chelsea", version=1, audience="everyone", given_at=GIVEN),),
        )
        return out

    def sign(self, film: Path, out: Path, clip: str = CLIP, parent: Path | None = None) -> Signed:
        poster = io.BytesIO()
        Image.fromarray(scene(1)[0]).save(poster, "JPEG")
        manifest = Manifest(
            title=f"{clip}.mp4",
            source_type=source_type(None, captured=True),
            lineage=self.lineage(clip),
            thumbnail=poster.getvalue(),
            parent=parent,
        )
        return sign(film, out, manifest, self.chain)

    def lineage(self, clip: str = CLIP) -> Lineage:
        return Lineage(
            clip=clip,
            brief="brief-1",
            run="run-1",
            maker=MAKER,
            model="previz 1",
            seed=str(2**62 + 1),
            code_version="abc123",
            prompt_sha256="5" * 64,
            installation="greenroom.local",
            label_version=2,
        )

    def kept(self, file: Path, signed: Signed, clip: str = CLIP) -> Published:
        with av.open(str(file)) as container:
            stream = container.streams.video[0]
            width, height, count = stream.width, stream.height, stream.frames
        text = label_text(MAKER)
        return Published(
            text=text,
            label=label_path(path_seed(clip, self.key), count, width, height, RATE, text),
            label_version=2,
            width=width,
            height=height,
            frames_per_second=RATE,
            file=file.read_bytes(),
            sidecar=signed.sidecar,
        )

    def verify(self, file: Path, bounds: Bounds = USUAL, *, marks: bool = True) -> VerifyReport:
        """The report; without `marks` as of an installation that has none, so that they are not searched for."""
        work = self.folder / "work"
        work.mkdir(exist_ok=True)
        records = self.records if marks else replace(self.records, key=None)
        return verify_file(file, records, work, bounds=bounds)

    @property
    def key(self) -> MarkKey:
        assert self.records.key is not None
        return self.records.key


def scene(frames: int = FRAMES, width: int = WIDTH, height: int = HEIGHT, seed: int = 1) -> list[Picture]:
    """A drawing that moves: blocks and discs at places that the seed decides, over a sky that brightens."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width]
    still = np.stack([60 + rows * 90 // height, 80 + columns * 60 // width, 150 - rows * 50 // height], -1)
    for _ in range(14):
        x, y, size = random.integers(0, width), random.integers(0, height), random.integers(height // 14, height // 4)
        still[y : y + size, x : x + 2 * size] = random.integers(20, 235, 3)
    found = []
    for number in range(frames):
        picture = still + number
        centre = (width // 4 + 2 * number, height // 2)
        picture[(columns - centre[0]) ** 2 + (rows - centre[1]) ** 2 < (height // 8) ** 2] = (250, 200, 90)
        found.append(np.clip(picture, 0, 255).astype(np.uint8))
    return found


def tone(seconds: float, hertz: float = 440.0) -> NDArray[np.float32]:
    """float32[N, 2] at 48 kHz: a tone with overtones that swells and falls, so that its fingerprint is its own."""
    time = np.arange(round(seconds * 48000)) / 48000
    voices = sum(np.sin(2 * np.pi * hertz * n * time + n * n) / n for n in range(1, 8))
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 3.1 * time * hertz / 440) * np.sin(2 * np.pi * 0.7 * time)
    return np.tile((0.15 * voices * swell)[:, None], (1, 2)).astype(np.float32)


def speech(seconds: float) -> Samples:
    """float32[N, 2] at 48 kHz: a real voice, in the public domain."""
    with av.open(str(Path(__file__).parents[2] / "data" / "jfk.flac")) as container:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=48000)
        parts = [part.to_ndarray().T for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    return np.ascontiguousarray(np.concatenate(parts)[: round(seconds * 48000)], np.float32)


def write(path: Path, pictures: list[Picture], samples: Samples | None = None, **how: str) -> None:
    """A film as its suffix says; `crf` and `preset` are the picture's, H.264 unless `picture` names another codec."""
    codec = how.pop("picture", "libx264")
    sounds = {".webm": "libopus", ".gif": None}.get(path.suffix, "aac")
    options = {"crf": "20", "preset": "veryfast"} | how if codec == "libx264" else dict(how)
    with av.open(str(path), "w") as container:
        video = container.add_stream(codec, rate=RATE, options=options)
        assert isinstance(video, av.VideoStream)
        video.height, video.width = pictures[0].shape[:2]
        video.pix_fmt = "rgb8" if codec == "gif" else "yuv420p"
        sound = container.add_stream(sounds, rate=48000, layout="stereo") if samples is not None and sounds else None
        for picture in pictures:
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode())
        if sound is not None and samples is not None:
            assert isinstance(sound, av.AudioStream)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout="stereo")
            frame.sample_rate = 48000
            resampler = av.AudioResampler(format=sound.format, layout="stereo", rate=48000, frame_size=960)
            for part in (*resampler.resample(frame), *resampler.resample(None)):
                container.mux(sound.encode(part))
            container.mux(sound.encode())


def read(path: Path) -> tuple[list[Picture], Samples]:
    """The pictures, uint8[H, W, 3], and the sound, float32[N, 2] at 48 kHz, of a film."""
    with av.open(str(path)) as container:
        pictures = [cast("Picture", frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
    with av.open(str(path)) as container:
        parts = [frame.to_ndarray().T for frame in container.decode(audio=0)]
    return pictures, np.concatenate(parts).astype(np.float32)


def flip_a_media_byte(file: Path) -> None:
    """Change one byte in the middle of the `mdat` box."""
    data = bytearray(file.read_bytes())
    start = data.rindex(b"mdat")
    data[start + int.from_bytes(data[start - 4 : start], "big") // 2] ^= 1
    file.write_bytes(data)


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    return ensure_chain(Settings(home=tmp_path_factory.mktemp("house") / "home"))


@pytest.fixture
def house(chain: Chain, tmp_path: Path) -> House:
    return House(chain, MemoryRecords(Trust(chain.root), MarkKey(b"a key for tests")), tmp_path)
