"""`python -m bench.dialogue [DOCUMENT] [--recordings FOLDER] [--whole]`: how often what gate 5 hears is judged wrongly.

FOLDER is `test/data` of pocketsphinx's source distribution (BSD), whose recorded English is used beside the project's
own. One JSON line for each kind of trial, with N and a 95 % interval (Wilson). Without `--whole` a part of each, in a
minute; with a document, the tables go between its markers.
"""

import argparse
import json
import re
import sys
from pathlib import Path

from bench.dialogue import meters, recorded, speechless, synthesised, voices
from bench.dialogue.sounds import recordings
from bench.dialogue.trials import Trials
from models.speech import EspeakSpeech

MEASURED = re.compile(
    r"(<!-- measured: python -m bench\.dialogue docs/dialogue\.md --recordings FOLDER --whole -->\n)"
    r".*?(<!-- end of measured -->)",
    re.S,
)
_FEW = 3  # of each


def main() -> None:
    """Measure, print the rows, and write the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("document", nargs="?", type=Path, help="where the tables go, between its markers")
    asked.add_argument("--recordings", type=Path, help="test/data of pocketsphinx's source distribution")
    asked.add_argument(
        "--whole", action="store_true", help="every voice, recording and soundtrack; a quarter of an hour"
    )
    options = asked.parse_args()
    few = 1 if options.whole else _FEW
    found = list(recordings(options.recordings))
    tables: list[Trials] = []

    def measured(trials: Trials) -> None:
        trials.lines()
        tables.append(trials)

    with EspeakSpeech() as speech:
        measured(synthesised.synthesised(speech, few))
        stems = list(meters.soundtracks(speech, few * few))
        tracks = [meters.mixed(one) for one in stems]
        for name, samples in (("recorded speech", list(meters.recorded(found))), ("previz soundtracks", tracks)):
            measured(meters.metered(name, samples))
        measured(speechless.told(found, speech, stems, few))
        for table in voices.recognised(found, speech, tracks, few):
            measured(table)
        measured(voices.counted(found, speech, few))
        errors = synthesised.diarised(speech) if options.whole else []
        # the head start of a script's words was chosen on every second recording, from the first on
        measured(recorded.single_words(found[1::2] if options.whole else found[:1]))
        scripted, speed = recorded.scripts(found, speech)
        measured(scripted)
    said = [f"Pocketsphinx took {speed:.2f} of real time, one core."]
    if errors:
        mean, worst = sum(errors) / len(errors), max(errors)
        said.append(
            f"Voice prints, {len(errors)} pairs: diarisation error {mean:.2f} in the mean, {worst:.2f} at worst."
        )
    for one in said:
        sys.stdout.write(json.dumps({"name": one}) + "\n")
    if options.document is not None:
        text = "\n".join([*(one.table() for one in tables), *said]) + "\n"
        options.document.write_text(placed(text, options.document.read_text("utf-8")), "utf-8")


def placed(tables: str, document: str) -> str:
    """The document with the tables between its markers; ValueError when it has none."""
    if not MEASURED.search(document):
        raise ValueError("the document has no markers for what python -m bench.dialogue measures")
    return MEASURED.sub(lambda match: f"{match[1]}{tables}{match[2]}", document)


if __name__ == "__main__":
    main()
