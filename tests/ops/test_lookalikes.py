"""A copy leads to its clip, whatever was done to it; another film leads nowhere; what was withdrawn is told to be."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from greenroom.domain.clips import Publication
from greenroom.errors import BadInput
from greenroom.settings import Settings
from ledger import fingerprints
from models import lookalikes as pdq
from models.fingerprints_picture import THUMBNAIL, thumbnails
from models.fingerprints_sound import narrowed
from models.roles import Samples
from ops.erase import erase_due
from ops.fingerprint_index.folder import VERSION
from ops.likenesses import withdraw
from ops.lookalikes import NEARLY, By, complete, lookalikes, near_copies, near_hash
from ops.media import write_delivery
from ops.studio import Studio, open_studio
from tests.ops.taking_back.conftest import Stock

Film = NDArray[np.uint8]  # uint8[T, H, W, 3]
WIDE, HIGH, RATE, SOUND_RATE = 320, 180, 24, 48_000
_DATA = Path(__file__).parents[1] / "data"


def film(picture: Image.Image, seed: int) -> Film:
    """Three seconds of a camera that moves over a photograph, closer and closer."""
    random = np.random.default_rng(seed)
    start, way = random.uniform(0.0, 0.15, 2), random.uniform(0.02, 0.1, 2)
    frames = []
    for number in range(3 * RATE):
        share = 0.8 - 0.1 * number / (3 * RATE)
        left, top = start + way * number / (3 * RATE)
        box = (left, top, left + share, top + share) * np.array([picture.width, picture.height] * 2)
        frames.append(np.asarray(picture.resize((WIDE, HIGH), Image.Resampling.BICUBIC, box=tuple(box))))
    return np.stack(frames)


def tune(seed: int) -> Samples:
    """Three seconds of notes, float32[N, 2] at 48 kHz."""
    random = np.random.default_rng(seed)
    notes = np.repeat(220 * 2 ** (random.integers(0, 24, 24) / 12), SOUND_RATE // 8)
    wave = sum(np.sin(np.cumsum(2 * np.pi * notes * harmonic) / SOUND_RATE) / harmonic for harmonic in range(1, 9))
    return np.stack([0.1 * wave + 0.005 * random.standard_normal(len(notes))] * 2, axis=1).astype(np.float32)


@dataclass(frozen=True)
class House:
    """An installation that published a cat and a person, each with a tune of its own."""

    studio: Studio
    stock: Stock
    cat: Publication
    person: Publication
    films: dict[str, Film]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with as_file(files("greenroom").joinpath("demo", "chelsea.png")) as chelsea:
        films = {
            name: film(Image.open(path).convert("RGB"), 1)
            for name, path in (("cat", chelsea), ("person", _DATA / "astronaut.png"))
        }

    def written(name: str, sound: Samples) -> bytes:
        path = folder / f"{name}.mp4"
        write_delivery(path, iter(films[name]), RATE, sound, SOUND_RATE)
        return path.read_bytes()

    with open_studio(Settings.load({}, home=folder / "home")) as studio:
        stock = Stock(studio)
        bob = stock.account("bob")
        shown = stock.likeness("tom", stock.account("ada"))
        cat = stock.published(bob, film=written("cat", tune(1)))
        person = stock.published(bob, shown, film=written("person", tune(2)))
        assert complete(studio) == 2
        yield House(studio, stock, cat, person, films)


def _h264(frames: Film, crf: int, rate: int = RATE) -> Film:
    """Through an encoder and back."""
    held = io.BytesIO()
    height, width = (side - side % 2 for side in frames.shape[1:3])
    with av.open(held, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": str(crf)})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for frame in frames:
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame[:height, :width]), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    held.seek(0)
    with av.open(held, "r") as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def _cropped(frames: Film, share: float, across: float, down: float) -> Film:
    """Without this share of each side; `across` and `down` of what is cut off lie left and above."""
    high, wide = round(HIGH * (1 - share)), round(WIDE * (1 - share))
    top, left = round((HIGH - high) * down), round((WIDE - wide) * across)
    return frames[:, top : top + high, left : left + wide]


def _captioned(frames: Film) -> Film:
    found = []
    for frame in frames:
        picture = Image.fromarray(frame)
        draw = ImageDraw.Draw(picture)
        draw.rectangle((30, 140, 290, 165), fill=(0, 0, 0))
        draw.text((60, 145), "and nobody has seen it since", fill=(255, 255, 255))
        found.append(np.asarray(picture))
    return np.stack(found)


def _small(frames: Film) -> Film:
    return np.stack([np.asarray(Image.fromarray(frame).resize((WIDE // 2, HIGH // 2))) for frame in frames])


def _framed(frames: Film) -> Film:
    return np.pad(frames, ((0, 0), (30, 30), (0, 0), (0, 0)))


def _brighter(frames: Film) -> Film:
    return np.clip(frames.astype(int) * 1.2, 0, 255).astype(np.uint8)


COPIES: dict[str, Callable[[Film], Film]] = {
    "as it is": lambda frames: frames,
    "H.264 CRF 33": lambda frames: _h264(frames, 33),
    "half the size": lambda frames: _h264(_small(frames), 28),
    "cropped by a tenth": lambda frames: _h264(_cropped(frames, 0.1, 0.5, 0.5), 28),
    "cropped by a tenth, at a corner": lambda frames: _h264(_cropped(frames, 0.1, 1.0, 0.0), 28),
    "cropped by a quarter": lambda frames: _h264(_cropped(frames, 0.25, 0.5, 0.5), 28),
    "cropped by a quarter, off the middle": lambda frames: _h264(_cropped(frames, 0.25, 0.1, 0.8), 28),
    "framed": lambda frames: _h264(_framed(frames), 28),
    "cropped and framed": lambda frames: _h264(_framed(_cropped(frames, 0.2, 0.3, 0.6)), 28),
    "mirrored": lambda frames: _h264(frames[:, :, ::-1], 28),
    "brighter": lambda frames: _h264(_brighter(frames), 28),
    "captioned": lambda frames: _h264(_captioned(frames), 28),
    "two seconds of it": lambda frames: _h264(frames[11:59], 28),
    "15 frames a second": lambda frames: _h264(frames[np.floor(np.arange(45) * 1.6).astype(int)], 28, 15),
    "among others": lambda frames: np.concatenate([frames[:48], np.roll(frames[::-1], 90, axis=1)]),
    "several of these": lambda frames: _h264(
        _small(_brighter(_captioned(_cropped(frames[20:68], 0.1, 0.7, 0.4)[:, :, ::-1]))), 30
    ),
}


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_leads_to_its_clip_and_to_no_other(house: House, how: str) -> None:
    for name, clip in (("cat", house.cat), ("person", house.person)):
        copy = COPIES[how](house.films[name])
        found = near_copies(house.studio, thumbnails(copy))
        assert [one.clip for one in found] == [clip.clip]
        (near,) = found
        assert near.by is By.PICTURE
        assert near.shown
        assert near.distance <= NEARLY
        assert near.mirrored == ("mirrored" in how or "several" in how)
        assert near.frames >= 3
        assert near.part is not None


def test_another_film_of_the_same_photograph_is_no_copy(house: House) -> None:
    with as_file(files("greenroom").joinpath("demo", "chelsea.png")) as chelsea, Image.open(chelsea) as picture:
        corner = picture.convert("RGB").crop((0, 0, picture.width // 2, picture.height // 2))
    assert near_copies(house.studio, thumbnails(film(corner, 5))) == ()


def test_what_is_no_film_leads_nowhere(house: House) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (24, HIGH, WIDE, 3)).astype(np.uint8)
    for frames in (noise, np.zeros_like(noise), noise[:1], noise[:0]):
        assert near_copies(house.studio, thumbnails(frames)) == ()
    assert near_copies(house.studio) == ()
    with pytest.raises(BadInput, match="thumbnails"):
        near_copies(house.studio, b"x" * (THUMBNAIL + 1))
    with pytest.raises(BadInput, match="16 bits"):
        near_copies(house.studio, sound=b"x")


def test_a_still_leads_to_its_clip(house: House) -> None:
    (near,) = near_copies(house.studio, thumbnails([house.films["person"][36]]))
    assert (near.clip, near.frames >= 1) == (house.person.clip, True)


def test_the_part_of_the_file_that_shows_the_clip_is_told(house: House) -> None:
    (near,) = near_copies(house.studio, thumbnails(_framed(house.films["cat"])))
    assert near.part is not None
    assert np.abs(np.array(near.part) - (0.0, 30 / 240, 1.0, 210 / 240)).max() < 0.02


def test_a_hash_of_a_frame_leads_to_its_clip(house: House) -> None:
    hashes = pdq.fingerprint(house.films["cat"][[0, 36]])
    (near,) = near_hash(house.studio, hashes)
    assert (near.clip, near.by, near.frames) == (house.cat.clip, By.PICTURE, 2)
    assert near_hash(house.studio, bytes(range(32))) == ()
    assert near_hash(house.studio, b"") == ()
    with pytest.raises(BadInput, match="32 bytes"):
        near_hash(house.studio, b"x" * 31)


@pytest.mark.parametrize("how", ["as it is", "quieter", "cut", "at 16 kHz", "noisy"])
def test_a_sound_alone_leads_to_its_clip(house: House, how: str) -> None:
    sound, rate = tune(2)[:, 0], SOUND_RATE
    match how:
        case "quieter":
            sound = sound * np.float32(0.1)
        case "cut":
            sound = sound[SOUND_RATE // 2 + 211 : 5 * SOUND_RATE // 2]
        case "at 16 kHz":
            sound, rate = sound[::3], 16_000
        case "noisy":
            noise = np.random.default_rng(2).standard_normal(len(sound))
            sound = (sound + 0.1 * sound.std() * noise).astype(np.float32)
    (near,) = near_copies(house.studio, sound=narrowed(sound, rate))
    assert (near.clip, near.by, near.shown) == (house.person.clip, By.SOUND, True)
    assert near.distance <= NEARLY
    assert near_copies(house.studio, sound=narrowed(tune(9), SOUND_RATE)) == ()


def test_a_film_with_another_ones_sound_leads_to_both_the_picture_first(house: House) -> None:
    found = near_copies(house.studio, thumbnails(house.films["cat"]), narrowed(tune(2), SOUND_RATE))
    assert [(one.clip, one.by) for one in found] == [(house.cat.clip, By.PICTURE), (house.person.clip, By.SOUND)]


def test_a_silent_clip_and_one_that_cannot_be_read_stand_in_no_ones_way(house: House, tmp_path: Path) -> None:
    write_delivery(tmp_path / "a.mp4", iter(house.films["cat"][:, ::-1]), RATE, np.zeros((48_000, 1), np.float32))
    silent = house.stock.published(house.stock.account("eve"), film=(tmp_path / "a.mp4").read_bytes())
    broken = house.stock.published(house.stock.account("eve"), film=b"no film")
    assert complete(house.studio) == 2
    with house.studio.ledger.read() as tx:
        assert fingerprints.of_clip(tx, silent.clip, VERSION) is not None
        assert fingerprints.of_clip(tx, broken.clip, VERSION) is None
    assert [one.clip for one in near_copies(house.studio, thumbnails(house.films["cat"]))] == [house.cat.clip]
    assert lookalikes(house.studio, house.cat.clip) == ()


def test_a_clip_that_was_withdrawn_is_still_known_and_told_to_be_hidden(house: House) -> None:
    copy = thumbnails(COPIES["cropped by a tenth, at a corner"](house.films["person"]))
    withdraw(house.studio, "tom", house.stock.account("ada"), "enough")
    erase_due(house.studio)
    (near,) = near_copies(house.studio, copy)
    assert (near.clip, near.shown) == (house.person.clip, False)
    twin = house.stock.published(house.stock.account("eve"), film=house.studio.store.get(house.cat.marked.file))
    assert [one.clip for one in lookalikes(house.studio, house.cat.clip)] == [twin.clip]
