"""Signing a finished clip file: the manifest goes into the MP4, and beside it as a sidecar.

The sidecar is kept because a plain remux (`ffmpeg -c copy`) drops the embedded manifest.
"""

import io
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from greenroom.errors import CredentialsFailed, GreenroomError, Unavailable
from ops.credentials.chain import Chain, Trust
from ops.credentials.manifest import Manifest, definition
from ops.credentials.offline import context
from ops.credentials.reading import State, read

_LATER = "Run the same command again when it answers: the take is kept, and its marks are put on then."


@dataclass(frozen=True, slots=True)
class Signed:
    """`manifest` is the label (urn) of the active manifest, `sidecar` the C2PA manifest store alone."""

    manifest: str
    sidecar: bytes


def sign(file: Path, out: Path, manifest: Manifest, chain: Chain, trust: Trust | None = None) -> Signed:
    """Sign the MP4 `file` into `out`, which appears whole or not at all.

    What `trust` names is trusted besides the chain's own root when the parent is validated. A parent that does not
    validate is recorded as such in the manifest, for gate 7 to read; it is no error here. Raises `CredentialsFailed`,
    and `Unavailable` when a signer outside or the time stamping authority does not answer.
    """
    import c2pa

    trusted = Trust(chain.root + trust.roots, trust.stamps) if trust is not None else chain.trust
    asked = _Asked(chain.sign)
    partial = out.with_name(f"{out.name}.{uuid.uuid4().hex}.partial.mp4")
    try:
        signer = c2pa.Signer.from_callback(asked, c2pa.C2paSigningAlg.ES256, chain.certificates, chain.timestamp_url)
        with context(trusted) as settings, c2pa.Builder(json.dumps(definition(manifest)), context=settings) as builder:
            builder.add_resource("thumbnail", io.BytesIO(manifest.thumbnail))
            if manifest.parent is not None:
                parent = {"title": manifest.parent_title, "relationship": "parentOf", "label": "parent"}
                with manifest.parent.open("rb") as stream:
                    builder.add_ingredient(json.dumps(parent), "video/mp4", stream)
            for number, placed in enumerate(manifest.placed):
                entry = {"title": placed.title, "relationship": "componentOf", "label": f"placed-{number}"}
                with placed.file.open("rb") as stream:
                    builder.add_ingredient(json.dumps(entry), placed.media_type, stream)
            with file.open("rb") as source, partial.open("w+b") as target:
                sidecar = bytes(builder.sign(signer, "video/mp4", source, target))
        report = read(partial, trusted)
        if report.state is not State.TRUSTED or report.manifest is None:
            found = ", ".join(report.failures) or report.state.value
            raise CredentialsFailed(f"{file.name} was signed but reads back as {report.state.value}: {found}")
        partial.replace(out)
    except (c2pa.C2paError, OSError, ValueError) as error:
        if asked.failure is not None:
            raise asked.failure from error
        if chain.timestamp_url and asked.signed and isinstance(error, c2pa.C2paError.Signature):
            raise Unavailable(
                f"the time stamping authority {chain.timestamp_url} does not stamp: {error}",
                _LATER,
            ) from error
        raise CredentialsFailed(
            f"{file} cannot be signed: {error}", "Check that it is a whole MP4 file and that the disk has room."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return Signed(report.manifest, sidecar)


class _Asked:
    """What the library calls for a signature. It swallows an error, so it is kept here to be told."""

    def __init__(self, sign: Callable[[bytes], bytes]) -> None:
        self._sign = sign
        self.signed = False
        self.failure: GreenroomError | None = None

    def __call__(self, data: bytes) -> bytes:
        try:
            signature = self._sign(data)
        except GreenroomError as error:
            self.failure = error
            return b""  # none: the library gives up
        self.signed = True
        return signature
