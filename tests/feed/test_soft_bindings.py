"""C2PA's resolution of soft bindings: marks, looks and files lead to manifests, what was withdrawn to that alone."""

import io
import json
import tempfile
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import c2pa
import jsonschema  # type: ignore[import-untyped]
import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from feed.soft_bindings import DISCOVERY, PREFIX
from greenroom.domain.base import clip_bytes, now
from greenroom.domain.clips import Publication
from greenroom.domain.removals import RemovalCause
from ledger import changes, clips
from ledger import fingerprints as recorded
from ops.briefs import account
from ops.credentials.chain import ensure_chain, trusted
from ops.credentials.looks import PARTS
from ops.credentials.manifest import Lineage, Manifest, source_type
from ops.credentials.offline import context
from ops.credentials.signing import sign
from ops.credentials.soft_bindings import FINGERPRINT, LABEL, MARK
from ops.lookalikes import complete, fingerprint_of
from ops.removals import remove
from ops.studio import Studio
from tests.ops.verifying.conftest import Picture, read, scene, speech, tone, write
from tests.ops.verifying.planted import Consented, published, withdraw
from warehouse.snapshot import writing
from warehouse.tables import LEDGER_TABLES
from warehouse.validation import Expectation, Validation

SPECIFIED = json.loads((Path(__file__).parent / "soft_bindings.schema.json").read_text())
CONTENT = f"{PREFIX}/matches/byContent"
FILM, STILL = {"content-type": "video/mp4"}, {"content-type": "image/png"}
MANY = 11  # clips that look the same


