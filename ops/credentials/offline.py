"""The c2pa library's settings: everything offline, nothing fetched, nothing sent.

A Context must not be inherited by a forked child, so one is built for each use (`facts.md`: under a millisecond).
"""

from typing import Any

from cryptography.x509.oid import ExtendedKeyUsageOID

from ops.credentials.chain import CLAIM_SIGNING


def context(roots: str) -> Any:  # noqa: ANN401 - c2pa ships no types
    """A c2pa Context that trusts the PEM certificates `roots` and no others, and reaches no network."""
    import c2pa

    purposes = (ExtendedKeyUsageOID.EMAIL_PROTECTION, CLAIM_SIGNING)
    return c2pa.Context.from_dict(
        {
            "verify": {
                "verify_after_reading": True,
                "verify_after_sign": False,  # `sign` reads the file back itself and says what is wrong
                "verify_trust": True,
                "ocsp_fetch": False,
                "remote_manifest_fetch": False,
            },
            "core": {"allowed_network_hosts": []},
            "builder": {"thumbnail": {"enabled": False}},
            "trust": {
                "user_anchors": roots,
                "trust_config": "".join(f"{purpose.dotted_string}\n" for purpose in purposes),
            },
        }
    )
