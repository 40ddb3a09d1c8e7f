"""The code is the one of the literature, and corrects what a code of its free distance must."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ops.watermark.convolutional import RATE, believed, coded_length, decode, encode, likeliest

MEMORY = 13
STATES = 1 << MEMORY
GENERATORS = (0o21113, 0o23175, 0o35527, 0o35537)  # Larsen, 1973, table for rate 1/4
FREE_DISTANCE = 36

Bits = NDArray[np.uint8]
messages = st.lists(st.integers(0, 1), min_size=1, max_size=120).map(lambda bits: np.array(bits, np.uint8))


def outputs() -> NDArray[np.int64]:
    """int64[state, bit, RATE]: the coded bits 0 and 1 of the shift register, the newest bit its highest."""
    register = np.arange(STATES)[:, None] | (np.arange(2) << MEMORY)
    given_by = [np.array([int(one).bit_count() & 1 for one in (register & each).ravel()]) for each in GENERATORS]
    return np.stack(given_by, 1).reshape(STATES, 2, RATE)


def noisy(code: NDArray[np.float32], decibels: float, random: np.random.Generator) -> NDArray[np.float64]:
    """Coded bits whose mean is that far over the deviation of noise."""
    return np.asarray(code * 10 ** (decibels / 20) + random.normal(size=len(code)))


def test_a_single_one_is_answered_by_the_generators() -> None:
    answer = encode(np.array([1], np.uint8)).reshape(-1, RATE)
    read = tuple(int("".join("1" if bit > 0 else "0" for bit in column), 2) for column in answer.T)
    assert read == GENERATORS


def test_the_free_distance_is_36() -> None:
    """The lightest way through the trellis from the state of zeros back to it; all states are relaxed at once."""
    weights = outputs().sum(2)
    states = np.arange(STATES)
    nearest = np.full(STATES, 10**6)
    nearest[1 << (MEMORY - 1)] = weights[0, 1]
    for _ in range(STATES):
        before = nearest.copy()
        for bit in (0, 1):
            ahead = (bit << (MEMORY - 1)) | states[1:] >> 1  # the way ends where it meets zero
            np.minimum.at(nearest, ahead, before[1:] + weights[1:, bit])
        nearest[0] = 10**6
        if np.array_equal(nearest, before):
            break
    assert nearest[1] + weights[1, 0] == FREE_DISTANCE


@given(messages)
@settings(max_examples=40, deadline=None)
def test_a_message_comes_back(message: Bits) -> None:
    code = encode(message)
    assert len(code) == coded_length(len(message)) == RATE * (len(message) + MEMORY)
    assert set(np.unique(code)) <= {-1.0, 1.0}
    assert np.array_equal(decode(code.astype(np.float64)), message)


@given(messages, st.data())
@settings(max_examples=40, deadline=None)
def test_two_messages_differ_by_the_free_distance_at_least(message: Bits, data: st.DataObject) -> None:
    other = message.copy()
    for place in data.draw(st.sets(st.integers(0, len(message) - 1), min_size=1)):
        other[place] ^= 1
    assert int(np.sum(encode(message) != encode(other))) >= FREE_DISTANCE


@given(messages, st.data())
@settings(max_examples=40, deadline=None)
def test_fewer_wrong_bits_than_half_of_it_are_mended_wherever_they_stand(message: Bits, data: st.DataObject) -> None:
    code = encode(message).astype(np.float64)
    places = st.integers(0, len(code) - 1)
    wrong = data.draw(st.sets(places, min_size=(FREE_DISTANCE - 1) // 2, max_size=(FREE_DISTANCE - 1) // 2))
    code[list(wrong)] *= -1
    assert np.array_equal(decode(code), message)


def test_a_mark_s_message_is_read_two_decibels_under_the_noise() -> None:
    random = np.random.default_rng(1)
    read = 0
    for _ in range(30):
        message = random.integers(0, 2, 96).astype(np.uint8)
        read += np.array_equal(decode(noisy(encode(message), -2.0, random)), message)
    assert read >= 28


@pytest.mark.parametrize("seed", range(4))
def test_what_is_found_is_the_likeliest_of_all_messages(seed: int) -> None:
    """Held against each of the 512, under so much noise that it is not always the one that was sent."""
    random = np.random.default_rng(seed)
    every = np.unpackbits(np.arange(512, dtype=">u2").view(np.uint8).reshape(-1, 2), axis=1)[:, -9:]
    sent = every[random.integers(512)]
    heard = noisy(encode(sent), -8.0, random)
    likeness = [float(heard @ encode(one)) for one in every]
    assert np.array_equal(decode(heard), every[int(np.argmax(likeness))])


@pytest.mark.parametrize("seed", range(3))
def test_the_likeliest_messages_come_in_order(seed: int) -> None:
    """Held against each of the 512; asked for more than there are, there are 512."""
    random = np.random.default_rng(seed)
    every = np.unpackbits(np.arange(512, dtype=">u2").view(np.uint8).reshape(-1, 2), axis=1)[:, -9:]
    heard = noisy(encode(every[random.integers(512)]), -8.0, random)
    order = np.argsort([-float(heard @ encode(one)) for one in every])
    assert np.array_equal(likeliest(heard, 20), every[order[:20]])
    assert len(likeliest(heard, 600)) == 512


def test_where_nothing_is_heard_all_are_as_likely_and_the_first_are_given() -> None:
    for nothing in (np.zeros(coded_length(96)), np.where(np.arange(coded_length(96)) < 60, 1.0, 0.0)):
        found = likeliest(nothing, 64)
        assert 1 <= len(found) <= 64
        assert len(np.unique(found, axis=0)) == len(found)


def test_among_the_likeliest_64_a_message_is_found_that_noise_made_the_second() -> None:
    random = np.random.default_rng(3)
    first = among = 0
    for _ in range(40):
        message = random.integers(0, 2, 96).astype(np.uint8)
        found = likeliest(noisy(encode(message), -4.0, random), 64)
        first += np.array_equal(found[0], message)
        among += bool((found == message).all(1).any())
    assert first <= 30
    assert among >= first + 6


def test_the_kernel_finds_what_viterbi_s_algorithm_finds_in_plain_python() -> None:
    random = np.random.default_rng(2)
    heard = noisy(encode(random.integers(0, 2, 14).astype(np.uint8)), -6.0, random)
    assert decode(heard).tolist() == plainly(heard)


def plainly(heard: NDArray[np.float64]) -> list[int]:
    """The likeliest message: of each state, the likeliest way there, bit by bit."""
    signs = (2 * outputs() - 1).astype(np.float64)
    ways: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for step in heard.reshape(-1, RATE):
        further: dict[int, tuple[float, tuple[int, ...]]] = {}
        likeness = (signs @ step).tolist()
        for state, (total, bits) in ways.items():
            for bit in (0, 1):
                ahead, sum_ = (bit << (MEMORY - 1)) | state >> 1, total + likeness[state][bit]
                if ahead not in further or sum_ > further[ahead][0]:
                    further[ahead] = (sum_, (*bits, bit))
        ways = further
    return list(ways[0][1][:-MEMORY])


@pytest.mark.parametrize("seed", range(6))
def test_what_is_believed_of_each_bit_is_by_how_much_the_likeliest_message_leads(seed: int) -> None:
    """Half of what it leads by before the likeliest in which the bit is another."""
    random = np.random.default_rng(seed)
    soft = noisy(encode(random.integers(0, 2, 40).astype(np.uint8)), -3.0, random)
    sure = believed(soft)
    words = [encode(one) for one in likeliest(soft, 200)]
    sums = [float(soft @ word) for word in words]
    assert np.array_equal(np.sign(sure), words[0])
    compared = 0
    for bit in range(len(soft)):
        rival = next((total for word, total in zip(words, sums, strict=True) if word[bit] != words[0][bit]), None)
        if rival is not None:
            assert abs(sure[bit]) == pytest.approx((sums[0] - rival) / 2, abs=1e-6)
            compared += 1
    assert compared > len(soft) / 2


def test_of_silence_no_bit_is_believed_more_than_its_other_value() -> None:
    sure = believed(np.zeros(coded_length(20)))
    assert np.count_nonzero(sure[: RATE * 20]) == 0
