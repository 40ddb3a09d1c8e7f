"""Captions parse as WebVTT, say who speaks, and say that the clip is AI-generated."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from greenroom.domain.clips import SoundEvent, SpokenLine, SpokenWord, Timing
from greenroom.domain.storyboards import Delivery, Mood, Music
from ops.caption_rows import rows, width
from ops.captions import webvtt
from ops.label import label_text

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


def captions(timing: Timing, seconds: float) -> str:
    return webvtt(timing, seconds, "mira")


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
    found = cues(captions(Timing(lines=(line("Good morning, everyone."),), sounds=sounds), 5.0))
    assert found[0] == (0.0, 2.5, "[AI-generated with Greenroom by @mira]")
    assert any(text == "<v Ada>Good morning, everyone." and start == 1.0 for start, _, text in found)
    assert [start for start, _, text in found if text == "[ball bounces]"] == [0.5, 4.0]


@pytest.mark.parametrize("maker", ["mi", "a_maker.with_the_longest_name.32"])
def test_the_disclosure_is_first_at_the_top_and_long_enough_to_read(maker: str) -> None:
    """Whatever is heard at once; at most 20 letters a second, and the same name as the label in the picture."""
    sounds = (SoundEvent(label="ball bounces", start=0.0, seconds=0.2),)
    document = webvtt(Timing(lines=(line("Good morning.", 0.0),), sounds=sounds), 5.0, maker)
    start, end, text = cues(document)[0]
    words = " ".join(text.split())
    assert (start, words) == (0.0, f"[AI-generated with Greenroom by @{maker}]")
    assert len(words) / (end - start) <= 20
    assert all(len(row) <= 42 for row in text.split("\n"))
    assert " line:0 " in document
    assert f"@{maker}" in label_text(maker)
    assert document.split("\n\n")[1].startswith(f"NOTE AI-generated with Greenroom by @{maker}.")


def test_a_player_shows_the_disclosure(browser: Browser) -> None:
    """Chromium's own parser has it as its first cue, and as one that is on at the start."""
    page = browser.new_page()
    document = captions(Timing(lines=(line("Good morning, everyone."),)), 5.0)
    shown = page.evaluate(
        """async document => {
            const video = window.document.createElement("video"), track = window.document.createElement("track")
            track.kind = "captions"
            track.src = URL.createObjectURL(new Blob([document], {type: "text/vtt"}))
            video.append(track)
            window.document.body.append(video)
            track.track.mode = "showing"
            await new Promise((resolve, reject) => { track.onload = resolve; track.onerror = reject })
            return [...track.track.cues].map(cue => [cue.startTime, cue.line, cue.getCueAsHTML().textContent])
        }""",
        document,
    )
    page.close()
    assert shown[0] == [0, 0, "[AI-generated with Greenroom by @mira]"]
    assert [text for _, _, text in shown[1:]] == ["Good morning, everyone."]


def test_a_long_line_is_cut_between_words_into_cues_that_follow_each_other() -> None:
    text = " ".join(f"word{i}" for i in range(40))
    found = [cue for cue in cues(captions(Timing(lines=(line(text, 0.5, 9.0),)), 12.0)) if cue[2].startswith("<v")]
    assert len(found) > 2
    assert all(a[1] <= b[0] + 0.001 for a, b in itertools.pairwise(found))
    assert " ".join(" ".join(cue[2].removeprefix("<v Ada>").split()) for cue in found) == text
    assert all(len(row) <= 42 + len("<v Ada>") for cue in found for row in cue[2].split("\n"))


def test_another_language_is_tagged() -> None:
    assert "<v Ada><lang es>Hola.</lang>" in captions(Timing(lines=(line("Hola.", language="es"),)), 5.0)


