"""Signing a finished clip file: the manifest goes into the MP4, and beside it as a sidecar.

The sidecar is kept because a plain remux (`ffmpeg -c copy`) drops the embedded manifest.
"""

import io
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from greenroom.errors import CredentialsFailed
from ops.credentials.chain import Chain
from ops.credentials.manifest import Manifest, definition
from ops.credentials.offline import context
from ops.credentials.reading import State, read


@dataclass(frozen=True, slots=True)
class Signed:
    """`manifest` is the label (urn) of the active manifest, `sidecar` the C2PA manifest store alone."""

    manifest: str
    sidecar: bytes


def sign(file: Path, out: Path, manifest: Manifest, chain: Chain, roots: str = "") -> Signed:
    """Sign the MP4 `file` into `out`, which appears whole or not at all.

    `roots` (PEM) are trusted besides the chain's own when the parent is validated. A parent that does not validate is
    recorded as such in the manifest, for gate 7 to read; it is no error here. Raises `CredentialsFailed`.
    """
    import c2pa

    trusted = chain.root + roots
    partial = out.with_name(f"{out.name}.{uuid.uuid4().hex}.partial.mp4")
    try:
        signer = c2pa.Signer.from_callback(_es256(chain.key), c2pa.C2paSigningAlg.ES256, chain.certificates, None)
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
        raise CredentialsFailed(
            f"{file} cannot be signed: {error}", "Check that it is a whole MP4 file and that the disk has room."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return Signed(report.manifest, sidecar)


def _es256(key: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
    """Signs as COSE wants it: r and s raw, 32 bytes each, not DER (RFC 9053, section 2.1)."""

    def signature(data: bytes) -> bytes:
        r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return signature
