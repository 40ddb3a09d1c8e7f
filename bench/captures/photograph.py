"""A photograph's face over the head: `skimage.data.astronaut` (NASA, public domain), its features put on the mesh's."""

import numpy as np

from bench.captures.identity import Identity
from bench.captures.shape import Array, smoothstep

# pixels in the photograph of 512 x 512: the eyes' middle, centimetres per pixel, the parting of the lips, the chin
_MIDDLE = 223.7
_EYES = 102.0
_SCALE = 0.150
_LIPS = 147.0
_CHIN = 176.5


def photographed(place: Array, skin: Array, who: Identity) -> tuple[Array, Array]:
    """The face with eyes open and with them closed, the photograph where it saw the face, `skin` elsewhere."""
    from scipy.ndimage import gaussian_filter
    from skimage import data

    photograph: Array = np.asarray(data.astronaut(), np.float64)  # type: ignore[no-untyped-call]
    picture = (photograph / 255) ** 2.2
    x, y, z = np.moveaxis(place, -1, 0)
    row = np.interp(-y, [-8.0, 0.0, -who.mouth, -who.chin], [_EYES - 8.0 / _SCALE, _EYES, _LIPS, _CHIN])
    column = _MIDDLE + x / _SCALE / who.width + 0.04 * (row - _EYES)
    seen = _bilinear(picture, row, column)
    # the photograph's own broad shading is taken out: the lamp gives it
    broad = gaussian_filter(picture @ np.array([0.2125, 0.7154, 0.0721]), 14)
    even = seen * (0.36 / np.maximum(_bilinear(broad[..., None], row, column), 0.1))
    even = np.where(z[..., None] > 0, even, skin)
    cover = (
        smoothstep(5.6, 4.2, np.abs(x))
        * smoothstep(3.3, 2.5, y)
        * smoothstep(who.chin - 0.2, who.chin + 0.5, y)
        * (z > 1)
    )
    opened = skin * (1 - cover[..., None]) + even * cover[..., None]
    side = np.abs(x)
    lid = np.exp(-(((side - who.eye_apart) / 1.7) ** 4)) * np.exp(-(((y - 0.05) / 0.62) ** 4)) * (z > 3)
    shut = opened * (1 - lid[..., None]) + np.asarray(who.skin) * 0.72 * lid[..., None]
    lash = np.exp(-(((y + 0.3) / 0.13) ** 2)) * np.exp(-(((side - who.eye_apart) / 1.3) ** 4)) * (z > 3)
    return opened, np.asarray(shut * (1 - 0.75 * lash)[..., None])


def _bilinear(picture: Array, row: Array, column: Array) -> Array:
    row = np.clip(row, 0, picture.shape[0] - 1.001)
    column = np.clip(column, 0, picture.shape[1] - 1.001)
    i, j = row.astype(int), column.astype(int)
    fi, fj = (row - i)[..., None], (column - j)[..., None]
    upper = picture[i, j] * (1 - fj) + picture[i, j + 1] * fj
    return np.asarray(upper * (1 - fi) + (picture[i + 1, j] * (1 - fj) + picture[i + 1, j + 1] * fj) * fi)