def test_how_a_line_is_said_stands_before_it() -> None:
    whispered = line("Come here.").model_copy(update={"delivery": Delivery.WHISPERED})
    assert "<v Ada>[whispering] Come here." in captions(Timing(lines=(whispered,)), 5.0)
    angry = line("Ven aquí.", language="es").model_copy(update={"delivery": Delivery.ANGRY})
    assert "<v Ada>[angrily] <lang es>Ven aquí.</lang>" in captions(Timing(lines=(angry,)), 5.0)


def test_music_is_named_by_its_mood_where_it_starts() -> None:
    found = cues(captions(Timing(music=Music(mood=Mood.TENSE, start=1.5)), 8.0))
    assert (1.5, 4.5, "[♪ tense music]") in found


def test_steps_that_follow_each_other_are_one_cue() -> None:
    steps = tuple(
        SoundEvent(label=f"footsteps on {ground}", start=t, seconds=0.2, impulse=2.0)
        for t, ground in ((0.3, "grass"), (0.8, "grass"), (1.3, "grass"), (1.8, "grass"), (6.0, "grass"))
    )
    found = [(start, end) for start, end, text in cues(captions(Timing(sounds=steps), 8.0)) if "footsteps" in text]
    assert found == [(0.3, 2.0), (6.0, 7.2)]


def test_one_sound_is_named_at_a_time_and_the_one_that_matters() -> None:
    sounds = (
        SoundEvent(label="footsteps on grass", start=1.0, seconds=0.2, impulse=1.0),
        SoundEvent(label="crate knocks", start=1.0, seconds=0.3, impulse=9.0),
        SoundEvent(label="leaf rustles", start=1.2, seconds=0.3, impulse=0.1),
    )
    found = [text for _, _, text in cues(captions(Timing(sounds=sounds), 5.0))[1:]]
    assert found == ["[crate knocks]"]


def test_steps_are_not_named_while_somebody_speaks() -> None:
    steps = (SoundEvent(label="footsteps on grass", start=1.5, seconds=0.2, impulse=1.0),)
    assert "footsteps" not in captions(Timing(lines=(line("Good morning, everyone."),), sounds=steps), 5.0)


def test_chinese_is_cut_between_letters_and_never_before_a_mark() -> None:
    text = "我们今天一起去公园看花,然后坐在湖边吃午饭,最后再慢慢走回家,你觉得这样安排好不好呢?我非常期待。"
    words = (SpokenWord(text=text, start=0.0, seconds=8.0),)
    spoken = line(text, 0.5, 8.0, language="cmn").model_copy(update={"words": words})
    found = [text for _, _, text in cues(captions(Timing(lines=(spoken,)), 12.0)) if text.startswith("<v")]
    plain = [re.sub(r"<[^>]*>", "", one) for one in found]
    assert "".join("".join(one.split()) for one in plain) == text
    assert all(width(row) <= 42 for one in plain for row in one.split("\n"))
    assert all(row[0] not in ",。?" for one in plain for row in one.split("\n"))


def test_a_reading_in_brackets_is_ruby() -> None:
    document = captions(Timing(lines=(line("檸檬(れもん)が好き", language="ja"),)), 5.0)
    assert "<ruby>檸檬<rt>れもん</rt></ruby>が好き" in document


@given(st.text(max_size=200), st.integers(4, 50))
def test_rows_fit_and_lose_nothing(text: str, columns: int) -> None:
    made = rows(text, columns)
    assert all(width(row) <= columns or len(row) == 1 for row in made)
    assert "".join("".join(row.split()) for row in made) == "".join(text.split())


@given(st.text(max_size=120), st.text(max_size=30), st.floats(0, 11), st.floats(0.01, 12))
def test_any_text_parses_and_stays_inside_the_clip(text: str, speaker: str, start: float, seconds: float) -> None:
    timing = Timing(
        lines=(line(text, start, seconds, speaker),), sounds=(SoundEvent(label=text, start=start, seconds=seconds),)
    )
    for begin, end, _ in cues(captions(timing, 12.0)):
        assert 0 <= begin < end <= 12.0
