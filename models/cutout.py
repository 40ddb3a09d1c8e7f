"""Cutting a pet or an object out of its background, without weights.

Superpixels (SLIC) that connect little with the picture's border are foreground to begin with (boundary connectivity:
Zhu, Liang, Wei, Sun, "Saliency optimization from robust background detection", CVPR 2014); colour mixtures of both
sides and a minimum cut over the superpixels settle it in rounds (Rother, Kolmogorov, Blake, "GrabCut", SIGGRAPH 2004);
a guided filter (He, Sun, Tang, ECCV 2010) brings the edge to the pixels. It is a proposal: the owner looks at it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.roles import Picture

METHOD = "superpixel cut 1"
_SIDE = 320  # pixels of the longer side at which it is computed
_SEGMENTS = 500
_ROUNDS = 4
_COLOURS = 5  # a side's colour mixture: fur, ears, eyes, nose, collar
_SMOOTH = 2.2  # how much a cut between alike neighbours costs, in nats

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cutout:
    """`mask` is float32[H, W], 1 on the subject; `share` of the picture that it covers."""

    mask: NDArray[np.float32]
    share: float
    method: str = METHOD


def cut_out(picture: Picture) -> Cutout:
    """The subject of `picture` (uint8[H, W, 3] RGB): what differs from its border. The same picture, the same cut."""
    from scipy import ndimage
    from skimage.color import rgb2lab
    from skimage.segmentation import slic
    from skimage.transform import resize as untyped_resize

    resize: Callable[..., Floats] = untyped_resize

    height, width = picture.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    shape = (max(8, round(height * scale)), max(8, round(width * scale)))
    small = resize(picture, shape, order=1, anti_aliasing=scale < 1, preserve_range=False).astype(np.float64)
    lab = rgb2lab(small)
    segments = slic(
        small, n_segments=_SEGMENTS, compactness=12, start_label=0, channel_axis=-1, enforce_connectivity=True
    )
    chosen = _foreground(lab, segments)
    rough = ndimage.binary_fill_holes(_largest(chosen[segments]))
    fine = _guided(small.mean(axis=2), rough.astype(np.float64), radius=4, epsilon=1e-4)
    mask = np.clip(resize(fine, (height, width), order=1), 0, 1)
    mask = np.clip((mask - 0.2) / 0.6, 0, 1).astype(np.float32)
    return Cutout(np.asarray(mask, np.float32), float(mask.mean()))


def _foreground(lab: Floats, segments: NDArray[Any]) -> NDArray[np.bool_]:
    """bool[S]: which superpixels belong to the subject."""
    count = int(segments.max()) + 1
    flat = segments.reshape(-1)
    sizes = np.bincount(flat, minlength=count).astype(np.float64)
    colours = np.stack([np.bincount(flat, lab[..., c].reshape(-1), count) / sizes for c in range(3)], axis=1)
    rows, columns = np.indices(segments.shape)
    places = np.stack([np.bincount(flat, one.reshape(-1), count) / sizes for one in (rows, columns)], axis=1)
    places /= np.array(segments.shape)
    pairs = _neighbours(segments)
    unlike = np.linalg.norm(colours[pairs[:, 0]] - colours[pairs[:, 1]], axis=1)
    border = np.unique(np.concatenate([segments[0], segments[-1], segments[:, 0], segments[:, -1]]))
    chance = _unlike_the_border(colours, places, pairs, unlike, border, count)
    link = _SMOOTH * np.exp(-(unlike**2) / (2 * max(float(np.median(unlike)), 1.0) ** 2))
    for _ in range(_ROUNDS):
        chance = np.clip(chance, 0.02, 0.98)
        inside = _cut(np.log(chance) - np.log(1 - chance), pairs, link)
        if not 0 < inside.sum() < count:
            break
        chance = _by_colour(colours, places, sizes, inside, border)
    return inside if inside.any() else chance >= np.median(chance)


def _unlike_the_border(
    colours: Floats, places: Floats, pairs: NDArray[Any], unlike: Floats, border: NDArray[Any], count: int
) -> Floats:
    """How surely each superpixel is foreground: far, along the way of least change, from the border's superpixels."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    both = np.concatenate([pairs, pairs[:, ::-1]])
    steps = np.concatenate([unlike, unlike]) + 1e-3
    graph = coo_matrix((steps, (both[:, 0], both[:, 1])), shape=(count, count)).tocsr()
    away = dijkstra(graph)
    near = np.exp(-(away**2) / (2 * 10.0**2))  # a superpixel spreads over what is alike and connected
    connectivity = near[:, border].sum(axis=1) / np.sqrt(near.sum(axis=1))
    background = 1 - np.exp(-(connectivity**2) / 2)
    contrast = np.linalg.norm(colours[:, None] - colours[None], axis=2)
    closeness = np.exp(-(np.linalg.norm(places[:, None] - places[None], axis=2) ** 2) / (2 * 0.25**2))
    salient = (contrast * closeness * background[None]).sum(axis=1)
    salient /= max(float(np.quantile(salient, 0.95)), 1e-9)
    middle = np.exp(-(((places - 0.5) / 0.45) ** 2).sum(axis=1) / 2)
    return np.asarray(np.clip(0.55 * np.clip(salient, 0, 1) + 0.45 * middle - 0.25 * background + 0.05, 0, 1))


