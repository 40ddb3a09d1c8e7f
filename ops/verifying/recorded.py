"""What the ledger says otherwise than the signed lineage of a file, and what of the ledger the log does not prove.

Belongs here: the rules, as sentences that say the fact. Whoever alters a row of the ledger alters no leaf of its log,
and whoever alters both has no signature for what comes of it.
"""

from collections.abc import Iterator

from pydantic import JsonValue

from ops.credentials.manifest import Lineage
from ops.credentials.reading import CredentialsReport
from ops.verifying.facts import ClipFacts

_UNPROVED = "the publication is not proved to be in the transparency log"


def unproved(clip: ClipFacts, manifest: str | None) -> Iterator[str]:
    """Which records of the clip do not stand: its publication's, that of the file with this manifest, its consents'."""
    published = next(iter((*clip.earlier, clip)))
    reasons = [
        _UNPROVED if one.log is None else one.log.reason or _UNPROVED
        for one in (published, clip.of_file(manifest))
        if one.log is None or not one.log.included
    ]
    yield from (f"log: {one}" for one in dict.fromkeys(reasons))
    found = [one.reason for one in clip.consents if one.reason is not None]
    yield from (f"consents: {one}" for one in found if one not in reasons)


def otherwise(credentials: CredentialsReport, file_sha256: str, facts: ClipFacts) -> Iterator[str]:
    """What the credentials of a clip's file state, and the ledger says otherwise. `facts` are of that file."""
    lineage = credentials.lineage
    if lineage is None:
        return
    stated: dict[str, JsonValue] = {
        "manifest": credentials.manifest,
        "brief": lineage.brief,
        "run": lineage.run,
        "maker": lineage.maker,
        "model": lineage.model,
        "weights": lineage.weights,
        "seed": lineage.seed,
        "prompt_sha256": lineage.prompt_sha256,
    }
    recorded: dict[str, JsonValue] = facts.model_dump(include=set(stated)) | {"seed": str(facts.seed)}
    for name, value in stated.items():
        if recorded[name] != value:
            yield f"{name}: the file says {value or 'none'}, the ledger says {recorded[name] or 'none'}"
    yield from _likenesses(lineage, facts)
    yield from _consents(lineage, facts)
    # C2PA leaves the padding of the manifest's own box unhashed; the ledger leaves no byte out.
    if file_sha256 != facts.file_sha256:
        yield f"file: its SHA-256 is {file_sha256}, the clip was published as {facts.file_sha256}"


def _likenesses(lineage: Lineage, facts: ClipFacts) -> Iterator[str]:
    other = set(lineage.likenesses) ^ set(facts.likenesses)
    if other:
        yield f"likenesses: {len(other)} of the salted hashes that the file and the ledger have are not the other's"


def _consents(lineage: Lineage, facts: ClipFacts) -> Iterator[str]:
    """Each consent that the file names is one to a likeness that the clip rests on: that statement, at that leaf."""
    kept = {one.leaf: one.receipt_sha256 for one in facts.consents if one.leaf is not None}
    for one in lineage.consents:
        if kept.get(one.leaf) != one.receipt_sha256:
            said = kept.get(one.leaf) or "none that the clip rests on"
            yield f"consents: at leaf {one.leaf} the file says {one.receipt_sha256}, the ledger says {said}"
    for receipt in lineage.consent_receipts:
        if receipt not in kept.values():
            yield f"consents: the file says {receipt}, the ledger says none that the clip rests on"
