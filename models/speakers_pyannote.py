"""Role Speakers, flagship: a pyannote.audio diarisation pipeline, from a local folder or the hub.

A folder holds `config.yaml` and what it names as `$model/...`: segmentation, embedding and (even where the clustering
does without it) a PLDA folder; with it nothing is asked of the hub. Any other name is the hub's, which downloads to its
own cache and wants the terms accepted there. pyannote's own reporting of use is switched off before anything loads.
"""

import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

import numpy as np

from greenroom.errors import BadInput, GenerationFailed, ModelMissing
from models.roles import Samples
from models.speakers import Turn

if TYPE_CHECKING:
    from pyannote.audio import Pipeline  # type: ignore[import-untyped, unused-ignore]
    from pyannote.core import Annotation  # type: ignore[import-untyped, unused-ignore]

_REMEDY = "Put a pipeline's folder (config.yaml and the models it names) there whole, and run make setup-all."
_LONGEST_SECONDS = 600.0


class PyannoteSpeakers:
    """Speakers by pyannote.audio. `source`: a folder, or the pipeline's name on the hub. Use inside `with`."""

    def __init__(self, source: Path | str, device: str = "cpu") -> None:
        self._source = source
        self._device = device
        self._pipeline: Pipeline | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The pipeline by its folder's name or its name on the hub."""
        return f"pyannote {self._source.name if isinstance(self._source, Path) else self._source}"

    def __enter__(self) -> Self:
        with self._lock:
            self._pipeline = self._loaded()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._pipeline = None

    def turns(self, samples: Samples, sample_rate: int, count: int) -> tuple[Turn, ...]:
        """Turns of at most `count` voices in float32[N, channels].

        Raises BadInput for sound that is not finite or too long, GenerationFailed when the pipeline fails.
        """
        import torch

        if not np.isfinite(samples).all() or len(samples) > _LONGEST_SECONDS * sample_rate:
            raise BadInput(f"Speakers are told in at most {_LONGEST_SECONDS:.0f} s of sound that is finite.")
        with self._lock:
            if self._pipeline is None:
                raise GenerationFailed("Speakers were to be told outside the `with` block.")
            waveform = torch.from_numpy(np.ascontiguousarray(samples.mean(axis=1, keepdims=True).T, np.float32))
            try:
                found = self._pipeline({"waveform": waveform, "sample_rate": sample_rate}, num_speakers=max(1, count))
            except (RuntimeError, ValueError, IndexError, AssertionError) as failed:
                raise GenerationFailed(f"{self.name} failed: {failed}", _REMEDY) from failed
        # pipelines of 3.x answer with the annotation alone
        diarization = cast("Annotation", getattr(found, "speaker_diarization", found))
        labels = sorted(diarization.labels())
        end = len(samples) / sample_rate  # what the pipeline pads a short sound with is nobody's turn
        return tuple(
            Turn(float(segment.start), min(end, float(segment.end)), labels.index(label))
            for segment, _, label in diarization.itertracks(yield_label=True)
            if segment.start < end
        )

    def _loaded(self) -> "Pipeline":
        if isinstance(self._source, Path) and not (self._source / "config.yaml").is_file():
            raise ModelMissing(f"{self._source} holds no config.yaml of a pyannote pipeline.", _REMEDY)
        try:
            import torch
            from pyannote.audio import Pipeline
            from pyannote.audio.telemetry import set_telemetry_metrics
        except ImportError as absent:
            raise ModelMissing("pyannote.audio is not installed.", "Install the project's `models` extra.") from absent
        set_telemetry_metrics(False)
        try:
            pipeline = Pipeline.from_pretrained(self._source)
        except (OSError, RuntimeError, ValueError, KeyError, TypeError, EOFError, AttributeError) as broken:
            # torch, safetensors, yaml and the hub each name a half-downloaded file in their own way
            raise ModelMissing(f"{self.name} cannot be loaded: {broken}", _REMEDY) from broken
        if pipeline is None:
            raise ModelMissing(f"{self.name} cannot be had from the hub.", "Accept its terms there, or name a folder.")
        return pipeline.to(torch.device(self._device))
