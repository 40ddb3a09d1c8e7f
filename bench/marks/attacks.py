"""What happens to a film on its way through the world, as functions of frames: uint8[T, H, W, 3] in and out.

Each takes the film and the trial's random numbers. Whatever changes geometry or colour is followed by what a site makes
of an upload (`codecs.UPLOAD`), or by the encoder that the row names. The adversary's attacks are in
`bench.marks.removal`, the photograph of a screen in `bench.marks.screen`, those on sound in `bench.marks.sounds`.
"""

import io
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageSequence

from bench.marks.codecs import UPLOAD, Codec, h264
from bench.marks.warps import resized, rotation, warped

Film = NDArray[np.uint8]  # uint8[T, H, W, 3]
Random = np.random.Generator
Attack = Callable[[Film, Random], Film]

_CAPTION = "and nobody has seen it since"
_GIF_SIDE = 480  # pixels
_HUE_TURN = 72.0  # degrees: a fifth of the circle


def encoded(codec: Codec) -> Attack:
    """Through an encoder and nothing else."""
    return lambda film, _: codec.through(film)


def unharmed(film: Film, _: Random) -> Film:
    """As it was published."""
    return film


def scaled(share: float, codec: Codec) -> Attack:
    """At this share of its width and height, and left so."""

    def attack(film: Film, _: Random) -> Film:
        height, width = film.shape[1:3]
        return codec.through(_each(film, lambda one: resized(one, _even(width * share), _even(height * share))))

    return attack


def cropped(share: float) -> Attack:
    """Without this share of each dimension; where the cut lies is the trial's chance."""

    def attack(film: Film, random: Random) -> Film:
        height, width = film.shape[1:3]
        high, wide = _even(height * (1 - share)), _even(width * (1 - share))
        top, left = random.integers(0, height - high + 1), random.integers(0, width - wide + 1)
        return UPLOAD.through(film[:, top : top + high, left : left + wide])

    return attack


def padded(film: Film, random: Random) -> Film:
    """Black bars above and below, or left and right: a tenth to a third of the picture more."""
    height, width = film.shape[1:3]
    more = random.uniform(0.1, 0.34)
    above, beside = (_even(height * more / 2), 0) if random.random() < 0.6 else (0, _even(width * more / 2))
    return UPLOAD.through(np.pad(film, ((0, 0), (above, above), (beside, beside), (0, 0))))


def squeezed(film: Film, _: Random) -> Film:
    """Pressed to a square; what is square, to 16:9."""
    width, height = _other_shape(film)
    return UPLOAD.through(_each(film, lambda one: resized(one, width, height)))


def squared(film: Film, _: Random) -> Film:
    """The middle as a square; of what is square, the middle as 16:9."""
    height, width = film.shape[1:3]
    wide, high = _other_shape(film)
    top, left = (height - high) // 2, (width - wide) // 2
    return UPLOAD.through(film[:, top : top + high, left : left + wide])


def rotated(degrees: float) -> Attack:
    """Turned about the middle, to the left or to the right; the corners that come in are black."""

    def attack(film: Film, random: Random) -> Film:
        height, width = film.shape[1:3]
        matrix = rotation(degrees * random.choice([-1.0, 1.0]), width, height)
        return UPLOAD.through(_each(film, lambda one: warped(one, matrix, width, height)))

    return attack


def mirrored(film: Film, _: Random) -> Film:
    return UPLOAD.through(film[:, :, ::-1])


def played(factor: float) -> Attack:
    """At another speed: frames are left out or shown twice."""

    def attack(film: Film, _: Random) -> Film:
        count = math.floor(len(film) / factor)
        return UPLOAD.through(film[np.floor(np.arange(count) * factor).astype(int)])

    return attack


def at_rate(frames_per_second: float) -> Attack:
    """At fewer frames a second, as long as it was."""

    def attack(film: Film, _: Random) -> Film:
        step = 24.0 / frames_per_second
        kept = film[np.floor(np.arange(math.floor(len(film) / step)) * step).astype(int)]
        return UPLOAD.through(kept, frames_per_second)

    return attack


def brightened(film: Film, random: Random) -> Film:
    """A fifth brighter or darker."""
    return UPLOAD.through(_toned(film, lambda value: value * _fifth(random)))


def contrasted(film: Film, random: Random) -> Film:
    """A fifth more or less contrast, about middle grey."""
    factor = _fifth(random)
    return UPLOAD.through(_toned(film, lambda value: 128 + (value - 128) * factor))


def recoloured(film: Film, random: Random) -> Film:
    """Hues turned by a fifth of the circle, as `hue-rotate` of the W3C's Filter Effects does."""
    angle = math.radians(_HUE_TURN * random.choice([-1.0, 1.0]))
    light = np.tile([0.213, 0.715, 0.072], (3, 1))
    swing = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])
    matrix = light + math.cos(angle) * (np.eye(3) - light) + math.sin(angle) * swing

    def turn(picture: Film) -> Film:
        turned = picture.astype(np.float32) @ matrix.T.astype(np.float32)
        return np.asarray(np.clip(np.rint(turned), 0, 255), np.uint8)

    return UPLOAD.through(_each(film, turn))


