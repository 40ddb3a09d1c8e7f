"""SSIM is the number that scikit-image's own gives."""

import numpy as np
import pytest
from skimage.metrics import structural_similarity as reference

from ops.watermark.similarity import structural_similarity


@pytest.mark.parametrize("size", [(7, 7), (37, 50), (144, 256)])
@pytest.mark.parametrize("noise", [0, 3, 60])
def test_it_is_that_of_scikit_image(size: tuple[int, int], noise: int) -> None:
    random = np.random.default_rng(size[0] + noise)
    one = np.kron(random.integers(0, 256, (1 + size[0] // 8, 1 + size[1] // 8, 3)), np.ones((8, 8, 1)))
    plain = one[: size[0], : size[1]].astype(np.uint8)
    changed = np.clip(plain.astype(int) + random.integers(-noise, noise + 1, plain.shape), 0, 255).astype(np.uint8)
    expected = float(reference(plain, changed, channel_axis=2))
    assert structural_similarity(plain, changed) == pytest.approx(expected, abs=1e-9)


def test_pictures_of_two_sizes_and_smaller_than_the_window_are_refused() -> None:
    for one, other in (((8, 8, 3), (8, 9, 3)), ((6, 20, 3), (6, 20, 3))):
        with pytest.raises(ValueError, match="are compared"):
            structural_similarity(np.zeros(one, np.uint8), np.zeros(other, np.uint8))
