"""What a manifest states, as c2pa's own Reader tells it with the installation's root and none of our code."""

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import c2pa
import numpy as np
import pytest

from greenroom.domain.base import clip_bytes
from greenroom.errors import CredentialsFailed
from ops.credentials.looks import PARTS, looks
from ops.credentials.manifest import Lineage, LoggedConsent, Manifest
from ops.credentials.signing import sign
from ops.credentials.soft_bindings import Block, Kind, SoftBinding, clip_of, of_looks, of_marks, written
from ops.media import write_delivery

if TYPE_CHECKING:
    from tests.ops.credentials.conftest import Studio

Document = dict[str, Any]
_CLIPS = ("0123456789abc", "123456789abcd", "23456789abcde")


def stated(file: Path, root: str, sidecar: bytes | None = None) -> tuple[str, Document]:
    """The state and the whole store of a file's credentials."""
    with (
        c2pa.Context.from_dict({"trust": {"user_anchors": root}}) as trust,
        c2pa.Reader("video/mp4", io.BytesIO(file.read_bytes()), sidecar, trust) as reader,
    ):
        return str(reader.get_validation_state()), json.loads(reader.json())


def every(document: object, name: str) -> Iterator[object]:
    """Every value of that name in a document, however deep."""
    if isinstance(document, dict):
        for key, value in document.items():
            if key == name:
                yield value
            yield from every(value, name)
    elif isinstance(document, list):
        for value in document:
            yield from every(value, name)


def assertions(store: Document, label: str) -> list[Document]:
    manifest = store["manifests"][store["active_manifest"]]
    return [one["data"] for one in manifest["assertions"] if one["label"] == label]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second in which there is something to see."""
    file = tmp_path_factory.mktemp("film") / "film.mp4"
    coarse = np.random.default_rng(1).integers(0, 256, (9, 16, 3), dtype=np.uint8)
    still = np.repeat(np.repeat(coarse, 20, axis=0), 20, axis=1)
    write_delivery(file, [np.roll(still, 8 * n, axis=1) for n in range(24)], 24, np.zeros((48_000, 2), np.float32))
    return file


def full(studio: "Studio", film: Path, clip: str, parent: Path | None = None) -> Manifest:
    """A manifest with everything in it."""
    manifest = studio.manifest(clip, parent)
    consent = LoggedConsent(receipt_sha256="7" * 64, log="greenroom.local", leaf=41)
    people = {"likenesses": ("8" * 64,), "consents": (consent,), "consent_receipts": ()}
    bound = (of_marks(clip, picture=True, sound=True), of_looks(looks(film, 24, 24)))
    return manifest.model_copy(
        update={
            "lineage": manifest.lineage.model_copy(update=people),
            "soft_bindings": tuple(one for one in bound if one is not None),
        }
    )


def test_all_of_it_is_read_back_and_trusted(studio: "Studio", film: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    signed = sign(film, out, full(studio, film, _CLIPS[0]), studio.chain)
    for sidecar in (None, signed.sidecar):
        state, store = stated(out, studio.chain.root, sidecar)
        assert state == "Trusted"
        assert list(every(store, "failure")) == [[]]
        [lineage] = assertions(store, "org.greenroom.lineage")
        assert lineage["likenesses"] == ["8" * 64]
        assert lineage["consents"] == [{"receipt_sha256": "7" * 64, "log": "greenroom.local", "leaf": 41}]
        named = {"clip", "brief", "run", "maker", "model", "seed", "code_version", "prompt_sha256", "installation"}
        assert named <= set(lineage)
        [actions] = assertions(store, "c2pa.actions.v2")
        assert [one["action"] for one in actions["actions"]] == ["c2pa.created", "c2pa.watermarked.bound"]


def test_soft_bindings_are_those_of_the_specification(studio: "Studio", film: Path, tmp_path: Path) -> None:
    """`alg`, `blocks` of `scope` and `value` in base64, a `name` for people: C2PA 2.2's soft-binding-map."""
    out = tmp_path / "clip.mp4"
    sign(film, out, full(studio, film, _CLIPS[0]), studio.chain)
    mark, alike = assertions(stated(out, studio.chain.root)[1], "c2pa.soft-binding")
    assert mark["alg"] == "org.greenroom.mark.1"
    assert mark["blocks"] == [{"scope": {}, "value": base64.b64encode(clip_bytes(_CLIPS[0])).decode()}]
    assert alike["alg"] == "org.greenroom.pdq.1"
    spans = [one["scope"]["timespan"] for one in alike["blocks"]]
    assert spans == [{"start": 250 * part, "end": 250 * (part + 1)} for part in range(PARTS)]
    values = [base64.b64decode(one["value"]) for one in alike["blocks"]]
    assert values == [one.value for one in looks(film, 24, 24)]
    assert {len(one) for one in values} == {32}
    assert mark["name"]
    assert alike["name"]


