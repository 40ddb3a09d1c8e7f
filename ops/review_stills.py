"""Pictures of a clip for whoever decides on it: decoded once, kept in memory for the last few cases, never on disk."""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from greenroom.domain.clips import Take
from ops.media import poster, read_frames
from ops.studio import Studio, work_folder

_KEPT = 4  # cases


@dataclass(slots=True)
class Stills:
    """JPEG pictures of takes at given seconds."""

    studio: Studio
    _made: OrderedDict[tuple[str, tuple[float, ...]], tuple[bytes, ...]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, take: Take, seconds: tuple[float, ...]) -> tuple[bytes, ...]:
        """One picture for each of `seconds` (rising), fewer where the film ends before. Raises what the store does."""
        key = (take.master.sha256, seconds)
        with self._lock:  # a page asks for all its pictures at once: one request decodes, the others wait
            if key not in self._made:
                self._made[key] = self._decoded(take, seconds)
            self._made.move_to_end(key)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return self._made[key]

    def _decoded(self, take: Take, seconds: tuple[float, ...]) -> tuple[bytes, ...]:
        wanted = [min(round(at * take.frames_per_second), take.frame_count - 1) for at in seconds]
        found: dict[int, bytes] = {}
        with work_folder(self.studio) as folder:
            path = folder / "master.mkv"
            path.write_bytes(self.studio.get(take.master))
            for number, frame in enumerate(read_frames(path)):
                if number in wanted:
                    found[number] = poster(frame)
                if number >= max(wanted, default=0):
                    break
        return tuple(found[number] for number in wanted if number in found)
