"""Finding the invisible mark of a picture, whatever became of the picture since.

First as it was drawn, at whatever size: that is how most copies are; in the sum of all frames, then with the frames
weighed against each other. Then, if asked, anywhere: cropped, padded, squeezed, turned a little, mirrored, photographed
from a screen.
"""

from collections.abc import Iterable
from itertools import product

import numpy as np

from greenroom.domain.base import clip_id
from models.roles import Picture
from ops.watermark.carrier import MarkKey, Variant
from ops.watermark.combining import combined
from ops.watermark.decoding import Decoded, decode
from ops.watermark.framed import framed
from ops.watermark.gleaning import gleaned
from ops.watermark.projection import Projection, as_drawn, folded
from ops.watermark.reading import Reading
from ops.watermark.residual import Residual, residual_of
from ops.watermark.searching import search

_SMALLEST = 64  # pixels of the shorter side: in a smaller picture no wave of the mark is left


def find_in_pictures(frames: Iterable[Picture], key: MarkKey, *, anywhere: bool = True) -> Reading:
    """The mark in frames of one film, or one picture, uint8[H, W, 3], all of one size; more frames, surer.

    `anywhere`: also where the picture was changed in its geometry, which takes seconds; else as it was drawn alone.
    At most `searching.DECODINGS` places are read, so a picture without a mark is taken for one with less than one
    chance in 2**18. Raises ValueError for frames of several sizes.
    """
    residual = residual_of(frames)
    if residual is None or min(residual.height, residual.width) < _SMALLEST:
        return Reading()
    whole = residual.whole()
    projection = as_drawn(residual.height, residual.width, residual.factor)
    waves = folded(whole, projection)
    for variant in key.variants:
        found = decode(waves, variant, key)
        if found is not None:
            return Reading(clip=clip_id(found.clip), margin=round(found.margin, 2))
    found = _weighed(residual, projection, key.variants, key, to_the_last=True)
    if found is not None:
        return Reading(clip=clip_id(found.clip), margin=round(found.margin, 2))
    if not anywhere:
        return Reading()
    placed = search(
        whole,
        projection,
        key,
        framed(residual.light()),
        lambda place: _weighed(residual, place.projection, (place.variant,), key),
    )
    if placed is None:
        return Reading()
    return Reading(clip=clip_id(placed.decoded.clip), margin=round(placed.decoded.margin, 2), geometry=placed.words)


def _weighed(
    residual: Residual,
    projection: Projection,
    variants: tuple[Variant, ...],
    key: MarkKey,
    *,
    to_the_last: bool = False,
) -> Decoded | None:
    """The message that the frames say when they are weighed against each other; a single frame says no more so.

    `to_the_last`: what a few frames may have kept is sought too.
    """
    if residual.count < 2:
        return None
    frames = np.stack([folded(part, projection) for part in residual.parts()])
    for variant, settled in product(variants, (True, False)):
        waves = combined(frames, variant, settled=settled)
        found = decode(waves, variant, key) or decode(waves, variant, key, faded=True)
        if found is not None:
            return found
    return gleaned(residual, projection, frames, variants, key) if to_the_last else None
