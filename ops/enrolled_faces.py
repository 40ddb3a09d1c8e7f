"""The faces of enrolled persons whom a brief does not name, and those that nobody may show: who may not be seen."""

from collections.abc import Collection

import numpy as np

from greenroom.domain.consents import LikenessKind
from ledger import enrolments, likenesses, withdrawals
from ops.enrolments.recognition import Recognition, others
from ops.sights import KnownFace
from ops.studio import Studio


def faces_beside(studio: Studio, named: Collection[str]) -> tuple[KnownFace, ...]:
    """Every face kept of an enrolment but those of the handles `named`; what was erased is gone from here too.

    An owner's every likeness of themselves has the same face: their own are left out with the one that is named. Who
    names somebody's pet or object names nobody's face.
    """
    with studio.ledger.read() as tx:
        everyone = {one.id: one for one in likenesses.every(tx)}
        persons = (one for one in everyone.values() if one.kind is LikenessKind.PERSON)
        owners = {one.owner for one in persons if one.handle in named}
        gone = withdrawals.withdrawn(tx, set(everyone))
        found = [
            KnownFace(everyone[template.likeness].handle, np.asarray(known.face, np.float32))
            for template, known in others(studio, tx, "")
            if known.face is not None
            and template.likeness in everyone
            and template.likeness not in gone
            and everyone[template.likeness].handle not in named
            and everyone[template.likeness].owner not in owners
        ]
        blocked = [studio.get_document(one.template, Recognition).face for one in enrolments.blocked(tx)]
    return (*found, *(KnownFace("", np.asarray(one, np.float32)) for one in blocked if one is not None))
