"""Whose voice it is, as 256 numbers: Resemblyzer's encoder, run in numpy on the weights of its package.

Three LSTM layers over mel spectra of 1.6 s, trained so that windows of one speaker lie together (Wan et al. 2018,
"Generalized end-to-end loss for speaker verification"). Two prints compare by their cosine: 1 the same, about 0.5
for two people. Only what is voiced is looked at. The package's own code is never imported; its weights are read
without torch. How often it errs stands in `docs/dialogue.md`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import BadInput, ModelFailed, ModelMissing
from models.catalogue import weight
from models.roles import Samples
from models.spectra import stretched
from models.torch_records import read_tensors
from models.voice_activity import FRAME, HOP, RATE, measured, narrowed, voiced_frames

WEIGHT = "voice_encoder"
LEAST_SECONDS = 1.2  # of voice: less says little of whose it is
_ENCODED = 16_000  # hertz
_MEL_FRAME, _MEL_HOP, _BANDS = 400, 160, 40  # 25 ms and 10 ms
_FRAMES = 160  # of a window
_STEP = 40  # frames between windows: 0.4 s
_LAYERS, _HIDDEN = 3, 256
_PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")  # of a layer
_LEVEL = 10 ** (-26 / 20)  # root mean square of what is looked at: the encoder hears levels
_APART = 0.35  # 1 less the cosine from which windows are of two voices: one speaker's stay together up to 0.3
_COUNTED = 3  # windows, 2.4 s, of a voice that is counted
_BREATH = 12  # hops around what is voiced that belong to it: consonants
_LONGEST_SECONDS = 600.0

Voice = NDArray[np.float32]  # [256], of length 1


@dataclass(frozen=True, slots=True)
class VoiceWindow:
    """A window of voice: where it starts and ends in the sound, in seconds, and whose it is."""

    start: float
    end: float
    voice: Voice


class VoiceEncoder:
    """The role of voice prints, embedded. Use inside `with`."""

    def __init__(self) -> None:
        self._weights: Mapping[str, NDArray[np.float32]] | None = None

    @property
    def name(self) -> str:
        """The model; prints of two names do not compare."""
        return f"Resemblyzer {weight(WEIGHT).revision}"

    def __enter__(self) -> Self:
        """Loads the weights. Raises `ModelMissing` when they are not there, `ModelFailed` when they are damaged."""
        found = read_tensors(weight(WEIGHT).path(), "model_state")
        wanted = [f"lstm.{part}_l{layer}" for layer in range(_LAYERS) for part in _PARTS]
        lacking = [name for name in (*wanted, "linear.weight", "linear.bias") if name not in found]
        if lacking or not all(np.isfinite(one).all() for one in found.values()):
            fact = f"The voice encoder's weights lack {', '.join(lacking) or 'numbers'}."
            raise ModelFailed(fact, f"Reinstall {weight(WEIGHT).distribution} {weight(WEIGHT).revision}.")
        self._weights = found
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._weights = None

    def windows(self, samples: Samples, sample_rate: int) -> tuple[VoiceWindow, ...]:
        """The voice of every 1.6 s of what is voiced in float32[N] or [N, channels], each 0.4 s after the one before.

        None where less than `LEAST_SECONDS` are voiced. Raises `BadInput` for sound that is not finite or too long.
        """
        if self._weights is None:
            raise ModelMissing("The voice encoder was asked outside its `with`.", "Use `with VoiceEncoder() as one:`.")
        if not np.isfinite(samples).all() or len(samples) > _LONGEST_SECONDS * sample_rate:
            raise BadInput(f"Voices are told in at most {_LONGEST_SECONDS:.0f} s of sound that is finite.")
        mono = samples.astype(np.float64).mean(axis=1) if samples.ndim == 2 else samples.astype(np.float64)
        kept = _voiced(mono, sample_rate)
        hop = _ENCODED // 100
        if len(kept) * hop < LEAST_SECONDS * _ENCODED:
            return ()
        whole = stretched(mono, _ENCODED / sample_rate)
        whole = np.pad(whole, (0, max(0, (int(kept[-1]) + 1) * hop - len(whole))))
        voiced = whole.reshape(-1)[: len(whole) // hop * hop].reshape(-1, hop)[kept].reshape(-1)
        voiced = voiced * (_LEVEL / float(np.sqrt(np.mean(voiced**2))))
        spectra = _mel(np.pad(voiced, (0, max(0, _FRAMES * _MEL_HOP - len(voiced)))))
        starts = range(0, max(1, len(spectra) - _FRAMES + 1), _STEP)
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1, "blas"):  # its products are small: a second thread would only spin
            voices = _encoded(self._weights, np.stack([spectra[at : at + _FRAMES] for at in starts]))
        if not np.isfinite(voices).all():
            raise ModelFailed("The voice encoder answered something that is no number.", "Reinstall resemblyzer.")
        return tuple(
            VoiceWindow(kept[at] / 100, (kept[min(at + _FRAMES, len(kept)) - 1] + 1) / 100, voice)
            for at, voice in zip(starts, voices, strict=True)
        )


def voice_of(windows: Sequence[VoiceWindow]) -> Voice:
    """One voice of windows that are one speaker's; there must be one at least."""
    return np.asarray(_of_length_one(np.mean([one.voice for one in windows], axis=0)[None])[0])


