"""The c2pa library's settings: everything offline, nothing fetched, nothing sent.

The one thing that leaves is the question to a time stamping authority, where one is set: the signer asks it, not the
Context, whose list of hosts says nothing about it.

A Context must not be inherited by a forked child, so one is built for each use (`facts.md`: under a millisecond).
"""

from typing import Any

from cryptography.x509.oid import ExtendedKeyUsageOID

from ops.credentials.chain import Trust
from ops.credentials.own import CLAIM_SIGNING


def context(trust: Trust) -> Any:  # noqa: ANN401 - c2pa ships no types
    """A c2pa Context that trusts what `trust` names and nothing else, and reaches no network."""
    import c2pa

    stamps = {"trust_anchors": trust.stamps, "trust_kind": "tsa", "trust_uri": "urn:greenroom:timestamp-roots"}
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
                "user_anchors": trust.roots,
                "anchors": [stamps] if trust.stamps else [],
                "trust_config": "".join(f"{purpose.dotted_string}\n" for purpose in purposes),
            },
        }
    )
