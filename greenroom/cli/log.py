"""`greenroom log`: the transparency log's head, its proofs, and whether it holds together."""

from typing import Annotated

import typer

from greenroom.cli.output import Json, answer, opened
from ledger import checkpoints, log

app = typer.Typer(no_args_is_help=True, help="The transparency log of consents, withdrawals and publications.")


@app.command("head")
def head(as_json: Json = False) -> None:
    """The log's signed checkpoint, and the key that verifies it."""
    with opened() as studio:
        signer = checkpoints.load_signer(studio.settings.keys / "log.key", studio.settings.installation)
        with studio.ledger.write() as tx:
            note = checkpoints.publish(tx, signer)
            now = log.head(tx)
    document = {"size": now.size, "root": now.root, "checkpoint": note, "verifier": str(signer.verifier)}
    answer(document, f"{note}\nverifier key: {signer.verifier}", as_json=as_json)


@app.command("prove")
def prove(leaf: Annotated[int, typer.Argument(help="The leaf's index, from 0.", min=0)], as_json: Json = False) -> None:
    """The inclusion proof of a leaf (RFC 9162), checked before it is printed."""
    with opened() as studio, studio.ledger.read() as tx:
        found = log.leaf(tx, leaf)
        proof = log.prove(tx, leaf)
    holds = proof.holds()
    document = {**proof.model_dump(mode="json"), "kind": found.kind.value, "hash": found.hash, "holds": holds}
    steps = "\n".join(f"  {step}" for step in proof.path)
    text = f"leaf {leaf} ({found.kind.value}) of {proof.size}\n  {proof.leaf_hash}\n{steps}\nroot {proof.root}"
    answer(document, text, as_json=as_json)
    raise typer.Exit(0 if holds else 1)


@app.command("check")
def check(as_json: Json = False) -> None:
    """Recompute the whole log and hold it against every checkpoint it signed."""
    with opened() as studio:
        signer = checkpoints.load_signer(studio.settings.keys / "log.key", studio.settings.installation)
        with studio.ledger.read() as tx:
            found = log.check(tx)
            notes = checkpoints.check(tx, signer.verifier)
    document = {"consistent": True, "size": found.size, "root": found.root, "checkpoints": notes}
    text = f"the log is consistent: {found.size} leaves, root {found.root}, {notes} checkpoints hold"
    answer(document, text, as_json=as_json)
