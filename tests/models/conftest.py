"""What several tests of models ask for."""

import hashlib
from pathlib import Path

import pytest

from models.transcription_whisper import WhisperCheckpoint


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, WhisperCheckpoint]:
    """A checkpoint of whisper's format with random weights: the loading and decoding code runs, its words are noise."""
    import torch
    from whisper.model import (  # type: ignore[import-untyped, unused-ignore]
        ModelDimensions,
        Whisper,
    )

    sizes = ModelDimensions(
        n_mels=80, n_audio_ctx=1500, n_audio_state=16, n_audio_head=2, n_audio_layer=1,
        n_vocab=51865, n_text_ctx=32, n_text_state=16, n_text_head=2, n_text_layer=1,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("whisper")
    path = folder / "tiny-random.pt"
    model, draw = Whisper(sizes), torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():  # whisper leaves its decoder's positions as the memory it was given
            weight.normal_(std=0.02, generator=draw)
    torch.save({"dims": vars(sizes), "model_state_dict": model.state_dict()}, path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return folder, WhisperCheckpoint("tiny-random.pt", "of this test", "CC0-1.0", sha256, None)
