"""Asking outside witnesses to cosign the log's newest checkpoint, and keeping what they sign.

The client's side of C2SP tlog-witness (https://c2sp.org/tlog-witness). A witness that is down fails no run; one that
refuses says that the log's history is not the one it saw.
"""

import base64
import http.client
import logging
import threading
import urllib.error
import urllib.request
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import urlsplit

from greenroom.domain.base import Frozen, now
from greenroom.errors import BadInput, GreenroomError, LogInconsistent
from greenroom.settings import Settings
from ledger import checkpoints, cosignatures, log
from ledger.cosignatures import Witness
from ledger.database import Reader
from ops.receipts import signer
from ops.studio import Studio

SECONDS = 5.0  # a witness has to answer, from looking its name up to the last byte
_MOST_BYTES = 64 * 1024  # of an answer
_log = logging.getLogger(__name__)


class State(StrEnum):
    COSIGNED = "cosigned"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


class Answer(Frozen):
    """What one witness said about the newest checkpoint; `reason` where it did not cosign."""

    witness: str
    url: str
    state: State
    reason: str = ""


class Standing(Frozen):
    """Up to which size a witness cosigned the log, and the size of the newest checkpoint."""

    witness: str
    cosigned: int
    newest: int


@dataclass(frozen=True, slots=True)
class Outside:
    """A witness by setting: where it is asked and how its answer is checked."""

    url: str
    witness: Witness


def configured(settings: Settings) -> tuple[Outside, ...]:
    """The witnesses of the setting `witnesses`: URL#KEY, comma between. Raises `BadInput`."""
    found = []
    for text in filter(None, (part.strip() for part in settings.witnesses.split(","))):
        url, _, key = text.partition("#")
        remedy = "GREENROOM_WITNESSES is URL#KEY, a comma between; greenroom log witness prints a witness's key."
        try:
            if urlsplit(url).scheme not in ("http", "https"):
                raise BadInput(f"the witness {text!r} has no http(s) address", remedy)
            found.append(Outside(url.rstrip("/"), Witness.parse(key)))
        except (LogInconsistent, ValueError) as error:
            raise BadInput(f"the witness {text!r} cannot be used: {error}", remedy) from error
    if len({one.witness.name for one in found}) < len(found):
        raise BadInput("two witnesses have the same name", "Name each once: the second would stand for the first.")
    return tuple(found)


def cosign(studio: Studio) -> tuple[Answer, ...]:
    """Ask every witness of the settings to cosign the newest checkpoint; one that already did is not asked again."""
    outside = configured(studio.settings)
    if not outside:
        return ()
    key = signer(studio)
    with studio.ledger.write() as tx:
        note = checkpoints.publish(tx, key)
    size = checkpoints.verify(note, key.verifier).size
    return tuple(_ask(studio, one, note, size) for one in outside)


def ask_quietly(studio: Studio) -> None:
    """Ask the witnesses after a checkpoint, and log what fails: a run goes on without them."""
    try:
        answers = cosign(studio)
    except GreenroomError as error:  # the setting, or the log itself: the doctor and log check say so too
        _log.error("the witnesses were not asked: %s", error.fact)
        return
    for one in answers:
        if one.state is State.REFUSED:
            _log.error("the witness %s refuses the log's checkpoint: %s", one.witness, one.reason)
        elif one.state is State.UNREACHABLE:
            _log.warning("the witness %s could not be asked: %s", one.witness, one.reason)


def lines(tx: Reader, settings: Settings, note: str, size: int) -> tuple[str, ...]:
    """The cosignatures that stand under a checkpoint: kept, and by witnesses of the settings."""
    kept = "\n".join(cosignatures.of_size(tx, size))
    found = []
    for one in configured(settings):
        try:
            found.append(cosignatures.verified(note, kept, one.witness).line)
        except LogInconsistent:  # it has not cosigned this one
            continue
    return tuple(found)


