"""Every error a person can meet, under one base: the fact, what was got and expected, and what to do.

The same error is text in the command line, JSON in the API and a page in the feed. A refusal (a denied
or held clip) is not an error: it is a verdict, a row.
"""


class GreenroomError(Exception):
    """Base of all errors this project raises on purpose.

    `fact` says what is wrong (with what was got and what was expected); `remedy` says what to do about it.
    """

    def __init__(self, fact: str, remedy: str = "") -> None:
        super().__init__(fact)
        self.fact = fact
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.fact}\n\n{self.remedy}" if self.remedy else self.fact


class BadInput(GreenroomError):
    """What the caller handed in cannot be used: a broken file, an unknown name, a value out of bounds."""


class NotFound(BadInput):
    """Nothing has the name that was asked for."""


class BlobMissing(GreenroomError):
    """The store has no blob of this address."""


class BlobAltered(GreenroomError):
    """A blob's bytes are not the ones its address names."""


class StoreUnavailable(GreenroomError):
    """The store cannot be read or written: a full disk, a refused permission, an unreachable endpoint."""


class SealBroken(GreenroomError):
    """Sealed bytes do not open: the wrong key, a destroyed key, or altered bytes."""


class Erased(SealBroken):
    """What was sealed is erased on purpose: its key was destroyed, or its subject withdrawn."""


class LedgerUnavailable(GreenroomError):
    """The ledger's database cannot be opened, is busy past the wait, or has another schema."""


class LedgerRefused(GreenroomError):
    """A row breaks a rule of the ledger: a name taken, a clip published before, a reference to nothing."""


class LogInconsistent(GreenroomError):
    """The transparency log does not prove what it should: a leaf, proof or checkpoint does not fit."""


class WarehouseUnavailable(GreenroomError):
    """No snapshot can be read, or a new one cannot be published."""


class ModelMissing(GreenroomError):
    """A model role has no weights or package installed; the remedy names the command that gets them."""


class ModelFailed(ModelMissing):
    """A model that is installed gave no usable answer: its file is damaged, it crashed, or it answered no number."""


class GenerationFailed(GreenroomError):
    """A generator could not make a take of this storyboard."""


class CredentialsFailed(GreenroomError):
    """Content Credentials cannot be signed or read."""


class Unforeseen(GreenroomError):
    """A fault of this program: an error that nobody foresaw, said without its traceback, which is in a file."""


class Unavailable(GreenroomError):
    """Something the command needs is in use or out of reach: a port, a lock, another process."""
