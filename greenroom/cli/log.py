"""`greenroom log`: the transparency log's head, its proofs, its witnesses, and whether it holds together."""

import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from greenroom.cli.output import NO, Json, answer, opened
from greenroom.cli.serving import serve_until_stopped
from greenroom.errors import BadInput, LogInconsistent, NotFound
from greenroom.settings import Settings
from ledger import checkpoints, cosignatures, log, receipts
from ops import witness
from ops.receipts import signer

app = typer.Typer(no_args_is_help=True, help="The transparency log of consents, withdrawals and publications.")

Receipt = Annotated[Path | None, typer.Argument(help="A receipt, to verify it by itself; else the whole log.")]
Key = Annotated[str | None, typer.Option("--key", help="The installation's verifier key, as log head prints it.")]
SinceNote = Annotated[Path | None, typer.Option("--since", help="An earlier checkpoint, in a file: is it extended?")]
Witnesses = Annotated[
    list[str] | None,
    typer.Option("--witness", help="With --since: a witness's key, whose cosignature the checkpoint must carry."),
]
SinceSize = Annotated[int | None, typer.Option("--since", help="Prove that the log extends its first N leaves.", min=1)]
Leaf = Annotated[int | None, typer.Argument(help="The leaf's index, from 0.", min=0)]
Logs = Annotated[list[str], typer.Option("--log", help="Verifier key of a log to watch, as log head prints it.")]
Folder = Annotated[Path, typer.Option("--folder", help="Where the witness keeps its key and what it saw.")]
Name = Annotated[str, typer.Option("--name", help="The witness's name on its cosignatures.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", help="Port to listen on; 0 takes a free one.", min=0, max=65535)]


@app.command("head")
def head(as_json: Json = False) -> None:
    """The log's signed checkpoint, and the key that verifies it."""
    with opened() as studio:
        key = signer(studio)
        with studio.ledger.write() as tx:
            note = checkpoints.publish(tx, key)
            now = log.head(tx)
            cosigned = witness.lines(tx, studio.settings, note, now.size)
            behind = [one for one in witness.standing(tx, studio.settings) if one.cosigned < one.newest]
    whole = note + "".join(f"{line}\n" for line in cosigned)
    document = {"size": now.size, "root": now.root, "checkpoint": whole, "verifier": str(key.verifier)}
    document |= {"cosigned": len(cosigned), "behind": {one.witness: one.cosigned for one in behind}}
    late = "".join(f"\n{one.witness} cosigned {one.cosigned} leaves: greenroom log cosign asks it" for one in behind)
    answer(document, f"{whole}\nverifier key: {key.verifier}{late}", as_json=as_json)


@app.command("cosign")
def cosign(as_json: Json = False) -> None:
    """Ask every witness of the settings to cosign the newest checkpoint. Exits 1 when one does not."""
    with opened() as studio:
        if not witness.configured(studio.settings):
            raise BadInput(
                "no witness is set", "Set GREENROOM_WITNESSES to URL#KEY, as greenroom log witness prints it."
            )
        answers = witness.cosign(studio)
    text = "\n".join(f"{one.witness}: {one.state}" + (f", {one.reason}" if one.reason else "") for one in answers)
    answer({"witnesses": [one.model_dump(mode="json") for one in answers]}, text, as_json=as_json)
    raise typer.Exit(0 if all(one.state is witness.State.COSIGNED for one in answers) else NO)


@app.command("witness")
def run_witness(
    logs: Logs,
    folder: Folder = Path("witness"),
    name: Name = "greenroom.witness",
    host: Host = "127.0.0.1",
    port: Port = 8040,
    as_json: Json = False,
) -> None:
    """Run a witness of other people's logs: it cosigns a checkpoint only if the log grew from the last it saw."""
    from feed.witness import Book, create_witness

    book = Book(folder, name, [checkpoints.Verifier.parse(one) for one in logs])
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        raise BadInput(f"{host}:{port} cannot be listened on: {error.strerror}", "Choose another --port.") from error
    setting = f"http://{host}:{listener.getsockname()[1]}#{book.witness}"
    answer({"setting": setting, "witness": str(book.witness)}, f"GREENROOM_WITNESSES={setting}", as_json=as_json)
    sys.stdout.flush()
    serve_until_stopped(create_witness(book), listener)


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
def check(
    file: Receipt = None,
    key: Key = None,
    since: SinceNote = None,
    witnesses: Witnesses = None,
    as_json: Json = False,
) -> None:
    """Verify a receipt by itself, or recompute the whole log and hold it against every checkpoint it signed.

    With --since, also against one that was kept elsewhere, and the cosignatures it carries. Exits 1 when something does
    not hold.
    """
    if file is not None:
        _receipt(file, key, as_json=as_json)
        return
    if witnesses and since is None:
        raise BadInput("--witness is about a checkpoint that was kept", "Name its file with --since.")
    try:
        document, text = _checked(since, witnesses or [])
    except LogInconsistent as error:
        answer({"consistent": False, "reason": error.fact}, f"not consistent: {error}", as_json=as_json)
        raise typer.Exit(NO) from error
    answer(document, text, as_json=as_json)


def _checked(since: Path | None, witnesses: list[str]) -> tuple[dict[str, object], str]:
    """What holds, for programs and for people. Raises `LogInconsistent` for what does not."""
    with opened() as studio:
        verifier = signer(studio).verifier
        with studio.ledger.read() as tx:
            found = log.check(tx)
            notes = checkpoints.check(tx, verifier)
            kept = checkpoints.verify(_text(since), verifier) if since is not None else None
            if kept is not None:
                _extends(kept, found, log.head(tx, kept.size) if kept.size <= found.size else None)
    document: dict[str, object] = {"consistent": True, "size": found.size, "root": found.root, "checkpoints": notes}
    text = f"the log is consistent: {found.size} leaves, root {found.root}, {notes} checkpoints hold"
    if since is None or kept is None:
        return document, text
    seen = [_cosigned(_text(since), one) for one in witnesses]
    document |= {"extends": kept.size, "cosigned": {one.witness: one.at.isoformat() for one in seen}}
    text += f"; it extends the {kept.size} leaves of {since}"
    text += "".join(f"; {one.witness} saw them on {one.at:%Y-%m-%d %H:%M} UTC" for one in seen)
    return document, text


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


def _cosigned(note: str, key: str) -> cosignatures.Cosigned:
    """Raises `LogInconsistent` unless the witness with this key cosigned the checkpoint."""
    try:
        witness_key = cosignatures.Witness.parse(key)
    except LogInconsistent as error:
        raise BadInput(error.fact, "greenroom log witness prints its key as it starts.") from error
    return cosignatures.verified(note, note.rpartition("\n\n")[2], witness_key)


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
