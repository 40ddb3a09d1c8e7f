"""Captions parse as WebVTT, say who speaks, and say that the clip is AI-generated."""

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from greenroom.domain.clips import SoundEvent, SpokenLine, SpokenWord, Timing
from ops.captions import webvtt

CUE = re.compile(r"^(\d\d):(\d\d):(\d\d)\.(\d{3}) --> (\d\d):(\d\d):(\d\d)\.(\d{3})( .*)?$")


def cues(document: str) -> list[tuple[float, float, str]]:
    """A small parser by the standard's own block structure."""
    blocks = document.strip().split("\n\n")
    assert blocks[0] == "WEBVTT"
    found = []
    for block in blocks[1:]:
        if block.startswith("NOTE"):
            continue
        _, clock, *text = block.split("\n")
        match = CUE.match(clock)
        assert match is not None, clock
        h, m, s, ms, h2, m2, s2, ms2 = (int(part) for part in match.groups()[:8])
        assert text
        assert all("-->" not in row for row in text)
        found.append((h * 3600 + m * 60 + s + ms / 1000, h2 * 3600 + m2 * 60 + s2 + ms2 / 1000, "\n".join(text)))
    return found


def line(text: str, start: float = 1.0, seconds: float = 2.0, speaker: str = "Ada", language: str = "en") -> SpokenLine:
    tokens = text.split()
    step = seconds / max(1, len(tokens))
    words = tuple(SpokenWord(text=token, start=i * step, seconds=step) for i, token in enumerate(tokens))
    return SpokenLine(
        actor="a",
        speaker=speaker,
        text=text,
        language=language,
        voice="alto",
        start=start,
        seconds=seconds,
        words=words,
    )


def test_first_the_disclosure_then_speaker_and_sound() -> None:
    sounds = tuple(SoundEvent(label="ball bounces", start=t, seconds=0.2) for t in (0.5, 0.9, 1.2, 4.0))
    found = cues(webvtt(Timing(lines=(line("Good morning, everyone."),), sounds=sounds), 5.0))
    assert "AI-generated" in found[0][2]
    assert any(text == "<v Ada>Good morning, everyone." and start == 1.0 for start, _, text in found)
    assert [start for start, _, text in found if text == "[ball bounces]"] == [0.5, 4.0]


def test_a_long_line_is_cut_between_words_into_cues_that_follow_each_other() -> None:
    text = " ".join(f"word{i}" for i in range(40))
    found = [cue for cue in cues(webvtt(Timing(lines=(line(text, 0.5, 9.0),)), 12.0)) if cue[2].startswith("<v")]
    assert len(found) > 2
    assert all(a[1] <= b[0] + 0.001 for a, b in itertools.pairwise(found))
    assert " ".join(" ".join(cue[2].removeprefix("<v Ada>").split()) for cue in found) == text
    assert all(len(row) <= 42 + len("<v Ada>") for cue in found for row in cue[2].split("\n"))


def test_another_language_is_tagged() -> None:
    assert "<v Ada><lang es>Hola.</lang>" in webvtt(Timing(lines=(line("Hola.", language="es"),)), 5.0)


@given(st.text(max_size=120), st.text(max_size=30), st.floats(0, 11), st.floats(0.01, 12))
def test_any_text_parses_and_stays_inside_the_clip(text: str, speaker: str, start: float, seconds: float) -> None:
    timing = Timing(
        lines=(line(text, start, seconds, speaker),), sounds=(SoundEvent(label=text, start=start, seconds=seconds),)
    )
    for begin, end, _ in cues(webvtt(timing, 12.0)):
        assert 0 <= begin < end <= 12.0
