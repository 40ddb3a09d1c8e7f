"""`greenroom log`: the transparency log's head, its proofs, and whether it holds together."""

from pathlib import Path
from typing import Annotated

import typer

from greenroom.cli.output import NO, Json, answer, opened
from greenroom.errors import BadInput, LogInconsistent, NotFound
from greenroom.settings import Settings
from ledger import checkpoints, log, receipts
from ops.receipts import signer

app = typer.Typer(no_args_is_help=True, help="The transparency log of consents, withdrawals and publications.")

Receipt = Annotated[Path | None, typer.Argument(help="A receipt, to verify it by itself; else the whole log.")]
Key = Annotated[str | None, typer.Option("--key", help="The installation's verifier key, as log head prints it.")]
SinceNote = Annotated[Path | None, typer.Option("--since", help="An earlier checkpoint, in a file: is it extended?")]
SinceSize = Annotated[int | None, typer.Option("--since", help="Prove that the log extends its first N leaves.", min=1)]
Leaf = Annotated[int | None, typer.Argument(help="The leaf's index, from 0.", min=0)]


@app.command("head")
def head(as_json: Json = False) -> None:
    """The log's signed checkpoint, and the key that verifies it."""
    with opened() as studio:
        key = signer(studio)
        with studio.ledger.write() as tx:
            note = checkpoints.publish(tx, key)
            now = log.head(tx)
    document = {"size": now.size, "root": now.root, "checkpoint": note, "verifier": str(key.verifier)}
    answer(document, f"{note}\nverifier key: {key.verifier}", as_json=as_json)


@app.command("prove")
def prove(leaf: Leaf = None, since: SinceSize = None, as_json: Json = False) -> None:
    """The proof that the log has a leaf, or extends an earlier size (RFC 9162), checked before it is shown."""
    if (leaf is None) == (since is None):
        raise BadInput("one of a leaf and --since is wanted", "greenroom log prove 0, or log prove --since 1.")
    with opened() as studio, studio.ledger.read() as tx:
        if leaf is None:
            extended = log.consistency(tx, since or 1)
        else:
            found, proof = log.leaf(tx, leaf), log.prove(tx, leaf)
    if leaf is None:
        holds = extended.holds()
        text = f"{extended.old.size} leaves, root {extended.old.root}\n" + _steps(extended.path)
        text += f"\n{extended.new.size} leaves, root {extended.new.root}"
        answer({**extended.model_dump(mode="json"), "holds": holds}, text, as_json=as_json)
    else:
        holds = proof.holds()
        document = {**proof.model_dump(mode="json"), "kind": found.kind.value, "hash": found.hash, "holds": holds}
        text = f"leaf {leaf} ({found.kind.value}) of {proof.size}\n  {proof.leaf_hash}\n{_steps(proof.path)}"
        answer(document, f"{text}\nroot {proof.root}", as_json=as_json)
    raise typer.Exit(0 if holds else NO)


@app.command("check")
def check(file: Receipt = None, key: Key = None, since: SinceNote = None, as_json: Json = False) -> None:
    """Verify a receipt by itself, or recompute the whole log and hold it against every checkpoint it signed.

    With --since, also against one that was kept elsewhere. Exits 1 when something does not hold.
    """
    if file is not None:
        _receipt(file, key, as_json=as_json)
        return
    with opened() as studio:
        verifier = signer(studio).verifier
        with studio.ledger.read() as tx:
            found = log.check(tx)
            notes = checkpoints.check(tx, verifier)
            kept = checkpoints.verify(_text(since), verifier) if since is not None else None
            if kept is not None:
                _extends(kept, found, log.head(tx, kept.size) if kept.size <= found.size else None)
    document = {"consistent": True, "size": found.size, "root": found.root, "checkpoints": notes}
    text = f"the log is consistent: {found.size} leaves, root {found.root}, {notes} checkpoints hold"
    if kept is not None:
        document["extends"] = kept.size
        text += f"; it extends the {kept.size} leaves of {since}"
    answer(document, text, as_json=as_json)


def _extends(kept: log.Head, now: log.Head, then: log.Head | None) -> None:
    """Raises `LogInconsistent` unless the log had the head that was kept."""
    if then is None:
        raise LogInconsistent(
            f"the log has {now.size} leaves; the checkpoint that was kept has {kept.size}",
            "Leaves were lost: restore a newer backup of the ledger.",
        )
    if then != kept:
        raise LogInconsistent(
            f"at {kept.size} leaves the log's root is {then.root}; the checkpoint that was kept says {kept.root}",
            "The log's history was changed. Keep the checkpoint: it is the proof.",
        )


def _receipt(file: Path, key: str | None, *, as_json: bool) -> None:
    """Verify a receipt offline; with a key given, nothing of this installation is opened."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}", "Check the path.") from error
    if key is not None:
        verifier = checkpoints.Verifier.parse(key)
    else:
        settings = Settings.load()
        if not (settings.keys / "log.key").exists():
            raise NotFound("there is no installation here whose key could verify it", "Give its key with --key.")
        verifier = checkpoints.load_signer(settings.keys / "log.key", settings.installation).verifier
    try:
        found = receipts.verify(data, verifier)
    except LogInconsistent as error:
        answer({"verified": False, "reason": error.fact}, f"not verified: {error.fact}", as_json=as_json)
        raise typer.Exit(NO) from error
    record = found.statement.record
    document = {
        "verified": True,
        "consent": record["dct:identifier"],
        "version": record["dct:hasVersion"],
        "attested_by": found.statement.attested_by.value,
        "leaf": found.leaf,
        "size": found.size,
        "root": found.root,
        "log": found.origin,
        "record": record,
    }
    who = "the owner's own key" if found.statement.key else f"{found.origin}, on the owner's word"
    text = f"verified: consent {record['dct:identifier']} version {record['dct:hasVersion']}, attested by {who}"
    where = f"leaf {found.leaf} of {found.size} in the log {found.origin}"
    answer(document, f"{text}\n{where}\nWhether it was withdrawn since, the installation says.", as_json=as_json)


def _steps(path: tuple[str, ...]) -> str:
    return "\n".join(f"  {step}" for step in path)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} cannot be read: {error}", "Name a file that holds a checkpoint.") from error
