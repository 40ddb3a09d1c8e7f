"""Enrolling over HTTP: who is let in, what is taken in and refused, and what an owner's key signs."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient

from feed import visitors
from feed.app import create_app
from feed.arrivals import Arrivals
from feed.studio import StudioSource
from feed.visitors import Doors
from greenroom.domain.base import now
from greenroom.domain.consents import Account, Attestation
from ledger import consents, enrolments, likenesses, statements
from ops import receipts
from ops.briefs import account
from ops.enrolments.whole import carried
from ops.links import Purpose, make_link
from ops.studio import Studio

SAID = {
    "kind": ["pet"],
    "handle": ["@Tom"],
    "species": ["cat"],
    "audience": ["everyone"],
    "remix": ["yes"],
    "statement": ["He is mine, and I agree."],
    "restrictions": ["never swimming\nnever at night"],
    "never": ["politics"],
    "languages": ["en, fr"],
    "expires": ["2099-12-31"],
}
OWN = {"sec-fetch-site": "same-origin", "origin": "http://testserver"}


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    """The feed; enrolments are carried here and now, so that the answer to filing comes after their end."""

    def carry(enrolment: str) -> None:
        carried(studio, enrolment)

    with closing(Arrivals()) as arrivals:
        doors = Doors(studio, carry, arrivals)
        yield TestClient(create_app(StudioSource(studio), doors), raise_server_exceptions=False, headers=OWN)


@pytest.fixture
def api(studio: Studio, owner: Account) -> str:
    return f"/api/enrol/{make_link(studio, owner, Purpose.ENROL, timedelta(minutes=30))}"


def begun(client: TestClient, api: str, **said: list[str]) -> str:
    answer = client.post(f"{api}/begin", json={"said": SAID | said})
    assert answer.status_code == 200, answer.text
    return f"{api}/begun/{answer.json()['arrival']}"


def filed(client: TestClient, api: str, *files: bytes, **said: list[str]) -> str:
    at = begun(client, api, **said)
    for data in files:
        assert client.post(f"{at}/files", content=data).status_code == 204
    answer = client.post(f"{at}/file", json={})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["enrolment"])


def test_a_pet_is_enrolled_after_its_owner_looked(
    client: TestClient, api: str, studio: Studio, photograph: Path
) -> None:
    enrolment = filed(client, api, photograph.read_bytes())
    stands = client.get(f"{api}/{enrolment}").json()
    assert stands["state"] == "unconfirmed"
    assert [step["name"] for step in stands["steps"]] == ["container", "no human face", "cut out", "consent"]
    page = api.removeprefix("/api")
    picture = client.get(f"{page}/{enrolment}/cutout.png")
    assert picture.content.startswith(b"\x89PNG")
    assert picture.headers["cache-control"] == "no-store"
    assert client.post(f"{api}/{enrolment}/look", json={"right": True}).json()["state"] == "enrolled"
    with studio.ledger.read() as tx:
        likeness = likenesses.by_handle(tx, "tom")
        assert likeness is not None
        consent = consents.in_force(tx, likeness.id, now())
    assert consent is not None
    assert consent.restrictions == ("never swimming", "never at night")
    assert (consent.never, consent.languages, consent.remix, consent.voice) == (
        ("politics",),
        ("en", "fr"),
        True,
        False,
    )
    assert consent.expires_at is not None
    assert consent.expires_at.date().isoformat() == "2099-12-31"
    given = client.get(f"{page}/{enrolment}/receipt")
    signer = receipts.signer(studio)
    assert statements.read(given.content, signer.verifier.public).attested_by is Attestation.INSTALLATION


def test_the_owners_key_signs_what_the_server_wrote(
    client: TestClient, api: str, studio: Studio, photograph: Path
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    raw = base64.b64encode(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode()

    def signed(by: ec.EllipticCurvePrivateKey) -> tuple[int, str]:
        answer = client.post(f"{api}/begin", json={"said": SAID, "key": raw}).json()
        at = f"{api}/begun/{answer['arrival']}"
        assert client.post(f"{at}/files", content=photograph.read_bytes()).status_code == 204
        r, s = decode_dss_signature(by.sign(base64.b64decode(answer["sign"]), ec.ECDSA(SHA256())))
        signature = base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()
        done = client.post(f"{at}/file", json={"signature": signature})
        return done.status_code, done.text

    status, said = signed(ec.generate_private_key(ec.SECP256R1()))
    assert (status, "not by the key it names" in said) == (400, True)
    status, said = signed(key)
    assert status == 200
    enrolment = json.loads(said)["enrolment"]
    assert client.post(f"{api}/{enrolment}/look", json={"right": True}).json()["attested_by"] == "owner_key"
    given = client.get(f"{api.removeprefix('/api')}/{enrolment}/receipt")
    found = statements.read(given.content, receipts.signer(studio).verifier.public)
    assert found.attested_by is Attestation.OWNER_KEY
    assert found.record["said"] == "He is mine, and I agree."


def test_nobody_is_let_in_without_a_link_of_the_right_kind(client: TestClient, studio: Studio, owner: Account) -> None:
    for path in ("/enrol/nothing", "/api/enrol/nothing/en-00000000000000000000000000", "/mine/nothing"):
        assert client.get(path).status_code == 400
    other = make_link(studio, owner, Purpose.MINE, timedelta(minutes=1))
    ended = make_link(studio, owner, Purpose.ENROL, timedelta(seconds=-1))
    assert "for another page" in client.get(f"/enrol/{other}").text
    assert "this link ended" in client.get(f"/enrol/{ended}").text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        {"sec-fetch-site": "same-site", "origin": "http://testserver"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
        {"sec-fetch-site": "none"},
        {"origin": "http://testserver.evil.example"},
        {},
    ],
)
def test_another_sites_page_changes_nothing(studio: Studio, owner: Account, headers: dict[str, str], api: str) -> None:
    client = TestClient(create_app(StudioSource(studio), Doors(studio, lambda enrolment: None)))
    for path in (f"{api}/challenge", f"{api}/begin", "/clips/clip000000000/takedown"):
        answer = client.post(path, headers=headers, json={})
        assert answer.status_code == 400
    with studio.ledger.read() as tx:
        assert enrolments.newest_challenge(tx, owner.id) is None


def test_an_enrolment_is_shown_to_its_account_only(
    client: TestClient, api: str, studio: Studio, photograph: Path
) -> None:
    enrolment = filed(client, api, photograph.read_bytes())
    mallory = f"/api/enrol/{make_link(studio, account(studio, 'mallory'), Purpose.ENROL, timedelta(minutes=1))}"
    assert client.get(f"{mallory}/{enrolment}").status_code == 404
    assert client.get(f"{mallory.removeprefix('/api')}/{enrolment}/cutout.png").status_code == 404
    assert client.post(f"{mallory}/{enrolment}/look", json={"right": True}).status_code == 404
    at = begun(client, api, handle=["kit"])
    stolen = at.replace(api, mallory)
    assert client.post(f"{stolen}/files", content=b"x").status_code == 400


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"handle": ["!"]}, "cannot be a name"),
        ({"statement": [" "]}, "owner's words"),
        ({"kind": ["ghost"]}, "not said"),
        ({"audience": []}, "who may use it"),
        ({"never": ["chemtrails"]}, "policy knows"),
        ({"expires": ["2020-01-01"]}, "past"),
        ({"expires": ["soon"]}, "no day"),
        ({"species": [""]}, "in a word"),
        ({"statement": ["x" * 2001]}, "2000"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_filmed(
    client: TestClient, api: str, said: dict[str, list[str]], why: str
) -> None:
    answer = client.post(f"{api}/begin", json={"said": SAID | said})
    assert answer.status_code == 400
    assert why in answer.text


def test_what_is_no_picture_leaves_nothing_behind(client: TestClient, api: str, studio: Studio) -> None:
    at = begun(client, api)
    assert client.post(f"{at}/files", content=b"").status_code == 400
    assert client.post(f"{at}/files", content=b"not a picture").status_code == 204
    answer = client.post(f"{at}/file", json={})
    assert answer.status_code == 400
    assert "neither a photograph nor a recording" in answer.json()["error"]
    assert client.post(f"{at}/file", json={}).status_code == 400
    assert list((studio.settings.home / "work").glob("*/")) == []
    with studio.ledger.read() as tx:
        assert enrolments.of_handle(tx, "tom") == ()


def test_an_upload_is_bounded_whether_or_not_it_says_how_long_it_is(
    client: TestClient, api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feed.arrivals.LARGEST_FILE", 1000)
    at = begun(client, api)
    assert client.post(f"{at}/files", content=b"x" * 1001).status_code == 400
    assert client.post(f"{at}/files", content=iter([b"x" * 600, b"x" * 600])).status_code == 400
    assert client.post(f"{at}/files", content=b"x" * 600).status_code == 204
    assert client.post(f"{at}/files", content=b"x" * 600).status_code == 400  # together too much


def test_a_form_is_bounded(client: TestClient) -> None:
    long = b"reason=" + b"x" * visitors.LARGEST_FORM
    assert client.post("/clips/clip000000000/takedown", content=long).status_code == 400


def test_a_person_must_answer_the_challenge_drawn_for_them(
    client: TestClient, api: str, studio: Studio, photograph: Path
) -> None:
    drawn = client.post(f"{api}/challenge").json()
    assert (len(drawn["words"]), len(drawn["directions"]), drawn["seconds"]) == (5, 3, 300)
    at = begun(client, api, kind=["person"])
    assert client.post(f"{at}/files", content=photograph.read_bytes()).status_code == 204
    assert client.post(f"{at}/files", content=photograph.read_bytes()).status_code == 400
    answer = client.post(f"{at}/file", json={"challenge": drawn["id"]})
    assert "cannot be enrolled from a photograph" in answer.json()["error"]


def test_only_these_pages_may_use_camera_and_script(client: TestClient, api: str) -> None:
    page = client.get(api.removeprefix("/api"))
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "camera=(self), microphone=(self)" in page.headers["permissions-policy"]
    assert "<script>" not in page.text
    feed = client.get("/")
    assert "script-src" not in feed.headers["content-security-policy"]
    assert "camera=()" in feed.headers["permissions-policy"]


_SERVING = """
import sys
from datetime import timedelta
from pathlib import Path
from fastapi.testclient import TestClient
from feed.app import create_app
from feed.studio import StudioSource
from feed.visitors import Doors
from greenroom.settings import Settings
from ops.briefs import account
from ops.links import Purpose, make_link
from ops.studio import open_studio
from pipelines.enrol import start