def speakers_of(windows: Sequence[VoiceWindow]) -> tuple[tuple[VoiceWindow, ...], ...]:
    """The windows of each voice in a sound, in the order in which the voices are first heard.

    What is one voice is found by average linkage. A single window beside others is where one voice follows another.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(windows) < 2:
        return (tuple(windows),) if windows else ()
    voices = np.array([one.voice for one in windows], np.float64)
    apart = np.clip(1 - voices @ voices.T, 0, None)[np.triu_indices(len(windows), 1)]
    groups = fcluster(linkage(apart, "average"), _APART, "distance")
    found = [
        tuple(one for one, group in zip(windows, groups, strict=True) if group == number)
        for number in np.unique(groups)
    ]
    several = [group for group in found if len(group) > 1] or found
    return tuple(sorted(several, key=lambda group: group[0].start))


def count_of(speakers: Sequence[Sequence[VoiceWindow]]) -> int:
    """How many of the voices that `speakers_of` found speak for themselves: where two follow each other, windows that
    hold both make a short voice that is nobody's.
    """
    return max(min(1, len(speakers)), sum(len(windows) >= _COUNTED for windows in speakers))


def _voiced(mono: NDArray[np.float64], rate: int) -> NDArray[np.intp]:
    """Which hundredths of a second are voice, or the consonants around it."""
    narrow = narrowed(mono, rate)
    if len(narrow) < 2 * FRAME or not np.any(narrow):
        return np.zeros(0, np.intp)
    found = np.flatnonzero(voiced_frames(measured(narrow)))
    middle = FRAME // HOP // 2  # a frame answers for its middle
    around = np.unique((found[:, None] + middle + np.arange(-_BREATH, _BREATH + 1)).ravel())
    return np.asarray(around[(around >= 0) & (around < len(narrow) * 100 // RATE)], np.intp)


def _encoded(weights: Mapping[str, NDArray[np.float32]], spectra: NDArray[np.float32]) -> NDArray[np.float32]:
    """Voices float32[W, 256] of windows float32[W, 160, 40]: the last layer's last state, through one dense layer."""
    steps = spectra.transpose(1, 0, 2)
    state = np.zeros((steps.shape[1], _HIDDEN), np.float32)
    for layer in range(_LAYERS):
        inward, back, bias_in, bias_back = (weights[f"lstm.{part}_l{layer}"] for part in _PARTS)
        entering = steps @ inward.T + (bias_in + bias_back)
        state, cell = np.zeros_like(state), np.zeros_like(state)
        turned, states = np.ascontiguousarray(back.T), np.empty((*steps.shape[:2], _HIDDEN), np.float32)
        for step, enters in enumerate(entering):
            whole = enters + state @ turned
            gates = 0.5 * (1 + np.tanh(0.5 * whole))  # input, forget, (cell,) output
            cell = gates[:, _HIDDEN : 2 * _HIDDEN] * cell + gates[:, :_HIDDEN] * np.tanh(
                whole[:, 2 * _HIDDEN : 3 * _HIDDEN]
            )
            state = gates[:, 3 * _HIDDEN :] * np.tanh(cell)
            states[step] = state
        steps = states
    return _of_length_one(np.maximum(0.0, state @ weights["linear.weight"].T + weights["linear.bias"]))


def _of_length_one(voices: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(voices / np.maximum(np.linalg.norm(voices, axis=1, keepdims=True), 1e-9), np.float32)


def _mel(samples: NDArray[np.float64]) -> NDArray[np.float32]:
    """Mel power spectra float32[M, 40] of float64[N] at 16 kHz, 100 a second, in the form the encoder was taught."""
    padded = np.pad(samples, _MEL_FRAME // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _MEL_FRAME)[::_MEL_HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(_MEL_FRAME + 1)[:-1], axis=1)) ** 2
    return np.asarray(power @ _filters(), np.float32)


@cache
def _filters() -> NDArray[np.float64]:
    """Triangles of equal area, even in Slaney's mel from 0 to 8 kHz, float64[201, 40]."""
    steps = np.linspace(0.0, 15 + np.log(8) / (np.log(6.4) / 27), _BANDS + 2)
    edges = np.where(steps < 15, steps * 200 / 3, 1000 * np.exp((steps - 15) * np.log(6.4) / 27))
    at = np.fft.rfftfreq(_MEL_FRAME, 1 / _ENCODED)[:, None]
    rising = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2])))