def _by_colour(
    colours: Floats, places: Floats, sizes: Floats, inside: NDArray[np.bool_], border: NDArray[Any]
) -> Floats:
    """Foreground's chance by the colours of both sides as they are cut now, with a leaning to the middle."""
    gap = _likelihood(colours, sizes, inside) - _likelihood(colours, sizes, ~inside)
    middle = 1.2 * np.exp(-(((places - 0.5) / 0.4) ** 2).sum(axis=1) / 2) - 0.5
    leaning = np.zeros(len(colours))
    leaning[border] = -0.8
    return np.asarray(1 / (1 + np.exp(-np.clip(0.6 * gap + middle + leaning, -6, 6))))


def _likelihood(colours: Floats, sizes: Floats, members: NDArray[np.bool_]) -> Floats:
    """float64[S]: log-likelihood of each colour under a mixture of those of `members` (k-means, then Gaussians)."""
    own, weight = colours[members], sizes[members]
    order = np.argsort(own[:, 0], kind="stable")
    centres = own[order[np.linspace(0, len(own) - 1, min(_COLOURS, len(own))).astype(int)]]
    for _ in range(8):
        nearest = np.argmin(np.linalg.norm(own[:, None] - centres[None], axis=2), axis=1)
        centres = np.stack(
            [
                np.average(own[nearest == k], axis=0, weights=weight[nearest == k])
                if (nearest == k).any()
                else centres[k]
                for k in range(len(centres))
            ]
        )
    total = np.zeros(len(colours))
    for k in range(len(centres)):
        mine = nearest == k
        if not mine.any():
            continue
        spread = np.average((own[mine] - centres[k]) ** 2, axis=0, weights=weight[mine]) + 30.0  # of Lab, squared
        density = np.exp(-(((colours - centres[k]) ** 2) / (2 * spread)).sum(axis=1)) / np.sqrt(spread.prod())
        total += density * weight[mine].sum() / weight.sum()
    return np.asarray(np.log(total + 1e-9))


def _cut(odds: Floats, pairs: NDArray[Any], link: Floats) -> NDArray[np.bool_]:
    """bool[S]: the minimum cut for log-odds of foreground and the cost of parting neighbours."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    count = len(odds)
    source, sink = count, count + 1
    nodes = np.arange(count)
    start = np.concatenate([np.full(count, source), nodes, pairs[:, 0], pairs[:, 1]])
    end = np.concatenate([nodes, np.full(count, sink), pairs[:, 1], pairs[:, 0]])
    room = np.concatenate([np.maximum(odds, 0), np.maximum(-odds, 0), link, link])
    shape = (count + 2, count + 2)
    capacity = coo_matrix((np.rint(room * 1000).astype(np.int32), (start, end)), shape=shape).tocsr()
    residual = capacity - maximum_flow(capacity, source, sink).flow
    residual.data[residual.data <= 0] = 0
    residual.eliminate_zeros()
    reached = breadth_first_order(residual, source, return_predecessors=False)
    inside = np.zeros(count + 2, np.bool_)
    inside[reached] = True
    return np.asarray(inside[:count])


def _neighbours(segments: NDArray[Any]) -> NDArray[Any]:
    """int[P, 2]: superpixels that touch, each pair once."""
    right = np.stack([segments[:, :-1].reshape(-1), segments[:, 1:].reshape(-1)], axis=1)
    below = np.stack([segments[:-1].reshape(-1), segments[1:].reshape(-1)], axis=1)
    pairs = np.sort(np.concatenate([right, below]), axis=1)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part, and others at least a fifth of its size."""
    from scipy import ndimage

    labels, count = ndimage.label(mask)
    if count == 0:
        return mask
    sizes = np.bincount(labels.reshape(-1))
    sizes[0] = 0
    return np.isin(labels, np.flatnonzero(sizes >= sizes.max() / 5))


def _guided(guide: Floats, mask: Floats, radius: int, epsilon: float) -> Floats:
    """The mask with its edge where the guide has one; both float64[H, W] in 0 to 1."""
    from scipy.ndimage import uniform_filter

    size = 2 * radius + 1
    mean_guide, mean_mask = uniform_filter(guide, size), uniform_filter(mask, size)
    variance = uniform_filter(guide * guide, size) - mean_guide**2
    slope = (uniform_filter(guide * mask, size) - mean_guide * mean_mask) / (variance + epsilon)
    offset = mean_mask - slope * mean_guide
    return np.asarray(uniform_filter(slope, size) * guide + uniform_filter(offset, size))
