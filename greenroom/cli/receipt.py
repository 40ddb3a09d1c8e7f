"""`greenroom likeness receipt` and `key`: what an owner keeps, a receipt of each consent and a key of their own."""

from pathlib import Path
from typing import Annotated

import typer

from greenroom.cli.output import Json, answer, opened
from greenroom.domain.base import Frozen
from greenroom.errors import BadInput
from ledger.cose import thumbprint
from ops.likenesses import find
from ops.receipts import make_owner_key
from ops.receipts import receipt as receipt_of

Handle = Annotated[str, typer.Argument(help="The likeness, as @handle.")]
Version = Annotated[int | None, typer.Option("--version", help="Of the consent; the last when none is named.", min=1)]
Out = Annotated[Path | None, typer.Option("--out", help="Where to write it; HANDLE-VERSION.receipt when not said.")]
KeyFile = Annotated[Path, typer.Argument(help="A new file, in a place that is yours.")]


class Given(Frozen):
    """The answer of `receipt --json`."""

    likeness: str
    version: int
    file: Path


class Made(Frozen):
    """The answer of `key --json`. `key`: its thumbprint (RFC 9679), hex."""

    file: Path
    key: str


def receipt(handle: Handle, version: Version = None, out: Out = None, as_json: Json = False) -> None:
    """The receipt of a consent: the signed statement, and the proof that the log has it."""
    with opened() as studio, studio.ledger.read() as tx:
        likeness = find(tx, handle)
        found = receipt_of(studio, tx, likeness.id, version)
    path = out or Path(f"{likeness.handle}-{found.version}.receipt")
    try:
        path.write_bytes(found.data)
    except OSError as error:
        raise BadInput(f"the receipt cannot be written to {path}: {error.strerror}", "Name another file.") from error
    text = f"{path} ({len(found.data)} bytes): the receipt of @{likeness.handle}'s consent version {found.version}"
    answer(
        Given(likeness=likeness.handle, version=found.version, file=path),
        f"{text}\ngreenroom log check {path} verifies it, anywhere, with the key that greenroom log head prints.",
        as_json=as_json,
    )


def key(file: KeyFile, as_json: Json = False) -> None:
    """Make a key of your own, to sign your consents with (--sign-with): then nobody has to take the house's word."""
    with opened() as studio:
        made = make_owner_key(file, studio)
    document = Made(file=file, key=thumbprint(made.public_key()).hex())
    answer(document, f"{file}: keep it, and keep it secret. It is key {document.key}", as_json=as_json)
