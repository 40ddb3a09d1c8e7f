"""What has been read of a noun phrase before its noun."""

from dataclasses import dataclass, field

from greenroom.domain.storyboards import Build, Delivery


@dataclass(slots=True)
class NounPhrase:
    """What stands before a noun and waits for it."""

    colours: list[str] = field(default_factory=list)
    number: int = 1
    size: float = 1.0
    definite: bool = False
    bare: bool = True  # neither article nor number
    owned: bool = False  # "her", "my"
    motion: str | None = None  # "a falling box"
    piled: bool = False  # "a stack of boxes"
    rowed: bool = False  # "a row of dominoes"
    build: Build | None = None
    temper: Delivery | None = None  # "an angry man"
    hair: str | None = None
