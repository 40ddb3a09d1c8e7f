"""Reading the Content Credentials of any file, its ingredients' included.

A manifest whose parent was tampered with still reads as trusted: the failure stands only in the ingredient's
own validation results, as they were when the remix was signed and as they are now. Both are looked at here.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from pydantic import JsonValue, ValidationError

from greenroom.domain.base import Frozen
from ops.credentials.chain import Trust
from ops.credentials.formats import HEAD, media_type
from ops.credentials.manifest import LINEAGE, Lineage
from ops.credentials.offline import context


class State(StrEnum):
    TRUSTED = "trusted"  # valid, and signed under a root that is trusted here
    VALID = "valid"  # unaltered, but whoever signed it is not trusted here
    INVALID = "invalid"  # altered or broken
    ABSENT = "absent"  # the file carries no credentials


_MOST = 32  # failures, actions or sources that are told: a manifest of a stranger may have any number
_LONGEST = 300  # characters of one
_LARGEST_LINEAGE = 64 * 1024  # characters of JSON: ours has a thousand, and some hundred for each consent
_OF_CONTENT = ("assertion.bmffHash.mismatch", "assertion.dataHash.mismatch", "assertion.boxesHash.mismatch")
_NOT_CARRIED = "format.unknown: not a media file that can carry credentials"


class CredentialsReport(Frozen):
    """What a file's credentials say. `failures` are C2PA codes with their explanation, one line each.

    `genuine`: the manifest itself is whole and signed under a root that is trusted here, whether or not it fits the
    file that it stands in.
    """

    state: State
    manifest: str | None = None
    failures: tuple[str, ...] = ()
    ingredient_failures: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    source_types: tuple[str, ...] = ()
    lineage: Lineage | None = None
    signer: str | None = None  # who signed, by the certificate
    serial: str | None = None  # of that certificate, decimal
    stamped_at: datetime | None = None  # when it was signed, by a time stamp that is trusted here
    genuine: bool = False


def read(file: Path, trust: Trust, sidecar: bytes | None = None) -> CredentialsReport:
    """The credentials embedded in `file`, or those of `sidecar` (a manifest store) judged against it.

    Whatever the file holds, the answer is a report; `OSError` alone goes up, when the file cannot be read.
    """
    import c2pa

    with file.open("rb") as stream:
        kind = media_type(stream.read(HEAD))
        if kind is None:
            return CredentialsReport(state=State.ABSENT, failures=(_NOT_CARRIED,))
        stream.seek(0)
        try:
            with context(trust) as settings, c2pa.Reader(kind, stream, sidecar, settings) as reader:
                store = json.loads(reader.json())
                state = State((reader.get_validation_state() or "Invalid").lower())
        except c2pa.C2paError.ManifestNotFound:
            return CredentialsReport(state=State.ABSENT)
        except (c2pa.C2paError, ValueError, RecursionError) as error:
            if str(error).startswith("Remote:"):
                elsewhere = f"remote.not_fetched: its manifest is said to be elsewhere, and is not fetched: {error}"
                return CredentialsReport(state=State.ABSENT, failures=(elsewhere[:_LONGEST],))
            return CredentialsReport(state=State.INVALID, failures=(f"unreadable: {error}"[:_LONGEST],))
    return _report(store, state)


def _report(store: dict[str, JsonValue], state: State) -> CredentialsReport:
    active = store.get("active_manifest")
    manifests = _mapping(store.get("manifests"))
    manifest = _mapping(manifests.get(active)) if isinstance(active, str) else {}
    results = _mapping(store.get("validation_results"))
    actions: list[str] = []
    sources: list[str] = []
    lineage: Lineage | None = None
    for assertion in map(_mapping, _sequence(manifest.get("assertions"))):
        data = _mapping(assertion.get("data"))
        label = str(assertion.get("label"))
        if label.startswith("c2pa.actions"):
            for action in map(_mapping, _sequence(data.get("actions"))):
                actions.append(str(action.get("action")))
                if isinstance(kind := action.get("digitalSourceType"), str):
                    sources.append(kind)
        elif label == LINEAGE and len(json.dumps(data)) <= _LARGEST_LINEAGE:
            try:
                lineage = Lineage.model_validate(data)
            except ValidationError:
                lineage = None  # another program's assertion under our name tells nothing
    found = _mapping(results.get("activeManifest"))
    failures = tuple(_failures(found))
    return CredentialsReport(
        state=state,
        manifest=active[:_LONGEST] if isinstance(active, str) else None,
        failures=failures[:_MOST],
        ingredient_failures=tuple(dict.fromkeys(_ingredient_failures(manifests, results)))[:_MOST],
        actions=tuple(one[:_LONGEST] for one in actions[:_MOST]),
        source_types=tuple(dict.fromkeys(one[:_LONGEST] for one in sources[:_MOST])),
        lineage=lineage,
        signer=_signer(_mapping(manifest.get("signature_info"))),
        serial=_serial(_mapping(manifest.get("signature_info"))),
        stamped_at=_stamped(_mapping(manifest.get("signature_info")), found),
        genuine=_genuine(found, failures),
    )


def _signer(signed: dict[str, JsonValue]) -> str | None:
    named = (signed.get("common_name"), signed.get("issuer"))
    return next((one[:_LONGEST] for one in named if isinstance(one, str) and one), None)


def _serial(signed: dict[str, JsonValue]) -> str | None:
    found = signed.get("cert_serial_number")
    return found[:_LONGEST] if isinstance(found, str) else None


def _stamped(signed: dict[str, JsonValue], results: dict[str, JsonValue]) -> datetime | None:
    if not {"timeStamp.validated", "timeStamp.trusted"} <= _succeeded(results):
        return None
    try:
        found = datetime.fromisoformat(str(signed.get("time")))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _genuine(results: dict[str, JsonValue], failures: tuple[str, ...]) -> bool:
    ours = {"signingCredential.trusted", "claimSignature.validated"} <= _succeeded(results)
    return ours and all(failure.startswith(_OF_CONTENT) for failure in failures)


def _succeeded(results: dict[str, JsonValue]) -> set[str]:
    return {str(one.get("code")) for one in map(_mapping, _sequence(results.get("success")))}


def _ingredient_failures(manifests: dict[str, JsonValue], results: dict[str, JsonValue]) -> Iterator[str]:
    for manifest in map(_mapping, manifests.values()):
        for ingredient in map(_mapping, _sequence(manifest.get("ingredients"))):
            title = str(ingredient.get("title") or "ingredient")
            recorded = _mapping(ingredient.get("validation_results"))
            for failure in _failures(_mapping(recorded.get("activeManifest"))):
                yield f"{title}: {failure}"
            for delta in map(_mapping, _sequence(recorded.get("ingredientDeltas"))):
                for failure in _failures(_mapping(delta.get("validationDeltas"))):
                    yield f"{title}: {failure}"
    for delta in map(_mapping, _sequence(results.get("ingredientDeltas"))):
        for failure in _failures(_mapping(delta.get("validationDeltas"))):
            yield f"ingredient: {failure}"


def _failures(results: dict[str, JsonValue]) -> Iterator[str]:
    for failure in map(_mapping, _sequence(results.get("failure"))):
        yield f"{failure.get('code')}: {failure.get('explanation') or ''}".rstrip(": ")[:_LONGEST]


def _mapping(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _sequence(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
