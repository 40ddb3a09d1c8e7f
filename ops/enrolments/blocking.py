"""The list of faces that nobody may enrol: kept as sealed templates, no picture."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from greenroom.domain.base import new_id, now
from greenroom.domain.consents import Account
from greenroom.domain.enrolments import BlockedFace
from greenroom.errors import BadInput
from ledger import enrolments
from models.faces import DlibFaces
from ops.accounts import require_operator
from ops.enrolments.recognition import BLOCKED, Recognition
from ops.studio import Studio

_SIDE = 1024  # pixels: a face that fills a tenth of it is found


def block(studio: Studio, photograph: Path, reason: str, by: Account) -> BlockedFace:
    """Put the face of a photograph on the list; the photograph is not kept.

    Raises `BadInput` for anyone but an operator, a file that is no photograph, and one that shows not one face.
    """
    require_operator(studio, by)
    try:
        with Image.open(photograph) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadInput(f"{photograph} is not a photograph that can be read: {error}", "Hand in a JPEG.") from error
    picture.thumbnail((_SIDE, _SIDE))
    with DlibFaces() as faces:
        found = faces.find(np.asarray(picture), embed=True)
    if len(found) != 1 or found[0].embedding is None:
        raise BadInput(f"{photograph} shows {len(found)} faces, one is wanted", "Crop it to one face.")
    known = Recognition(face=tuple(float(one) for one in found[0].embedding))
    face = BlockedFace(
        id=new_id("bf"),
        template=studio.put_document(known, BLOCKED),
        reason=reason,
        by=by.id,
        recorded_at=now(),
    )
    with studio.ledger.write() as tx:
        enrolments.block(tx, face)
    return face
