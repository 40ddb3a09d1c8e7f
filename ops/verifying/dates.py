"""What the dates of a signature say against it: those of its certificate, of its time stamp, and of this machine.

None of them is sure by itself. C2PA has one code for a certificate that has ended and for one that has not begun, and
none for a time stamp that lies ahead; here it is said in words which clock may be wrong.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ops.credentials.reading import CredentialsReport

DATE = "date: "  # what such a disagreement begins with
_NOT_IN_FORCE = "signingCredential.expired"
_OF_DATES = (_NOT_IN_FORCE, "signingCredential.untrusted")  # a chain is followed at the time that is in question
_SLACK = timedelta(minutes=10)  # that two clocks which are right may differ by


def disagreeing(credentials: CredentialsReport, now: datetime | None = None) -> Iterator[str]:
    """Sentences, for a manifest of which nothing but its dates is wrong; `now` is this machine's time."""
    if any(not failure.startswith(_OF_DATES) for failure in credentials.failures):
        return
    now = now or datetime.now(UTC)
    stamped = credentials.stamped_at
    if stamped is not None and stamped > now + _SLACK:
        yield (
            f"{DATE}its time stamp says {_minute(stamped)}, and by this machine's clock it is {_minute(now)}: "
            "this clock or the one that stamped it is wrong"
        )
    if not any(failure.startswith(_NOT_IN_FORCE) for failure in credentials.failures):
        return
    if stamped is not None:
        yield f"{DATE}its time stamp says {_minute(stamped)}, when the certificate that signed it was not in force"
    else:
        yield (
            f"{DATE}the certificate that signed it is not in force at {_minute(now)}, the time of this machine, and no "
            "trusted time stamp says that it was when it signed: it has expired, or has not begun, or this clock is "
            "wrong"
        )


def told(disagreements: tuple[str, ...]) -> str:
    """What such sentences among these say, in one; nothing where there is none."""
    return "; ".join(one.removeprefix(DATE) for one in disagreements if one.startswith(DATE))


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
