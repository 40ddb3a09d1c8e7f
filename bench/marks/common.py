"""`python -m bench.marks.common`: what many clips of an installation tell of its key, as JSON lines.

The mean of many clips shows nothing, since every clip has signs of its own. Their second moments do: the pilot is one
pattern or its negative in all clips of a variant, so it is what they vary by most (Cayre, Fontaine and Furon,
"Watermarking security: theory and practice", IEEE Transactions on Signal Processing 53, 2005). Told here is how well it
is known from clips that were published, without the key, and how well that tells a marked film from another.
"""

import json
import sys

import numpy as np
from numpy.typing import NDArray

from bench.marks.clips import Corpus
from bench.marks.codecs import PUBLISHED, Film
from bench.marks.removal import heard_waves
from bench.marks.tools import KEY, chance, picture_tools
from ops.watermark.carrier import AMPLITUDES, ID_BYTES, Floats, Variant
from ops.watermark.decoding import Waves, noise_of

_FRAMES = 12  # of a clip
_SHAPE = (854, 480)

Many = NDArray[np.complex128]  # [clips, WAVES]


def whitened(film: Film) -> Waves:
    """The waves of a film as it was published, each over the noise around it."""
    waves = heard_waves(film)
    return np.asarray(waves / np.sqrt(noise_of(waves)))


def common(many: Many) -> Waves:
    """What these vary by most, one of its two signs: their first principal component, of length 1."""
    rows = np.concatenate([many.real, many.imag], 1)
    first = np.linalg.svd(rows, full_matrices=False)[2][0]
    half = len(first) // 2
    return np.asarray(first[:half] + 1j * first[half:])


def alike(one: Waves, other: Waves) -> float:
    """The cosine between them, 0 to 1, whatever their signs."""
    agreed = abs(float((one * other.conj()).real.sum()))
    return agreed / float(np.linalg.norm(one) * np.linalg.norm(other))


def pilot(variant: Variant) -> Waves:
    """What an adversary would like to know."""
    waves = np.zeros(len(AMPLITUDES), np.complex128)
    waves[variant.pilots] = (AMPLITUDES * np.exp(1j * variant.phases))[variant.pilots]
    return waves


def separated(marked: Floats, plain: Floats) -> float:
    """The share of pairs in which the marked film has the higher value: the area under the curve."""
    return float((marked[:, None] > plain[None, :]).mean())


def main() -> None:
    """Mark the corpus's clips with ids of one variant, and print what they tell together."""
    corpus, tools = Corpus(), picture_tools()
    clips = [one for one in corpus.clips() if (one.width, one.height) == _SHAPE]
    if not clips:
        sys.exit("there is no corpus yet: python -m bench.marks.corpus builds it, in half an hour")
    variant = KEY.variants[0]
    ours, plain = [], []
    for clip in clips:
        film = corpus.film(clip)[:: max(1, clip.frames // _FRAMES)]
        ours.append(whitened(PUBLISHED.through(tools.mark(film, _id_of(variant, clip.name)))))
        plain.append(whitened(PUBLISHED.through(film)))
        sys.stderr.write(f"{len(ours)} of {len(clips)}\n")
    marked, unmarked = np.array(ours), np.array(plain)
    rest = [common(np.delete(marked, at, 0)) for at in range(len(marked))]
    told = separated(
        np.array([alike(known, one) for known, one in zip(rest, marked, strict=True)]),
        np.array([alike(known, one) for known, one in zip(rest, unmarked, strict=True)]),
    )
    figures = {
        "clips": len(marked),
        "mean like the pilot": round(alike(marked.mean(0), pilot(variant)), 3),
        "principal component like the pilot": round(alike(common(marked), pilot(variant)), 3),
        "marked told from unmarked": round(told, 4),
    }
    sys.stdout.write(json.dumps({"name": "marks, what many clips of one variant tell", **figures}) + "\n")


def _id_of(variant: Variant, name: str) -> bytes:
    """An id that is laid in this variant."""
    random = chance("common", name)
    while True:
        clip = random.bytes(ID_BYTES)
        if KEY.layout(clip).variant is variant:
            return clip


if __name__ == "__main__":
    main()
