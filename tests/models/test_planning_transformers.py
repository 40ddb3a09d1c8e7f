"""A language model of any quality writes documents of the schema: tested with one whose weights are random."""

import json
from collections.abc import Sequence
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from greenroom.errors import BadInput, GenerationFailed, ModelMissing
from models.planning import Message
from models.planning_guided import write
from models.planning_transformers import TransformersPlanner

SCHEMA: dict[str, JsonValue] = {
    "type": "object",
    "properties": {
        "place": {"type": "string", "enum": ["park", "beach", "living_room"]},
        "tempo": {"anyOf": [{"type": "object", "properties": {"bpm": {"enum": [60.0, 120.0]}}}, {"type": "null"}]},
        "title": {"type": "string", "maxLength": 12},
        "hair": {"type": ["string", "null"], "enum": ["red", "gray", None]},
        "actors": {
            "type": "array",
            "minItems": 1,
            "maxItems": 3,
            "items": {
                "type": "object",
                "properties": {"id": {"type": "string", "maxLength": 6}, "tall": {"type": "boolean"}},
            },
        },
        "sounds": {"type": "array", "maxItems": 2, "items": {"type": "string", "enum": ["rain", "wind"]}},
    },
}
_ASKED = (Message("system", "Plan."), Message("user", '{"prompt": "a cat"}'))


class Picking:
    """A chooser that picks by numbers it was given."""

    def __init__(self, picks: Sequence[int], words: Sequence[str]) -> None:
        self.written = ""
        self._picks, self._words = list(picks), list(words)

    def add(self, text: str) -> None:
        self.written += text

    def choose(self, options: Sequence[str]) -> str:
        assert not any(one != other and other.startswith(one) for one in options for other in options)
        chosen = options[(self._picks.pop() if self._picks else 0) % len(options)]
        self.written += chosen
        return chosen

    def compose(self, longest: int) -> str:
        text = (self._words.pop() if self._words else "x")[:longest]
        self.written += text + '"'
        return text


@given(st.lists(st.integers(0, 9), max_size=40), st.lists(st.text("abc é", max_size=20), max_size=8))
def test_whatever_is_chosen_keeps_the_schema(picks: list[int], words: list[str]) -> None:
    chooser = Picking(picks, words)
    text = write(SCHEMA, chooser)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))
    assert chooser.written == text


def test_a_schema_the_writer_does_not_know_is_refused() -> None:
    with pytest.raises(BadInput, match="no schema of the type 'number'"):
        write({"type": "object", "properties": {"x": {"type": "number"}}}, Picking([], []))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama of two small layers with random weights, and a byte-level tokenizer trained on a few lines."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    folder = tmp_path_factory.mktemp("planner")
    spelled = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token=None))
    spelled.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    spelled.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=700, special_tokens=["<s>", "</s>"], initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet()
    )
    lines = [
        '{"place": "park", "actors": [{"id": "anna"}]}',
        "a cat chases a red ball on the beach",
        json.dumps(SCHEMA),
    ]
    spelled.train_from_iterator(lines * 4, trainer)
    transformers.PreTrainedTokenizerFast(tokenizer_object=spelled, bos_token="<s>", eos_token="</s>").save_pretrained(
        folder
    )
    torch.manual_seed(3)
    shape = transformers.LlamaConfig(
        vocab_size=spelled.get_vocab_size(),
        hidden_size=48,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
    )
    transformers.LlamaForCausalLM(shape).save_pretrained(folder)
    return folder


def test_a_random_model_writes_a_document_of_the_schema_and_the_same_one_again(folder: Path) -> None:
    with TransformersPlanner(folder) as model:
        text = model.write(_ASKED, SCHEMA)
        assert model.write(_ASKED, SCHEMA) == text
        other = model.write((Message("user", "a dog on the beach at night"),), SCHEMA)
    for one in (text, other):
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(one))


@settings(max_examples=4, deadline=None)
@given(st.text(max_size=40))
def test_whatever_is_asked_the_document_keeps_the_schema(folder: Path, said: str) -> None:
    with TransformersPlanner(folder) as model:
        text = model.write((Message("user", said),), SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))


def test_what_takes_too_long_and_what_is_no_model_is_said(folder: Path, tmp_path: Path) -> None:
    with TransformersPlanner(folder, seconds=0.0) as model, pytest.raises(GenerationFailed, match="took too long"):
        model.write(_ASKED, SCHEMA)
    with pytest.raises(ModelMissing, match="holds no transformers model"), TransformersPlanner(tmp_path):
        pass
