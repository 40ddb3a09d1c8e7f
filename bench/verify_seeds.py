"""What the verifier's front door is fuzzed with: small files of every kind, signed and not, and who published one."""

import hashlib
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import av
import c2pa
import numpy as np
from PIL import Image

from greenroom.domain.base import clip_bytes
from greenroom.settings import Settings
from models.roles import Picture, Samples
from ops.credentials.chain import Chain, Trust, ensure_chain
from ops.credentials.manifest import Lineage, Manifest, definition, source_type
from ops.credentials.offline import context
from ops.label import draw, label_path, label_text, path_seed
from ops.verifying.facts import Alike, ClipFacts, LogFacts, Origin, Published
from ops.verifying.found import Looks
from ops.watermark.carrier import MarkKey
from ops.watermark.picture import PictureMark

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.stream import VideoStream

CLIP, MAKER, RATE = "0123456789abc", "mira", 24
_SMALL, _LARGE = (96, 54), (320, 180)  # pixels: in the small ones no mark can be, so they are not searched
_SOUNDS = {".wav": "pcm_s16le", ".flac": "flac", ".mp3": "libmp3lame", ".m4a": "aac", ".ogg": "libopus"}
_FILMS = {
    ".mp4": ("libx264", "aac", "yuv420p"),
    ".mkv": ("libx264", "aac", "yuv420p"),
    ".webm": ("libvpx-vp9", "libopus", "yuv420p"),
    ".gif": ("gif", None, "rgb8"),
}


@dataclass
class Records:
    """What this installation knows: one clip."""

    trust: Trust
    key: MarkKey
    known: ClipFacts | None = None
    file: Published | None = None
    revoked: dict[str, datetime] = field(default_factory=dict)

    def facts(self, clip: str) -> ClipFacts | None:
        return self.known if self.known is not None and clip == self.known.clip else None

    def published_as(self, file_sha256: str) -> str | None:
        return CLIP if self.known is not None and file_sha256 == self.known.file_sha256 else None

    def origin(self, clip: str) -> Origin | None:
        day = datetime(2026, 11, 20, tzinfo=UTC)
        return Origin(
            installation="greenroom.local", maker=MAKER, published_at=day, prompt="a drawing", model="previz 1"
        )

    def published(self, clip: str, manifest: str | None) -> Published | None:
        return self.file

    def alike(self, looks: Looks) -> tuple[Alike, ...]:
        return ()


def planted(folder: Path) -> tuple[dict[str, bytes], Records]:
    """Signed and unsigned files of every kind, and the installation that published one of the films."""
    chain = ensure_chain(Settings(home=folder / "home"))
    records = Records(Trust(chain.root), MarkKey(b"a key to fuzz with"))
    seeds: dict[str, bytes] = {}
    for name, size, frames, seconds in (("", _SMALL, 6, 0.25), ("large ", _LARGE, 24, 1.0)):
        pictures, samples = _drawing(records.key, *size, frames, marked=bool(name)), _tone(seconds)
        film = _film(folder, ".mp4", pictures, samples)
        signed, sidecar, manifest = _published(film, chain, folder)
        seeds[f"{name}signed film"] = signed
        if not name:
            records.known, records.file = _known(signed, manifest), _kept(signed, sidecar, pictures, records.key)
            seeds["manifest in a film"] = signed
            seeds |= {
                f"film {suffix}": _film(folder, suffix, pictures, samples) for suffix in (".mkv", ".webm", ".gif")
            }
            seeds |= {f"sound {suffix}": _sound(folder, suffix, samples) for suffix in _SOUNDS}
            seeds |= _stills(pictures[0])
            for kind, mime in (("still PNG", "image/png"), ("film .gif", "image/gif"), ("sound .wav", "audio/wav")):
                seeds[f"signed {kind}"] = _signed(seeds[kind], mime, chain)[0]
        else:
            seeds["large still"] = _stills(pictures[0])["still PNG"]
    return seeds, records


