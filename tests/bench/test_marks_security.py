"""What an adversary without the key can do to a mark, and learn from many: measured with the real mark, and told."""

import numpy as np
import pytest

from bench.marks.codecs import PUBLISHED
from bench.marks.common import alike, common, pilot, separated, whitened
from bench.marks.quality import psnr
from bench.marks.removal import own_waves_subtracted
from ops.watermark.carrier import WAVES
from ops.watermark.finding import find_in_pictures
from tests.ops.watermark.films import CLIP, KEY, film, marked_film
from tests.ops.watermark.tiles import noise, waves_of


def test_what_the_detector_hears_subtracted_takes_the_mark_and_little_else() -> None:
    """The docs say so: who has this source text can remove a mark."""
    seen = PUBLISHED.through(marked_film("astronaut"))
    assert find_in_pictures(seen, KEY, anywhere=False).clip is not None
    without = own_waves_subtracted(seen, np.random.default_rng(1))
    assert find_in_pictures(without, KEY, anywhere=False).clip is None
    assert psnr(seen, without) > 33


def test_the_pilot_is_what_many_clips_of_one_variant_vary_by_most() -> None:
    variant = KEY.layout(CLIP).variant
    random = np.random.default_rng(4)
    ids = [one for one in (random.bytes(8) for _ in range(240)) if KEY.layout(one).variant is variant]
    many = np.array([waves_of(one) + noise(seed, 2.0) for seed, one in enumerate(ids)])
    learnt = common(many)
    assert np.linalg.norm(learnt) == pytest.approx(1)
    assert alike(learnt, pilot(variant)) > 0.75
    assert alike(many.mean(0), pilot(variant)) < 0.4
    others = [pilot(one) for one in KEY.variants if one is not variant]
    assert max(alike(learnt, one) for one in others) < 0.3


def test_likeness_is_a_cosine_whatever_the_sign() -> None:
    one = waves_of(CLIP)
    assert alike(one, -3 * one) == pytest.approx(1)
    assert alike(one, noise(2)) < 0.2


def test_films_are_told_apart_by_pairs() -> None:
    assert separated(np.array([0.9, 0.4]), np.array([0.5, 0.1])) == 0.75


def test_a_film_is_heard_over_the_noise_around_each_wave() -> None:
    waves = whitened(film("coffee", 428, 240, 3))
    assert waves.shape == (len(WAVES),)
    assert 0.3 < float(np.mean(np.abs(waves) ** 2)) < 3
    with pytest.raises(ValueError, match="a film has frames"):
        whitened(np.zeros((0, 240, 428, 3), np.uint8))