def standing(tx: Reader, settings: Settings) -> tuple[Standing, ...]:
    """How far behind the newest checkpoint each witness is, by what is kept; nothing is asked."""
    newest = checkpoints.latest_size(tx)
    names = [one.witness.name for one in configured(settings)]
    return tuple(Standing(witness=name, cosigned=cosignatures.last_size(tx, name), newest=newest) for name in names)


def _ask(studio: Studio, outside: Outside, note: str, size: int) -> Answer:
    def answer(state: State, reason: str = "") -> Answer:
        return Answer(witness=outside.witness.name, url=outside.url, state=state, reason=reason)

    other_root = f"at {size} leaves it holds another root than ours"
    # 1. It did already.
    with studio.ledger.read() as tx:
        kept = "\n".join(cosignatures.of_size(tx, size))
        old = min(cosignatures.last_size(tx, outside.witness.name), size)
    try:
        cosignatures.verified(note, kept, outside.witness)
        return answer(State.COSIGNED)
    except LogInconsistent:
        pass
    # 2. Ask from what it signed for us last; it says so if it holds another size.
    asked_at = now()
    try:
        status, said = _post(outside, _body(studio, note, old, size))
        if status == HTTPStatus.CONFLICT:
            held = _size(said)
            if held is None or held == old:
                return answer(State.REFUSED, other_root)
            if held > size:
                with studio.ledger.read() as tx:
                    newer, newest = checkpoints.latest(tx), checkpoints.latest_size(tx)
                if newer is not None and newest >= held:  # another process asked at the same moment
                    return _ask(studio, outside, newer, newest)
                return answer(State.REFUSED, f"it saw a log of {held} leaves, ours has {size}: leaves were lost")
            status, said = _post(outside, _body(studio, note, held, size))
            if status == HTTPStatus.CONFLICT:
                return answer(State.REFUSED, other_root)
    except OSError as error:  # no connection, no answer in time, a broken one
        return answer(State.UNREACHABLE, str(getattr(error, "reason", "") or error))
    # 3. Anything but a cosignature is a refusal; a server that fails is as good as away.
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return answer(State.UNREACHABLE, f"it answers {status}")
    if status != HTTPStatus.OK:
        return answer(State.REFUSED, f"it answers {status}: {said.strip()[:200] or 'nothing'}")
    # 4. The cosignature is its own, over this checkpoint, and of now.
    try:
        found = cosignatures.verified(note, said, outside.witness, since=asked_at)
    except LogInconsistent as error:
        return answer(State.REFUSED, error.fact)
    with studio.ledger.write() as tx:
        cosignatures.add(tx, size, found)
    return answer(State.COSIGNED)


def _body(studio: Studio, note: str, old: int, size: int) -> bytes:
    with studio.ledger.read() as tx:
        path = log.consistency(tx, old, size).path if old else ()
    proof = "".join(base64.b64encode(bytes.fromhex(step)).decode() + "\n" for step in path)
    return f"old {old}\n{proof}\n{note}".encode()


def _post(outside: Outside, body: bytes) -> tuple[int, str]:
    """Status and text of a witness's answer, in `SECONDS` at most. Raises `OSError`."""
    answered: Future[tuple[int, str]] = Future()

    def ask() -> None:
        try:
            answered.set_result(_exchange(outside, body))
        except OSError as error:
            answered.set_exception(error)
        except (http.client.HTTPException, ValueError) as error:  # no HTTP, or an address that cannot be one
            answered.set_exception(OSError(str(error)))

    # A socket's own limit is for each read: a witness that sends a byte now and then would hold a run for days.
    threading.Thread(target=ask, name="witness", daemon=True).start()
    try:
        return answered.result(SECONDS)
    except TimeoutError as error:
        raise TimeoutError(f"no whole answer in {SECONDS:g} s") from error


def _exchange(outside: Outside, body: bytes) -> tuple[int, str]:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    request = urllib.request.Request(f"{outside.url}/add-checkpoint", body, headers)  # noqa: S310  # http(s) by setting
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310
            return int(response.status), response.read(_MOST_BYTES).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(_MOST_BYTES).decode("utf-8", "replace")


def _size(said: str) -> int | None:
    text = said.removesuffix("\n")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