kind, path = sys.argv[1:]
with open_studio(Settings.load()) as studio:
    doors = Doors(studio, lambda enrolment: None)
    client = TestClient(create_app(StudioSource(studio), doors), headers={"origin": "http://testserver"})
    api = "/api/enrol/" + make_link(studio, account(studio, "ada"), Purpose.ENROL, timedelta(minutes=1))
    said = {"kind": [kind], "handle": ["it"], "species": ["mug"], "audience": ["owner"], "statement": ["Mine."]}
    drawn = client.post(f"{api}/challenge").json()
    at = f"{api}/begun/" + client.post(f"{api}/begin", json={"said": said}).json()["arrival"]
    assert client.post(f"{at}/files", content=Path(path).read_bytes()).status_code == 204
    filed = client.post(f"{at}/file", json={"challenge": drawn["id"]}).json()["enrolment"]
    assert client.get(f"{api}/{filed}").json()["state"] == "filed"
print(sorted({"dlib", "numba", "pocketsphinx", "av", "torch", "scipy"} & set(sys.modules)))
"""


@pytest.mark.usefixtures("studio")
def test_serving_and_filing_load_no_model_and_no_decoder(film: tuple[bytes, bytes], tmp_path: Path) -> None:
    recording = tmp_path / "film.mp4"
    recording.write_bytes(film[0])
    done = subprocess.run(
        [sys.executable, "-c", _SERVING, "person", str(recording)], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["[]"], done.stderr
