"""A real installation in a temporary folder: nothing of it is a stand-in."""

from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from PIL import Image

from greenroom.domain.base import now
from greenroom.domain.consents import Account, Audience, Consent, Likeness, LikenessKind, Terms
from greenroom.domain.enrolments import EnrolmentState
from greenroom.settings import Settings
from ledger import consents, likenesses
from ops.briefs import account
from ops.enrolments.filing import Asked
from ops.enrolments.whole import enrol
from ops.studio import Studio, open_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with open_studio(Settings.load({}, home=tmp_path / "home")) as studio:
        yield studio


@pytest.fixture
def owner(studio: Studio) -> Account:
    return account(studio, "ada")


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """A cat's photograph, CC0, larger than what is kept of one."""
    path = tmp_path / "cat.jpg"
    with as_file(files("greenroom").joinpath("demo", "chelsea.png")) as chelsea, Image.open(chelsea) as picture:
        picture.convert("RGB").resize((2000, 1330)).save(path)
    return path


EnrolPet = Callable[..., tuple[Likeness, Consent]]


@pytest.fixture
def enrol_pet(studio: Studio, owner: Account, photograph: Path) -> EnrolPet:
    """Enrols a cat of the owner's, as "tom" and for everyone unless told otherwise."""

    def enrolled(handle: str = "tom", **terms: object) -> tuple[Likeness, Consent]:
        said = Terms.model_validate({"audience": Audience.EVERYONE, "statement": "He is mine, and I agree."} | terms)
        filed, state = enrol(studio, Asked(handle, LikenessKind.PET, "cat", said, (photograph,)), owner)
        assert state is EnrolmentState.ENROLLED
        with studio.ledger.read() as tx:
            likeness, consent = likenesses.by_id(tx, filed.likeness), consents.in_force(tx, filed.likeness, now())
        assert likeness is not None
        assert consent is not None
        return likeness, consent

    return enrolled