def blurred(sigma: float) -> Attack:
    """By a Gaussian; `sigma` in pixels."""

    def blur(picture: Film) -> Film:
        from scipy.ndimage import gaussian_filter1d

        across = gaussian_filter1d(picture.astype(np.float32), sigma, axis=1, mode="nearest")
        return np.asarray(np.rint(gaussian_filter1d(across, sigma, axis=0, mode="nearest")), np.uint8)

    return lambda film, _: UPLOAD.through(_each(film, blur))


def noisy(sigma: float) -> Attack:
    """With normal noise of this deviation, of 255, other in each channel and frame."""
    return lambda film, random: UPLOAD.through(grained(film, sigma, random))


def sharpened(film: Film, _: Random) -> Film:
    """By an unsharp mask of radius 2 and all of its strength."""
    mask = ImageFilter.UnsharpMask(radius=2, percent=100, threshold=0)
    return UPLOAD.through(_each(film, lambda one: np.asarray(Image.fromarray(one).filter(mask))))


def captioned(film: Film, _: Random) -> Film:
    """White words on a dark band, burned into the lower third."""
    height, width = film.shape[1:3]
    size = round(min(height, width) * 0.07)
    font = ImageFont.load_default(size)
    band = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(band)
    middle, line = width / 2, height * 0.86
    left, top, right, bottom = draw.textbbox((middle, line), _CAPTION, font=font, anchor="mm")
    draw.rectangle((left - size / 2, top - size / 3, right + size / 2, bottom + size / 3), fill=(0, 0, 0, 160))
    draw.text((middle, line), _CAPTION, font=font, anchor="mm", fill=(255, 255, 255, 255))
    drawn = np.asarray(band).astype(np.float32)
    alpha = drawn[..., 3:] / 255
    return UPLOAD.through(
        _each(film, lambda one: np.asarray(np.rint(one * (1 - alpha) + drawn[..., :3] * alpha), np.uint8))
    )


def one_second(film: Film, random: Random) -> Film:
    """Any second of it, alone."""
    start = random.integers(0, max(1, len(film) - 24 + 1))
    return h264(28).through(film[start : start + 24])


def still(film: Film, random: Random) -> Film:
    """Any one frame, as a JPEG of quality 90."""
    file = io.BytesIO()
    Image.fromarray(film[random.integers(0, len(film))]).save(file, "JPEG", quality=90)
    return np.asarray(Image.open(file))[None]


def animated(film: Film, _: Random) -> Film:
    """As a GIF: 480 pixels along the longer side, every second frame, 256 colours with dithering."""
    height, width = film.shape[1:3]
    share = min(1.0, _GIF_SIDE / max(height, width))
    file = io.BytesIO()
    frames = [Image.fromarray(resized(one, _even(width * share), _even(height * share))) for one in film[::2]]
    few = [frame.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG) for frame in frames]
    few[0].save(file, "GIF", save_all=True, append_images=few[1:], duration=83, optimize=False)
    with Image.open(file) as shown:
        return np.stack([np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(shown)])


def recorded(film: Film, random: Random) -> Film:
    """A recording of a screen on which it plays in a window, smaller, on a page with words."""
    height, width = film.shape[1:3]
    share = random.uniform(0.55, 0.85)
    wide, high = _even(width * share), _even(height * share)
    left, top = random.integers(0, width - wide + 1), random.integers(0, height - high + 1)
    ground, ink = ((248, 248, 250), (30, 30, 34)) if random.random() < 0.5 else ((24, 24, 28), (225, 225, 230))
    page = Image.new("RGB", (width, height), ground)
    draw, size = ImageDraw.Draw(page), round(min(height, width) * 0.045)
    font = ImageFont.load_default(size)
    for line in range(0, height, 2 * size):
        draw.text((size, line + size / 2), " ".join([_CAPTION] * 4), font=font, fill=ink)
    screen = np.repeat(np.asarray(page)[None], len(film), 0)
    screen[:, top : top + high, left : left + wide] = _each(film, lambda one: resized(one, wide, high))
    return UPLOAD.through(screen)


def grained(film: Film, sigma: float, random: Random) -> Film:
    """Normal noise upon every frame, not encoded. One field of it is drawn, and every frame takes another part."""
    height, width = film.shape[1:3]
    field = random.standard_normal((height + 64, width + 64, 3), np.float32) * np.float32(sigma)

    def grain(picture: Film) -> Film:
        top, left = random.integers(0, 65, 2)
        part = field[top : top + height, left : left + width] * random.choice([-1, 1])
        return np.asarray(np.clip(np.rint(picture + part), 0, 255), np.uint8)

    return _each(film, grain)


def _each(film: Film, change: Callable[[Film], Film]) -> Film:
    return np.stack([change(picture) for picture in film])


def _toned(film: Film, curve: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Film:
    table = np.clip(np.rint(curve(np.arange(256.0))), 0, 255).astype(np.uint8)
    return np.asarray(table[film])


def _fifth(random: Random) -> float:
    return float(random.choice([0.8, 1.2]))


def _even(length: float) -> int:
    return max(2, 2 * round(length / 2))


def _other_shape(film: Film) -> tuple[int, int]:
    """Width and height of the largest square in a film that is none, else of the largest 16:9."""
    height, width = film.shape[1:3]
    return (width, _even(width * 9 / 16)) if height == width else (min(width, height), min(width, height))