def test_a_binding_the_specification_does_not_have_is_told_by_the_same_reader(
    studio: "Studio", film: Path, tmp_path: Path
) -> None:
    """That the bindings above are called valid says something: this reader looks at them."""
    empty = SoftBinding(algorithm="", kind=Kind.FINGERPRINT, blocks=(Block(value=b"", start=5, end=None),), note="")
    manifest = studio.manifest().model_copy(update={"soft_bindings": (empty,)})
    with pytest.raises(CredentialsFailed, match="soft binding assertion could not be decoded"):
        sign(film, tmp_path / "clip.mp4", manifest, studio.chain)


def test_no_action_tells_of_a_mark_that_is_not_there(studio: "Studio", film: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    assert of_marks(_CLIPS[0], picture=False, sound=False) is None
    assert of_looks(()) is None
    sign(film, out, studio.manifest(), studio.chain)
    [actions] = assertions(stated(out, studio.chain.root)[1], "c2pa.actions.v2")
    assert [one["action"] for one in actions["actions"]] == ["c2pa.created"]


def test_a_remix_of_a_remix_validates_with_all_its_ancestors(studio: "Studio", film: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"{clip}.mp4" for clip in _CLIPS]
    for number, clip in enumerate(_CLIPS):
        parent = files[number - 1] if number else None
        sign(film, files[number], full(studio, film, clip, parent), studio.chain)
    state, store = stated(files[2], studio.chain.root)
    # 1. Three manifests, each the parent of the next.
    manifests = store["manifests"]
    assert isinstance(manifests, dict)
    label, chain = store["active_manifest"], []
    while label is not None:
        manifest = manifests[label]
        ingredients = manifest.get("ingredients", [])
        assert [one["relationship"] for one in ingredients] == ["parentOf"] * len(ingredients)
        [lineage] = [one["data"] for one in manifest["assertions"] if one["label"] == "org.greenroom.lineage"]
        chain.append(lineage["clip"])
        label = ingredients[0]["active_manifest"] if ingredients else None
    assert chain == list(reversed(_CLIPS))
    # 2. Trusted, and no failure stands anywhere: not of this file, not of an ingredient as it was or is.
    assert state == "Trusted"
    failures = list(every(store, "failure"))
    assert len(failures) >= 3, "the ingredients were validated too"
    assert not any(failures)
    assert not list(every(store, "validation_status"))


def test_a_value_names_its_clip_and_nothing_else_does() -> None:
    assert clip_of(written(clip_bytes(_CLIPS[0]))) == _CLIPS[0]
    for value in ("", "AAA", "no base64 at all", written(b"seven b"), written(clip_bytes(_CLIPS[0])) + "\n"):
        assert clip_of(value) is None


def test_what_the_first_release_stated_is_still_read() -> None:
    """Its lineage had hashes of receipts alone, and a label of the first version."""
    stated = {
        "clip": _CLIPS[0],
        "brief": "br-1",
        "run": "run-1",
        "maker": "mira",
        "model": "previz 1",
        "seed": "7",
        "code_version": "1",
        "prompt_sha256": "5" * 64,
        "consent_receipts": ["7" * 64],
        "installation": "greenroom.local",
    }
    lineage = Lineage.model_validate(stated)
    assert (lineage.consent_receipts, lineage.label_version) == (("7" * 64,), 1)
    assert (lineage.consents, lineage.likenesses) == ((), ())