def _drawing(key: MarkKey, width: int, height: int, frames: int, *, marked: bool) -> list[Picture]:
    dice = np.random.default_rng(5)
    still = np.full((height, width, 3), 120, np.uint8)
    for _ in range(12):
        x, y, size = dice.integers(0, width), dice.integers(0, height), max(2, height // 6)
        still[y : y + size, x : x + 2 * size] = dice.integers(0, 256, 3)
    pictures = [np.roll(still, number, axis=1) for number in range(frames)]
    if marked:
        mark = PictureMark(key, clip_bytes(CLIP), width, height)
        mark.fit(pictures[:2])
        pictures = [mark.drawn(one) for one in pictures]
    text = label_text(MAKER)
    return list(draw(pictures, label_path(path_seed(CLIP, key), frames, width, height, RATE, text), text))


def _tone(seconds: float) -> Samples:
    time_ = np.arange(round(seconds * 48000)) / 48000
    return np.tile((0.2 * np.sin(2 * np.pi * 440 * time_))[:, None], (1, 2)).astype(np.float32)


def _film(folder: Path, suffix: str, pictures: list[Picture], samples: Samples) -> bytes:
    path = folder / f"seed{suffix}"
    codec, sound, pixels = _FILMS[suffix]
    with av.open(str(path), "w") as container:
        video = cast("VideoStream", container.add_stream(codec, rate=RATE))
        video.height, video.width = pictures[0].shape[:2]
        video.pix_fmt = pixels
        audio = None
        if sound is not None:
            audio = cast("AudioStream", container.add_stream(sound, rate=48000, layout="stereo"))
        for picture in pictures:
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode())
        if audio is not None:
            _encode(container, audio, samples)
    return path.read_bytes()


def _sound(folder: Path, suffix: str, samples: Samples) -> bytes:
    path = folder / f"seed{suffix}"
    with av.open(str(path), "w") as container:
        audio = container.add_stream(_SOUNDS[suffix], rate=48000, layout="stereo")
        _encode(container, cast("AudioStream", audio), samples)
    return path.read_bytes()


def _encode(container: "OutputContainer", audio: "AudioStream", samples: Samples) -> None:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout="stereo")
    frame.sample_rate = 48000
    resampler = av.AudioResampler(format=audio.format, layout="stereo", rate=48000, frame_size=960)
    for part in (*resampler.resample(frame), *resampler.resample(None)):
        container.mux(audio.encode(part))
    container.mux(audio.encode())


def _stills(picture: Picture) -> dict[str, bytes]:
    found = {}
    for kind in ("PNG", "JPEG", "WEBP"):
        data = io.BytesIO()
        Image.fromarray(picture).save(data, kind)
        found[f"still {kind}"] = data.getvalue()
    return found


def _published(film: bytes, chain: Chain, folder: Path) -> tuple[bytes, bytes, str]:
    """The film signed as a clip; its sidecar, and its manifest's name."""
    still = io.BytesIO()
    Image.new("RGB", (32, 18), (9, 99, 9)).save(still, "JPEG")
    manifest = Manifest(
        title="clip", source_type=source_type(None, captured=False), lineage=_lineage(), thumbnail=still.getvalue()
    )
    return _signed(film, "video/mp4", chain, manifest)


def _signed(data: bytes, mime: str, chain: Chain, manifest: Manifest | None = None) -> tuple[bytes, bytes, str]:
    made = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
    actions = {"actions": [{"action": "c2pa.created", "digitalSourceType": made}]}
    plain: dict[str, object] = {"title": "x", "assertions": [{"label": "c2pa.actions.v2", "data": actions}]}
    said = dict(definition(manifest)) if manifest is not None else plain
    signer = c2pa.Signer.from_callback(chain.sign, c2pa.C2paSigningAlg.ES256, chain.certificates, None)
    out = io.BytesIO()
    with context(chain.trust) as trust, c2pa.Builder(json.dumps(said | {"format": mime}), context=trust) as builder:
        if manifest is not None:
            builder.add_resource("thumbnail", io.BytesIO(manifest.thumbnail))
        sidecar = bytes(builder.sign(signer, mime, io.BytesIO(data), out))
    with context(chain.trust) as trust, c2pa.Reader(mime, io.BytesIO(out.getvalue()), None, trust) as reader:
        return out.getvalue(), sidecar, str(json.loads(reader.json())["active_manifest"])


def _lineage() -> Lineage:
    return Lineage(
        clip=CLIP,
        brief="brief-1",
        run="run-1",
        maker=MAKER,
        model="previz 1",
        seed="7",
        code_version="1",
        prompt_sha256="5" * 64,
        installation="greenroom.local",
    )


def _known(film: bytes, manifest: str) -> ClipFacts:
    lineage = _lineage()
    return ClipFacts(
        clip=CLIP,
        file_sha256=hashlib.sha256(film).hexdigest(),
        manifest=manifest,
        brief=lineage.brief,
        run=lineage.run,
        maker=lineage.maker,
        model=lineage.model,
        seed=int(lineage.seed),
        prompt_sha256=lineage.prompt_sha256,
        withdrawn=False,
        log=LogFacts(included=True, leaf=1, tree_size=2, root="ab" * 32),
    )


def _kept(film: bytes, sidecar: bytes, pictures: list[Picture], key: MarkKey) -> Published:
    height, width = pictures[0].shape[:2]
    text = label_text(MAKER)
    places = label_path(path_seed(CLIP, key), len(pictures), width, height, RATE, text)
    return Published(text, places, 2, width, height, RATE, film, sidecar)
