"""`greenroom demo`: one clip the whole way, from an owner's consent to a file that verifies.

It does nothing a user could not: it enrols, makes, verifies and traces through the same operations. Run again, it finds
what is there and makes nothing twice.
"""

from importlib.resources import as_file, files

import typer

from greenroom.cli import make
from greenroom.cli.output import Json, answer, errors, opened
from greenroom.cli.provenance import said, told
from greenroom.domain.base import Frozen
from greenroom.domain.briefs import Lane
from greenroom.domain.consents import Account, Audience, LikenessKind, Terms
from greenroom.errors import BadInput, Unavailable
from ledger import likenesses, withdrawals
from ops.briefs import Request, account
from ops.enrolments.filing import Asked, file
from ops.enrolments.settling import confirm
from ops.report import Made, made
from ops.studio import Studio, work_folder
from ops.trace import Trace, trace
from ops.verify import verify_file
from ops.verifying.records import StudioRecords
from ops.verifying.report import VerifyReport
from pipelines.enrol import carry

HANDLE = "chelsea"
STATEMENT = "Chelsea is my cat, and I agree that anyone makes clips with her here."
PROMPT = '@chelsea chases a red ball through a sunny park, then sits and says "What a lovely day for a little walk!"'
SEED = 7


class Demonstrated(Frozen):
    """The answer of `demo --json`."""

    made: Made
    verify: VerifyReport
    trace: Trace


def demo(as_json: Json = False) -> None:
    """Enrol a cat with her owner's consent, make a clip of her, verify it and print where it comes from."""
    with opened() as studio:
        owner = account(studio, studio.settings.account)
        _enrolled(studio, owner)
        request = Request(prompt=PROMPT, likenesses=(HANDLE,), seed=SEED)
        filed, (brief,) = make.filed(studio, (request,), owner, Lane.INTERACTIVE, once=True)
        make.run(studio, filed, (brief,))
        result = made(studio, brief.id)
        if result.clip is None or result.file is None:
            rules = "; ".join(f"{rule.id}: {rule.reason}" for gate in result.verdicts for rule in gate.rules)
            raise Unavailable(f"the clip is {result.status.value}: {rules}", "greenroom doctor shows what is missing.")
        with work_folder(studio) as work:
            report = verify_file(result.file, StudioRecords(studio), work)
        found = trace(studio, result.clip)
        address = f"http://{studio.settings.feed_host}:{studio.settings.feed_port}"
    text = f"{told(found)}\n\n{said(report)}\n\nfile      {result.file}\nfeed      make serve, then {address}"
    answer(Demonstrated(made=result, verify=report, trace=found), text, as_json=as_json)
    raise typer.Exit(0 if report.verified else 1)


def _enrolled(studio: Studio, owner: Account) -> None:
    """Enrol the cat, unless she is enrolled already."""
    with studio.ledger.read() as tx:
        found = likenesses.by_handle(tx, HANDLE)
        if found is not None and withdrawals.of_likeness(tx, found.id):
            raise BadInput(
                f"@{HANDLE} was withdrawn from this installation, so the demo cannot show her",
                "Give GREENROOM_HOME another folder to see it from the start.",
            )
    if found is not None:
        return
    errors.print(f'@{HANDLE}: her owner says "{STATEMENT}"', highlight=False)
    with as_file(files("greenroom").joinpath("demo", "chelsea.png")) as photograph:
        said = Terms(audience=Audience.EVERYONE, statement=STATEMENT)
        filed = file(studio, Asked(HANDLE, LikenessKind.PET, "cat", said, (photograph,)), owner)
    carry(filed.id)
    confirm(studio, filed.id, owner, right=True)
