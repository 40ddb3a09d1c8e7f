"""The list of faces that nobody may enrol: an operator's, one face at a time, kept as a template and no picture."""

from pathlib import Path

import pytest
import skimage.data
from PIL import Image

from greenroom.domain.consents import Account
from greenroom.errors import BadInput
from ledger import enrolments
from ops.briefs import account
from ops.enrolments.blocking import block
from ops.enrolments.recognition import Recognition, nearest_blocked
from ops.studio import Studio


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    path = tmp_path / "eileen.png"
    Image.fromarray(skimage.data.astronaut()).save(path)
    return path


def test_a_blocked_face_is_known_again_and_its_photograph_is_not_kept(studio: Studio, portrait: Path) -> None:
    operator = account(studio, studio.settings.account)
    blocked = block(studio, portrait, "asked for by the person", operator)
    assert b"PNG" not in studio.get(blocked.template)
    with studio.ledger.read() as tx:
        assert enrolments.blocked(tx) == (blocked,)
        known = studio.get_document(blocked.template, Recognition).face
        assert known is not None
        assert nearest_blocked(studio, tx, known) == 0.0
        assert nearest_blocked(studio, tx, tuple(one + 0.1 for one in known)) > 0.6


def test_only_an_operator_blocks_and_only_one_face_at_a_time(
    studio: Studio, owner: Account, portrait: Path, photograph: Path
) -> None:
    with pytest.raises(BadInput, match="no operator"):
        block(studio, portrait, "for fun", owner)
    operator = account(studio, studio.settings.account)
    with pytest.raises(BadInput, match="shows 0 faces"):
        block(studio, photograph, "a cat", operator)
    (portrait.parent / "no.png").write_bytes(b"no picture")
    with pytest.raises(BadInput, match="not a photograph"):
        block(studio, portrait.parent / "no.png", "nothing", operator)