class Answer(Protocol):
    """What the test client gives back, whichever library it rests on."""

    @property
    def status_code(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    def json(self) -> object: ...


@pytest.fixture
def clip(studio: Studio, cat: Consented) -> Publication:
    return published(studio, scene(24), tone(1.0), (cat,))


@pytest.fixture
def film(studio: Studio, clip: Publication) -> bytes:
    return studio.get(clip.marked.file)


def take_in(studio: Studio) -> None:
    """The warehouse as the ledger stands; whether its rows are sound is asked elsewhere, and costs seconds."""
    with writing(studio.settings.warehouse) as writer, studio.ledger.read() as tx:
        candidate = writer.rebuild(changes.changes(tx, 0, tables=LEDGER_TABLES), tx.revision)
        sound = Expectation(name="rows", table="clips", column="id", success=True, expected="", observed="", rows=1)
        files = (candidate.base.name, candidate.recent.name, candidate.after)
        writer.publish(candidate, Validation(files=files, expectations=(sound,), seconds=0))


def picture() -> bytes:
    data = io.BytesIO()
    Image.fromarray(scene(1, seed=99)[0]).save(data, "PNG")
    return data.getvalue()


def reencoded(film: bytes) -> bytes:
    """As a site encodes an upload: credentials are gone, and so is every byte."""
    with tempfile.TemporaryDirectory() as folder:
        first, copy = Path(folder) / "film.mp4", Path(folder) / "copy.mp4"
        first.write_bytes(film)
        write(copy, *read(first), crf="28")
        return copy.read_bytes()


def signed(studio: Studio, clip: Publication, pictures: list[Picture]) -> bytes:
    """Other pictures, whose credentials name a clip under the installation's own signature."""
    chain = ensure_chain(studio.settings)
    lineage = Lineage(
        clip=clip.clip,
        brief=clip.brief,
        run=clip.run,
        maker="mira",
        model="previz 1",
        seed="1",
        code_version="1",
        prompt_sha256="5" * 64,
        installation=studio.settings.installation,
    )
    still = io.BytesIO()
    Image.fromarray(pictures[0]).save(still, "JPEG")
    manifest = Manifest(
        title="clip", source_type=source_type(None, captured=False), lineage=lineage, thumbnail=still.getvalue()
    )
    with tempfile.TemporaryDirectory() as folder:
        plain, out = Path(folder) / "plain.mp4", Path(folder) / "signed.mp4"
        write(plain, pictures)
        sign(plain, out, manifest, chain)
        return out.read_bytes()


def fingerprints(studio: Studio, film: bytes) -> list[str]:
    """What a film's own manifest says it looks like, as values that a resolver is asked by."""
    with context(trusted(studio.settings)) as trust, c2pa.Reader("video/mp4", io.BytesIO(film), None, trust) as reader:
        store = json.loads(reader.json())
    said = store["manifests"][store["active_manifest"]]["assertions"]
    looks = [one["data"] for one in said if one["label"].startswith(LABEL) and one["data"]["alg"] == FINGERPRINT]
    return [block["value"] for one in looks for block in one["blocks"]]


def as_specified(question: str, answer: Answer) -> None:
    """The status is one of the specification's, or has its reason; the answer has the shape that it gives."""
    told = SPECIFIED["answers"][question]
    assert answer.status_code in [*told["statuses"], *map(int, told.get("also", {}))]
    if answer.status_code != 200:
        return
    if told["of"] == "manifest":
        assert answer.headers["content-type"] == "application/c2pa"
    else:
        schema = {"$ref": f"#/$defs/{told['of']}", "$defs": SPECIFIED["$defs"]}
        jsonschema.Draft202012Validator(schema).validate(answer.json())


def test_discovery_leads_to_what_there_is(client: TestClient) -> None:
    found = client.get(DISCOVERY).json()
    assert found["apiEndpoint"] == PREFIX
    capabilities = client.get(found["capabilitiesEndpoint"]).json()
    assert capabilities == {"c2paSpecificationVersion": "2.4.0", "supportedCapabilities": ["queryByContent"]}
    assert client.get(found["statusEndpoint"]).json()["status"] == "ok"
    algorithms = client.get(f"{PREFIX}/services/supportedAlgorithms").json()
    assert algorithms == {"watermarks": [{"alg": MARK}], "fingerprints": [{"alg": FINGERPRINT}]}


def test_a_mark_leads_to_the_manifest_store(client: TestClient, studio: Studio, film: bytes, clip: Publication) -> None:
    value = b64encode(clip_bytes(clip.clip)).decode()
    asked = {"alg": MARK, "value": value}
    found = client.get(f"{PREFIX}/matches/byBinding", params=asked)
    assert found.json() == {"matches": [{"manifestId": clip.marked.manifest}]}
    assert client.post(f"{PREFIX}/matches/byBinding", json=asked).json() == found.json()
    store = client.get(f"{PREFIX}/manifests/{clip.marked.manifest}")
    assert store.headers["content-type"] == "application/c2pa"
    with (
        context(trusted(studio.settings)) as trust,
        c2pa.Reader("video/mp4", io.BytesIO(film), store.content, trust) as read,
    ):
        assert read.get_validation_state() == "Trusted"
        assert json.loads(read.json())["active_manifest"] == clip.marked.manifest


def test_a_remixs_active_manifest_can_be_had_alone(client: TestClient, studio: Studio, clip: Publication) -> None:
    remix = published(studio, scene(24, seed=5), tone(1.0, 330), parent=clip)
    address = f"{PREFIX}/manifests/{remix.marked.manifest}"
    whole, alone = client.get(address).content, client.get(address, params={"returnActiveManifest": True}).content
    assert clip.marked.manifest.encode() in whole
    assert len(alone) < len(whole)
    with (
        context(trusted(studio.settings)) as trust,
        c2pa.Reader("application/c2pa", io.BytesIO(alone), None, trust) as read,
    ):
        manifests = json.loads(read.json())["manifests"]
    assert list(manifests) == [remix.marked.manifest]


def test_a_manifest_is_found_whether_or_not_the_warehouse_has_taken_it_in(
    client: TestClient, studio: Studio, clip: Publication
) -> None:
    take_in(studio)
    later = published(studio, scene(24, seed=6), tone(1.0, 550))
    for one in (clip, later):
        assert client.get(f"{PREFIX}/manifests/{one.marked.manifest}").status_code == 200


def test_the_manifest_of_a_withdrawn_clip_is_gone_and_says_nothing_else(
    client: TestClient, studio: Studio, cat: Consented, clip: Publication
) -> None:
    withdraw(studio, cat)
    value = b64encode(clip_bytes(clip.clip)).decode()
    found = client.get(f"{PREFIX}/matches/byBinding", params={"alg": MARK, "value": value}).json()
    assert found == {"matches": [{"manifestId": clip.marked.manifest}]}
    gone = client.get(f"{PREFIX}/manifests/{clip.marked.manifest}")
    assert (gone.status_code, gone.json()) == (410, {"withdrawn": True})


def test_a_removed_clip_does_not_live_on_in_the_manifests_of_its_remixes(
    client: TestClient, studio: Studio, clip: Publication
) -> None:
    remix = published(studio, scene(24, seed=5), tone(1.0, 330), maker="tom", parent=clip)
    later = published(studio, scene(24, seed=6), tone(1.0, 440), maker="tom", parent=remix)
    with studio.ledger.write() as tx:
        found = clips.by_id(tx, clip.clip)
        assert found is not None
        remove(tx, found, RemovalCause.OWNER, account(studio, "mira"), "no more")
    assert client.get(f"{PREFIX}/manifests/{clip.marked.manifest}").status_code == 410
    for one in (remix, later):
        answer = client.get(f"{PREFIX}/manifests/{one.marked.manifest}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/c2pa")
        for secret in (clip.clip, "mira", clip.brief):
            assert secret.encode() not in answer.content
        with (
            context(trusted(studio.settings)) as trust,
            c2pa.Reader("application/c2pa", io.BytesIO(answer.content), None, trust) as read,
        ):
            assert list(json.loads(read.json())["manifests"]) == [one.marked.manifest]


def test_a_file_leads_to_its_manifest(client: TestClient, film: bytes, clip: Publication) -> None:
    address = f"{PREFIX}/matches/byContent"
    found = client.post(address, content=film, headers={"content-type": "video/mp4"})
    assert found.json() == {"matches": [{"manifestId": clip.marked.manifest}]}
    stranger = client.post(address, content=picture(), headers={"content-type": "image/png"})
    assert (stranger.status_code, stranger.json()) == (200, {"matches": []})


def test_an_edited_copy_leads_to_its_manifest_by_its_mark_or_by_its_looks(client: TestClient, studio: Studio) -> None:
    """A film re-encoded as a site encodes an upload: nothing in it says where it comes from."""
    clip = published(studio, scene(72, 480, 270), speech(3))
    complete(studio)
    copy = reencoded(studio.get(clip.marked.file))
    by_mark = {"matches": [{"manifestId": clip.marked.manifest}]}
    for asked in ({}, {"alg": MARK}):
        assert client.post(CONTENT, content=copy, headers=FILM, params=asked).json() == by_mark
    (alike,) = client.post(CONTENT, content=copy, headers=FILM, params={"alg": FINGERPRINT}).json()["matches"]
    assert alike["manifestId"] == clip.marked.manifest
    assert 80 <= alike["similarityScore"] < 100


def test_asked_for_a_mark_neither_bytes_nor_credentials_nor_looks_answer(client: TestClient, studio: Studio) -> None:
    black = [np.zeros((128, 128, 3), np.uint8)] * 24  # nothing is laid over black, nor under silence
    clip = published(studio, black, np.zeros((48000, 2), np.float32))
    published_film = studio.get(clip.marked.file)
    named = signed(studio, clip, scene(24, 96, 54, seed=50))  # too small for a mark
    for film in (published_film, named):
        whole = client.post(CONTENT, content=film, headers=FILM)
        assert whole.json() == {"matches": [{"manifestId": clip.marked.manifest}]}
        by_mark = client.post(CONTENT, content=film, headers=FILM, params={"alg": MARK})
        assert (by_mark.status_code, by_mark.json()) == (200, {"matches": []})
    by_looks = client.post(CONTENT, content=named, headers=FILM, params={"alg": FINGERPRINT})
    assert (by_looks.status_code, by_looks.json()) == (200, {"matches": []})


def test_what_a_manifest_says_its_clip_looks_like_leads_to_it(client: TestClient, studio: Studio) -> None:
    clip = published(studio, scene(72, 480, 270), tone(3.0))
    complete(studio)
    values = fingerprints(studio, studio.get(clip.marked.file))
    assert len(values) == PARTS
    for value in values:
        asked = {"alg": FINGERPRINT, "value": value}
        found = client.get(f"{PREFIX}/matches/byBinding", params=asked).json()
        assert [one["manifestId"] for one in found["matches"]] == [clip.marked.manifest]
        assert found["matches"][0]["similarityScore"] > 80
        assert client.post(f"{PREFIX}/matches/byBinding", json=asked).json() == found


def test_as_many_answer_as_were_asked_for(client: TestClient, studio: Studio) -> None:
    """Ten unless the question says otherwise, nearest first."""
    first, *others = [published(studio, scene(6, 320, 180), tone(0.25)) for _ in range(MANY)]
    film = studio.get(first.marked.file)
    looks = fingerprint_of(studio, first.clip, first.marked.file, "ab" * 32)
    with studio.ledger.write() as tx:  # one picture, were there no label in each, at a place of its own
        for one in (first, *others):
            recorded.add(tx, looks.model_copy(update={"clip": one.clip, "recorded_at": now()}))
    value = fingerprints(studio, film)[0]

    def scores(most: int | None) -> list[int]:
        some = {"maxResults": most} if most is not None else {}
        by_value = client.get(f"{PREFIX}/matches/byBinding", params={"alg": FINGERPRINT, "value": value, **some})
        by_file = client.post(CONTENT, content=film, headers=FILM, params={"alg": FINGERPRINT, **some})
        found = [[one["similarityScore"] for one in answer.json()["matches"]] for answer in (by_value, by_file)]
        assert len(found[0]) == len(found[1])
        assert all(each == sorted(each, reverse=True) for each in found)
        return found[0]

    assert [len(scores(most)) for most in (1, None, 1000)] == [1, 10, MANY]


def test_every_answer_has_the_shape_that_is_specified(
    client: TestClient, studio: Studio, film: bytes, clip: Publication
) -> None:
    complete(studio)
    mark = {"alg": MARK, "value": b64encode(clip_bytes(clip.clip)).decode()}
    looks = {"alg": FINGERPRINT, "value": fingerprints(studio, film)[0]}
    unknown = {"alg": MARK, "value": b64encode(bytes(8)).decode()}
    by_binding = f"{PREFIX}/matches/byBinding"
    for asked in (mark, looks, unknown):
        as_specified("GET /matches/byBinding", client.get(by_binding, params=asked))
        as_specified("POST /matches/byBinding", client.post(by_binding, json=asked))
    for alg in (MARK, FINGERPRINT):
        as_specified("POST /matches/byContent", client.post(CONTENT, content=film, headers=FILM, params={"alg": alg}))
    for only in (True, False):
        manifest = client.get(f"{PREFIX}/manifests/{clip.marked.manifest}", params={"returnActiveManifest": only})
        as_specified("GET /manifests/{manifestId}", manifest)
    for service in ("supportedAlgorithms", "capabilities", "status"):
        as_specified(f"GET /services/{service}", client.get(f"{PREFIX}/services/{service}"))
    as_specified(f"GET {DISCOVERY}", client.get(DISCOVERY))


def test_every_question_of_the_api_has_a_shape(client: TestClient) -> None:
    """So that one that is added is held against the specification, too."""
    paths = client.get("/api/openapi.json").json()["paths"]
    there = {
        f"{method.upper()} {path.removeprefix(PREFIX)}"
        for path, methods in paths.items()
        if path.startswith(PREFIX) or path == DISCOVERY
        for method in methods
    }
    assert {one.replace("manifest_id", "manifestId") for one in there} == set(SPECIFIED["answers"])


def test_a_picture_that_is_not_decoded_here_is_told_to_be_one(client: TestClient) -> None:
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99)
    answer = client.post(CONTENT, content=heic, headers={"content-type": "image/heic"})
    assert answer.status_code == 415
    assert answer.json()["error"].startswith("a HEIC picture is not decoded here; save it as JPEG or PNG")


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "matches/byBinding", {"params": {"alg": MARK}}, 400),
        ("GET", "matches/byBinding", {"params": {"alg": MARK, "value": "no base64!"}}, 400),
        ("GET", "matches/byBinding", {"params": {"alg": MARK, "value": b64encode(b"short").decode()}}, 400),
        ("GET", "matches/byBinding", {"params": {"alg": FINGERPRINT, "value": b64encode(b"short").decode()}}, 400),
        ("GET", "matches/byBinding", {"params": {"alg": FINGERPRINT, "value": "é"}}, 400),
        ("GET", "matches/byBinding", {"params": {"alg": MARK, "value": "é"}}, 400),
        ("GET", "matches/byBinding", {"params": {"alg": "com.other.1", "value": "AAAA"}}, 400),
        ("GET", "matches/byBinding", {"params": {"alg": MARK, "value": "AAAA", "maxResults": 0}}, 400),
        ("GET", "matches/byBinding", {"params": {"alg": FINGERPRINT, "value": "A" * 5000}}, 414),
        ("POST", "matches/byBinding", {"json": {"alg": MARK}}, 400),
        ("POST", "matches/byContent", {"content": b"words", "headers": {"content-type": "text/plain"}}, 415),
        ("POST", "matches/byContent", {"content": b"words", "headers": {"content-type": "video/mp4"}}, 415),
        ("POST", "matches/byContent", {"content": b"", "headers": {"content-type": "video/mp4"}}, 400),
        ("POST", "matches/byContent", {"content": b"words", "headers": FILM, "params": {"alg": "com.other.1"}}, 400),
        ("POST", "matches/byReference", {"json": {"referenceUrl": "https://example.com/a.mp4", "assetLength": 9}}, 403),
        ("GET", "manifests/none", {}, 400),
        ("GET", "manifests/urn:c2pa:00000000-0000-0000-0000-000000000000", {}, 404),
    ],
)
def test_errors_are_those_of_the_specification(
    client: TestClient, method: str, path: str, options: dict[str, object], status: int
) -> None:
    answer = client.request(method, f"{PREFIX}/{path}", **options)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert answer.json()["error"]
    as_specified(f"{method} /{'manifests/{manifestId}' if path.startswith('manifests') else path}", answer)


def test_an_unknown_mark_matches_nothing(client: TestClient) -> None:
    value = b64encode(bytes(8)).decode()
    assert client.get(f"{PREFIX}/matches/byBinding", params={"alg": MARK, "value": value}).json() == {"matches": []}
