"""How much a stranger's file may cost: memory, processor time, time on the clock, and how much of it is looked at."""

from greenroom.domain.base import Frozen

MIB = 1024 * 1024


class Bounds(Frozen):
    """Limits of one reading of one file; over any of them the process that reads is killed, with its children."""

    memory: int = 1536 * MIB  # bytes beyond what the process has when the file reaches it
    processor_seconds: float = 60.0
    seconds: float = 120.0  # on the clock: a busy machine is no fault of the file
    answer: int = 4 * MIB  # bytes that the process may say of the file
    pixels: int = 700_000_000  # of film that are decoded: 1,700 frames at 854x480, 84 at 3840x2160
    most_frames: int = 2400  # that are decoded, however small: a hundred seconds
    windows: int = 6  # looked into where a film has more than either, spread over it
    frames: int = 48  # kept of a film for the marks
    sound_seconds: float = 90.0  # of sound listened to, in one piece or in as many windows


USUAL = Bounds()
