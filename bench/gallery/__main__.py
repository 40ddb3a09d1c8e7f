"""`make gallery`: the cast enrolled, every brief made as a user makes it, and one sheet of stills.

`python -m bench.gallery NAME...` makes only the briefs of these names, and no sheet. Stopped and started again, it
goes on where it was; remove the home folder to see another version of the code.
"""

import json
import shutil
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.gallery.briefs import Entry, entries
from bench.gallery.cast import Installation, enrol
from bench.gallery.sheet import Still, contact_sheet, still_of
from bench.gallery.sync import measured
from greenroom.settings import Settings
from ops.studio import open_studio

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".greenroom" / "gallery"
CLIPS = ROOT / "docs" / "gallery"
SHEET = ROOT / "docs" / "gallery.jpg"
LATEST = 0.042  # seconds that sound and picture may be apart: a frame at 24 a second
_AT_ONCE = 2  # while one clip is drawn on all cores, another is marked on one


def main(names: list[str]) -> None:
    """Make the gallery, or the clips of these names."""
    HOME.mkdir(parents=True, exist_ok=True)
    CLIPS.mkdir(parents=True, exist_ok=True)
    installation = Installation(HOME)
    wanted = [entry for entry in entries() if not names or entry.name in names]
    if not wanted:
        sys.exit(f"the gallery has {', '.join(entry.name for entry in entries())}")
    enrol(installation, HOME)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        made = list(pool.map(lambda entry: _made(installation, entry), wanted))
    refused = [
        f"{entry.name}: {one['status']}: {one['verdicts']}"
        for entry, one in zip(wanted, made, strict=True)
        if one["file"] is None
    ]
    if refused:
        sys.exit("\n".join(refused))
    late = _agree({entry.name: str(one["clip"]) for entry, one in zip(wanted, made, strict=True)})
    if not names:
        stills = [Still(still_of(CLIPS / f"{one.name}.mp4", one.still), one.prompt) for one in wanted]
        contact_sheet(stills).save(SHEET, quality=86, optimize=True)
        sys.stdout.write(f"{SHEET.relative_to(ROOT)} and {len(wanted)} clips in {CLIPS.relative_to(ROOT)}\n")
    if late:
        sys.exit("\n".join(late))


def _agree(clips: Mapping[str, str]) -> list[str]:
    """Print how far sound and picture are apart in each clip; those that are farther than they may."""
    late = []
    with open_studio(Settings.load().model_copy(update={"home": HOME})) as studio:
        for name, clip in clips.items():
            found = measured(studio, clip, CLIPS / f"{name}.mp4")
            told = [one.apart for one in found if one.apart is not None]
            worst = max((abs(one) for one in told), default=0.0)
            line = {"name": name, "moments": len(found), "measured": len(told), "worst_seconds": round(worst, 4)}
            sys.stdout.write(json.dumps(line) + "\n")
            late += [
                f"{name}: {one.what} at {one.time:.2f} s is heard {one.apart:+.3f} s after it is seen"
                for one in found
                if one.apart is not None and abs(one.apart) > LATEST
            ]
    return late


def _made(installation: Installation, entry: Entry) -> dict[str, object]:
    """Make one clip and copy its files; the answer of `greenroom make`."""
    named = [part for handle in entry.likenesses for part in ("--likeness", handle)]
    shape = ("--size", f"{entry.width}x{entry.height}", "--seconds", str(entry.seconds), "--seed", str(entry.seed))
    found = installation.answer("make", entry.prompt, *named, *shape, "--once")
    if found["file"] is not None:
        shutil.copyfile(str(found["file"]), CLIPS / f"{entry.name}.mp4")
        shutil.copyfile(str(found["captions"]), CLIPS / f"{entry.name}.vtt")
    sys.stderr.write(f"{entry.name}: {found['status']}\n")
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
