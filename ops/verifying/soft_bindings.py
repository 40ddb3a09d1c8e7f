"""Resolving soft bindings, as C2PA's Soft Binding Resolution API asks it: from a mark, a look or a file to manifests.

Source: C2PA 2.4, Soft Binding Resolution API (its OpenAPI document), whose earlier versions ask for no more. A manifest
is named by its label, which is random and says nothing of anyone; of a clip that was withdrawn no more is handed out.
"""

import base64
import hashlib
import json
import re
from pathlib import Path

from greenroom.domain.base import Frozen
from greenroom.errors import BadInput, NotFound, WarehouseUnavailable
from ledger import edges, removals
from ledger.changes import changes
from ops.credentials.soft_bindings import FINGERPRINT, MARK, clip_of
from ops.studio import Studio
from ops.verify import looked_into
from ops.verifying.bounds import USUAL, Bounds
from ops.verifying.facts import Records
from ops.verifying.found import Looks
from ops.verifying.manifest_store import alone
from ops.verifying.readers import Readers, shared
from ops.verifying.report import Source
from ops.verifying.resolving import ALIKE, resolve
from warehouse.reader import Warehouse

ALGORITHMS = {"watermarks": (MARK,), "fingerprints": (FINGERPRINT,)}
MOST = 100  # results, whatever is asked for
_HASH = 32  # bytes
_MOST_HASHES = 64
_NAME = re.compile(r"urn:(?:c2pa|uuid):[0-9A-Za-z:._-]{1,200}")
_TABLES = ("publications", "remarkings")
_PATIENCE = 120.0


class Match(Frozen):
    """A manifest. `score`: 0 to 100, how alike a fingerprint is; None for a mark, which is either read or not."""

    manifest: str
    score: int | None = None


class Unfit(BadInput):
    """A file that can carry no soft binding."""


class Resolver:
    """Soft bindings of one installation; safe to ask from several threads."""

    def __init__(self, studio: Studio, records: Records, readers: Readers | None = None) -> None:
        self._studio = studio
        self._records = records
        self._readers = readers
        self._warehouse = Warehouse(studio.settings.warehouse)

    def by_binding(self, algorithm: str, value: str, most: int) -> tuple[Match, ...]:
        """The manifests of a soft binding's value (base64). Raises `BadInput` for one that is none."""
        if algorithm == MARK:
            clip = clip_of(value)
            if clip is None:
                raise BadInput(f"a value of {MARK} is a clip's id, 8 bytes in base64")
            return self._of_clip(clip)
        if algorithm == FINGERPRINT:
            return self._alike(Looks(hashes=_hashes(value).hex()), most)
        raise BadInput(f"no algorithm {algorithm[:80]!r} is resolved here", f"Ask for {MARK} or {FINGERPRINT}.")

    def by_content(self, path: Path, algorithm: str | None, most: int, bounds: Bounds = USUAL) -> tuple[Match, ...]:
        """The manifests of a file: by its bytes, its credentials or its invisible marks, else by its looks.

        Asked for an `algorithm`, that alone. Raises `BadInput`, `Unfit`.
        """
        if algorithm not in (None, MARK, FINGERPRINT):
            raise BadInput(f"no algorithm {algorithm[:80]!r} is resolved here", f"Ask for {MARK} or {FINGERPRINT}.")
        with path.open("rb") as stream:
            file_sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        with (self._readers or shared()).reader(_PATIENCE) as reader:
            wanted = algorithm != FINGERPRINT
            found = looked_into(reader, path, self._records, file_sha256, bounds, search=wanted)
        if found.problem is not None:
            raise Unfit(found.problem)
        if wanted:
            resolved = resolve(found, file_sha256, self._records)
            surest = [one for one in Source if one.by_mark] if algorithm is None else [Source.PICTURE, Source.SOUND]
            known = [one for one in resolved.claims if one.facts is not None]
            named = dict.fromkeys(one.clip for one in known if one.source in surest)
            if named or algorithm == MARK:
                return tuple(match for clip in named for match in self._of_clip(clip))[:most]
        return self._alike(found.looks or Looks(), most)

    def manifest(self, name: str, *, only: bool) -> bytes | None:
        """The manifest store that a manifest is active in, or with `only` the manifest by itself.

        Of a remix whose parent was removed, or that one's parent, it is by itself in any case: the store would hold
        theirs. None: its clip was withdrawn. Raises `BadInput` for what is no name, `NotFound` for what nobody gave.
        """
        if not _NAME.fullmatch(name):
            raise BadInput(f"{name[:80]!r} is no manifest's identifier")
        clip = self._clip(name)
        facts = self._records.facts(clip) if clip is not None else None
        if clip is None or facts is None:
            raise NotFound("no manifest has this identifier")
        published = self._records.published(clip, name)
        if facts.withdrawn or published is None:
            return None
        if published.sidecar is None:
            raise NotFound("the manifest is lost")
        with self._studio.ledger.read() as tx:
            removed = removals.removed(tx, edges.ancestors(tx, clip))
        return alone(published.sidecar, name) if only or removed else published.sidecar

    def _of_clip(self, clip: str) -> tuple[Match, ...]:
        facts = self._records.facts(clip)
        return (Match(manifest=facts.manifest),) if facts is not None else ()

    def _alike(self, looks: Looks, most: int) -> tuple[Match, ...]:
        near = [one for one in self._records.alike(looks, most) if one.distance <= ALIKE]
        found = ((self._records.facts(one.clip), one.distance) for one in near)
        return tuple(
            Match(manifest=facts.manifest, score=round(100 * (1 - distance)))
            for facts, distance in found
            if facts is not None
        )

    def _clip(self, manifest: str) -> str | None:
        """The clip of a manifest: asked of the warehouse, and of what the ledger recorded since."""
        cursor, rows = 0, []
        try:
            snapshot = self._warehouse.snapshot()
            cursor, rows = snapshot.cursor, snapshot.ask("clip_of_manifest", manifest=manifest)
        except WarehouseUnavailable:  # none was made yet: the ledger has everything
            pass
        if rows:
            return str(rows[0]["clip"])
        with self._studio.ledger.read() as tx:
            for _, recorded in changes(tx, cursor, tables=_TABLES):
                for row in recorded:
                    if json.loads(str(row["marked"]))["manifest"] == manifest:
                        return str(row["clip"])
        return None


def _hashes(value: str) -> bytes:
    """The hashes of a fingerprint's value: 32 bytes each."""
    try:
        found = base64.b64decode(value, validate=True)
    except ValueError as error:  # also what is no ASCII
        raise BadInput(f"a value of {FINGERPRINT} is base64") from error
    if not found or len(found) % _HASH or len(found) > _MOST_HASHES * _HASH:
        raise BadInput(
            f"a value of {FINGERPRINT} is 1 to {_MOST_HASHES} hashes of {_HASH} bytes, got {len(found)} bytes"
        )
    return found
