"""What the verifier's front door is fuzzed with: small files of every kind, signed and not, some of them published."""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import av
import c2pa
import numpy as np
from PIL import Image

from bench.verify_records import MAKER, RATE, Records, Signed
from greenroom.domain.base import clip_bytes
from greenroom.settings import Settings
from models.roles import Picture, Samples
from ops.credentials.chain import Chain, Trust, ensure_chain
from ops.credentials.manifest import Lineage, Manifest, definition, source_type
from ops.credentials.offline import context
from ops.label import draw, label_path, label_text, path_seed
from ops.watermark.carrier import MarkKey
from ops.watermark.picture import PictureMark
from ops.watermark.sound import mark_sound

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.stream import VideoStream

CLIP, REMIX, SPOKEN, LARGE = "0123456789abc", "0rem1x6789abc", "0sp0ken789abc", "01arge6789abc"
_SMALL, _WIDE = (96, 54), (320, 180)  # pixels: in the small ones no mark can be, so they are not searched
_MARKED_SECONDS = 6.0  # of a sound that can hide a mark
_SOUNDS = {".wav": "pcm_s16le", ".flac": "flac", ".mp3": "libmp3lame", ".m4a": "aac", ".ogg": "libopus"}
_FILMS = {
    ".mp4": ("libx264", "aac", "yuv420p"),
    ".mov": ("libx264", "aac", "yuv420p"),
    ".m4v": ("libx264", "aac", "yuv420p"),
    ".avi": ("mpeg4", "libmp3lame", "yuv420p"),
    ".mkv": ("libx264", "aac", "yuv420p"),
    ".ts": ("libx264", "aac", "yuv420p"),
    ".webm": ("libvpx-vp9", "libopus", "yuv420p"),
    ".gif": ("gif", None, "rgb8"),
}
_CARRYING = {  # kinds that may carry a manifest, besides MP4
    "still PNG": "image/png",
    "film .gif": "image/gif",
    "film .mov": "video/quicktime",
    "film .avi": "video/avi",
    "sound .wav": "audio/wav",
}


@dataclass(frozen=True)
class _House:
    """Who signs, what is known, and where films are written."""

    chain: Chain
    records: Records
    folder: Path

    def published(
        self, clip: str, pictures: list[Picture], samples: Samples, parent: tuple[str, bytes] | None = None
    ) -> bytes:
        """The film of these, signed as a clip and on record; `parent`: the clip that it is a remix of, and its file."""
        film, above = _film(self.folder, ".mp4", pictures, samples), None
        if parent is not None:
            above = self.folder / "parent.mp4"
            above.write_bytes(parent[1])
        still, lineage = io.BytesIO(), _lineage(clip)
        Image.new("RGB", (32, 18), (9, 99, 9)).save(still, "JPEG")
        manifest = Manifest(
            title="clip",
            source_type=source_type(None, captured=False),
            lineage=lineage,
            thumbnail=still.getvalue(),
            parent=above,
        )
        signed = _signed(film, "video/mp4", self.chain, manifest)
        self.records.publish(lineage, signed, pictures, samples, (parent[0],) if parent is not None else ())
        return signed.file


