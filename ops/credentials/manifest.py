"""What a clip's manifest says: actions, lineage, what may not be done with it. Pure: values in, JSON out.

Sources: C2PA 2.2 (actions, ingredients, soft bindings), IPTC digital source type vocabulary, CAWG training and data
mining 1.1.
"""

from enum import StrEnum
from pathlib import Path

from pydantic import Field, JsonValue

from greenroom.domain.base import Frozen, salted_digest
from ops.credentials.soft_bindings import Kind, SoftBinding, assertion

LINEAGE = "org.greenroom.lineage"
_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


class SourceType(StrEnum):
    """IPTC digital source types, as far as a generator here can be one."""

    ALGORITHMIC = _IPTC + "algorithmicMedia"
    COMPOSITE_SYNTHETIC = _IPTC + "compositeSynthetic"
    TRAINED = _IPTC + "trainedAlgorithmicMedia"


def source_type(weights: str | None, *, captured: bool) -> SourceType:
    """The source type of a clip whose generator has `weights` (SHA-256; None: no trained model).

    A simulated clip is "created purely by an algorithm not based on any sampled training data" (algorithmicMedia):
    to call it trained would claim a model that is not there. Where it shows a likeness, a captured picture is part
    of the frame, and it is a composite with synthetic elements (compositeSynthetic). A diffusion clip is
    trainedAlgorithmicMedia, whether or not a likeness guided it.
    """
    if weights is not None:
        return SourceType.TRAINED
    return SourceType.COMPOSITE_SYNTHETIC if captured else SourceType.ALGORITHMIC


class LoggedConsent(Frozen):
    """A consent by what the log keeps of it: the SHA-256 of its signed statement (hex), and where it stands."""

    receipt_sha256: str
    log: str  # origin
    leaf: int


class Lineage(Frozen):
    """The assertion `org.greenroom.lineage`: enough to ask this installation, nothing about the people or the words.

    The hashes of prompt and likenesses are salted, and the salts stay in the ledger with the marked file.
    """

    clip: str
    brief: str
    run: str
    maker: str  # handle, as the visible label shows it
    model: str
    weights: str | None = None
    seed: str  # decimal: a JSON number loses digits past 2**53
    code_version: str
    prompt_sha256: str
    likenesses: tuple[str, ...] = ()  # salted SHA-256 of each (hex), with a salt of its own in every clip
    consents: tuple[LoggedConsent, ...] = ()
    # SHA-256 (hex) alone, of clips signed before their place in the log was stated.
    consent_receipts: tuple[str, ...] = Field(default=(), exclude_if=lambda value: not value)
    installation: str
    label_version: int = 1  # of the visible label's size and path


def likeness_sha256(salt: str, likeness: str) -> str:
    """What a manifest shows of a likeness: whoever has the salt (hex) and the likeness's id can make it again."""
    return salted_digest(salt, likeness)


class Placed(Frozen):
    """A published file that was placed into the clip (an ingredient `componentOf`)."""

    title: str
    file: Path
    media_type: str = "video/mp4"


class Manifest(Frozen):
    """Everything a clip's credentials state. With a `parent` (the parent clip's file) it is a remix."""

    title: str
    source_type: SourceType
    lineage: Lineage
    thumbnail: bytes = Field(repr=False)  # JPEG
    parent: Path | None = None
    parent_title: str = "parent clip"
    placed: tuple[Placed, ...] = ()
    soft_bindings: tuple[SoftBinding, ...] = ()


def definition(manifest: Manifest) -> dict[str, JsonValue]:
    """The manifest definition that c2pa's Builder takes.

    A remix is opened and edited, never created as well: C2PA refuses both in one manifest.
    """
    lineage = manifest.lineage
    agent: JsonValue = {"name": lineage.model, "version": lineage.code_version}
    made: dict[str, JsonValue] = {"digitalSourceType": manifest.source_type.value, "softwareAgent": agent}
    actions: list[JsonValue] = []
    if manifest.parent is None:
        actions.append({"action": "c2pa.created", **made})
    else:
        actions.append({"action": "c2pa.opened", "parameters": {"ingredientIds": ["parent"]}})
        actions.append({"action": "c2pa.edited", **made})
    actions.extend(
        {"action": "c2pa.placed", "parameters": {"ingredientIds": [f"placed-{number}"]}}
        for number, _ in enumerate(manifest.placed)
    )
    if any(one.kind is Kind.WATERMARK for one in manifest.soft_bindings):
        actions.append({"action": "c2pa.watermarked.bound"})
    forbidden = ("ai_inference", "ai_generative_training", "ai_training", "data_mining")
    mining: JsonValue = {"entries": {f"cawg.{use}": {"use": "notAllowed"} for use in forbidden}}
    return {
        "claim_generator_info": [{"name": "Greenroom", "version": lineage.code_version}],
        "title": manifest.title,
        "format": "video/mp4",
        "thumbnail": {"format": "image/jpeg", "identifier": "thumbnail"},
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {"label": "cawg.training-mining", "data": mining},
            {"label": LINEAGE, "data": lineage.model_dump(mode="json", exclude_none=True)},
            *map(assertion, manifest.soft_bindings),
        ],
    }