def planted(folder: Path) -> tuple[dict[str, bytes], Records]:
    """Signed and unsigned files of every kind, and the installation that published some of the films.

    Those whose names begin with "large" take a search, and seconds.
    """
    chain = ensure_chain(Settings(home=folder / "home"))
    records = Records(Trust(chain.root), MarkKey(b"a key to fuzz with"))
    house = _House(chain, records, folder)
    # 1. A clip, a remix of it, and the same film and sound in every kind of file, most of them with no manifest.
    pictures, samples = _drawing(records.key, CLIP, *_SMALL, 24, 5), _voice(0.25, 5)
    remixed = _drawing(records.key, REMIX, *_SMALL, 12, 6)
    film = house.published(CLIP, pictures, samples)
    remix = house.published(REMIX, remixed, _voice(0.25, 6), (CLIP, film))
    seeds = {"signed film": film, "manifest in a film": film, "signed remix": remix, "manifest in a remix": remix}
    seeds |= {f"film {suffix}": _film(folder, suffix, pictures, samples) for suffix in _FILMS}
    seeds |= {f"sound {suffix}": _sound(folder, suffix, samples) for suffix in _SOUNDS}
    seeds |= _stills(pictures[0])
    seeds |= {f"signed {kind}": _signed(seeds[kind], mime, chain).file for kind, mime in _CARRYING.items()}
    # 2. A clip whose sound has a mark and whose picture has none: it, its sound alone, and that sound without the mark.
    plain = _voice(_MARKED_SECONDS, 7)
    marked = mark_sound(plain, 48000, records.key, clip_bytes(SPOKEN))
    shown = _drawing(records.key, SPOKEN, *_SMALL, round(_MARKED_SECONDS * RATE), 7)
    house.published(SPOKEN, shown, marked)
    seeds["marked sound"] = _sound(folder, ".m4a", marked)
    seeds["film of marked sound"] = _film(folder, ".mkv", shown, marked)
    seeds["large sound without its mark"] = _sound(folder, ".ogg", plain)
    # 3. A clip whose picture has a mark.
    pictures, samples = _drawing(records.key, LARGE, *_WIDE, 24, 8, marked=True), _voice(1.0, 8)
    seeds["large signed film"] = house.published(LARGE, pictures, samples)
    seeds["large film .mov"] = _film(folder, ".mov", pictures, samples)
    seeds["large still"] = _stills(pictures[0])["still PNG"]
    return seeds, records


def _drawing(
    key: MarkKey, clip: str, width: int, height: int, frames: int, seed: int, *, marked: bool = False
) -> list[Picture]:
    dice = np.random.default_rng(seed)
    still = np.full((height, width, 3), 120, np.uint8)
    for _ in range(12):
        x, y, size = dice.integers(0, width), dice.integers(0, height), max(2, height // 6)
        still[y : y + size, x : x + 2 * size] = dice.integers(0, 256, 3)
    pictures = [np.roll(still, number, axis=1) for number in range(frames)]
    if marked:
        mark = PictureMark(key, clip_bytes(clip), width, height)
        mark.fit(pictures[:2])
        pictures = [mark.drawn(one) for one in pictures]
    text = label_text(MAKER)
    return list(draw(pictures, label_path(path_seed(clip, key), frames, width, height, RATE, text), text))


def _voice(seconds: float, seed: int) -> Samples:
    """Noise that swells as speech does, float32[N, 2] at 48 kHz: a tone could hide no mark, and has no fingerprint."""
    times = np.arange(round(seconds * 48000)) / 48000
    noise = np.convolve(np.random.default_rng(seed).standard_normal(len(times)), np.ones(12) / 12, "same")
    swell = 0.3 + 0.7 * np.abs(np.sin(2 * np.pi * 1.7 * times))
    return np.tile((0.12 * swell * noise)[:, None], (1, 2)).astype(np.float32)


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


def _signed(data: bytes, mime: str, chain: Chain, manifest: Manifest | None = None) -> Signed:
    made = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
    actions = {"actions": [{"action": "c2pa.created", "digitalSourceType": made}]}
    plain: dict[str, object] = {"title": "x", "assertions": [{"label": "c2pa.actions.v2", "data": actions}]}
    said = dict(definition(manifest)) if manifest is not None else plain
    signer = c2pa.Signer.from_callback(chain.sign, c2pa.C2paSigningAlg.ES256, chain.certificates, None)
    out = io.BytesIO()
    with context(chain.trust) as trust, c2pa.Builder(json.dumps(said | {"format": mime}), context=trust) as builder:
        if manifest is not None:
            builder.add_resource("thumbnail", io.BytesIO(manifest.thumbnail))
        if manifest is not None and manifest.parent is not None:
            parent = {"title": manifest.parent_title, "relationship": "parentOf", "label": "parent"}
            with manifest.parent.open("rb") as stream:
                builder.add_ingredient(json.dumps(parent), "video/mp4", stream)
        sidecar = bytes(builder.sign(signer, mime, io.BytesIO(data), out))
    with context(chain.trust) as trust, c2pa.Reader(mime, io.BytesIO(out.getvalue()), None, trust) as reader:
        return Signed(out.getvalue(), sidecar, str(json.loads(reader.json())["active_manifest"]))


def _lineage(clip: str) -> Lineage:
    return Lineage(
        clip=clip,
        brief="brief-1",
        run="run-1",
        maker=MAKER,
        model="previz 1",
        seed="7",
        code_version="1",
        prompt_sha256="5" * 64,
        installation="greenroom.local",
    )
