"""The visible label: inside the picture, moving, legible, and told from its absence after H.264."""

import io
from collections.abc import Iterator
from itertools import pairwise

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops.label import FOUND, Picture, draw, find_label, label_path, label_text

WIDTH, HEIGHT, RATE = 854, 480, 24


def scene(kind: str, frames: int, width: int = WIDTH, height: int = HEIGHT) -> Iterator[Picture]:
    """Pictures to hide a label in: flat light and dark, a gradient that pans, fine noise, hard stripes."""
    noise = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)
    columns = np.arange(width)
    for frame in range(frames):
        match kind:
            case "white":
                yield np.full((height, width, 3), 255, np.uint8)
            case "black":
                yield np.zeros((height, width, 3), np.uint8)
            case "noise":
                yield np.roll(noise, frame * 3, axis=1)
            case "stripes":
                row = ((columns + 2 * frame) // 3 % 2 * 255).astype(np.uint8)
                yield np.repeat(np.broadcast_to(row, (height, width))[..., None], 3, axis=2)
            case _:
                row = ((columns + 4 * frame) * 255 // width % 256).astype(np.uint8)
                yield np.repeat(np.broadcast_to(row, (height, width))[..., None], 3, axis=2)


def through_h264(frames: Iterator[Picture], crf: int, width: int = WIDTH, height: int = HEIGHT) -> list[Picture]:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": str(crf), "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    buffer.seek(0)
    with av.open(buffer) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.parametrize("kind", ["white", "black", "gradient", "noise", "stripes"])
def test_found_after_h264_where_it_was_put_and_nowhere_else(kind: str) -> None:
    text = label_text("chelsea_owner")
    path = label_path("0123456789abc", 12, WIDTH, HEIGHT, RATE, text)
    marked = through_h264(draw(scene(kind, 12), path, text), crf=28)
    plain = through_h264(scene(kind, 12), crf=28)
    elsewhere = label_path("another-clip", 12, WIDTH, HEIGHT, RATE, text)
    there = [find_label(frame, text, place) for frame, place in zip(marked, path, strict=True)]
    absent = [find_label(frame, text, place) for frame, place in zip(plain, path, strict=True)]
    wrong_place = [find_label(frame, text, place) for frame, place in zip(marked, elsewhere, strict=True)]
    print(kind, f"there {min(there):.2f} absent {max(absent):.2f} wrong place {max(wrong_place):.2f}")
    assert min(there) > FOUND + 0.2
    assert max(absent) < FOUND - 0.2
    assert max(wrong_place) < FOUND - 0.2


def test_a_small_picture_squeezed_hard_keeps_it() -> None:
    text = label_text("mira")
    path = label_path("clip", 12, 320, 180, RATE, text)
    marked = through_h264(draw(scene("noise", 12, 320, 180), path, text), 36, 320, 180)
    scores = [find_label(frame, text, place) for frame, place in zip(marked, path, strict=True)]
    print(f"320x180 at CRF 36: {min(scores):.2f}")
    assert min(scores) > FOUND


def test_another_makers_label_is_not_this_makers() -> None:
    mine, other = label_text("mira"), label_text("jonathan.x")
    path = label_path("clip", 1, WIDTH, HEIGHT, RATE, mine)
    [frame] = draw(scene("gradient", 1), path, mine)
    assert find_label(frame, mine, path[0]) > 0.99
    assert find_label(frame, other, path[0]) < FOUND


def test_a_label_too_faint_to_read_does_not_count() -> None:
    text = label_text("mira")
    path = label_path("clip", 1, WIDTH, HEIGHT, RATE, text)
    [plain], [marked] = list(scene("white", 1)), list(draw(scene("white", 1), path, text))
    faint = (plain * 0.95 + marked * 0.05).astype(np.uint8)
    assert find_label(faint, text, path[0]) < FOUND


def test_it_moves_smoothly_and_over_a_third_of_its_way_in_the_shortest_clip() -> None:
    for clip in ("a", "b", "c", "d"):
        path = label_path(clip, 4 * RATE, WIDTH, HEIGHT, RATE, label_text("mira"))
        free = WIDTH - path[0].width
        steps = [max(abs(b.x - a.x), abs(b.y - a.y)) for a, b in pairwise(path)]
        assert max(p.x for p in path) - min(p.x for p in path) > free / 3
        assert max(steps) <= WIDTH / 60, "a step of more than a sixtieth of the width is a jump"
    assert label_path("a", 5, WIDTH, HEIGHT, RATE, "x") != label_path("b", 5, WIDTH, HEIGHT, RATE, "x")
    assert label_path("a", 5, WIDTH, HEIGHT, RATE, "x") == label_path("a", 5, WIDTH, HEIGHT, RATE, "x")


@settings(max_examples=40, deadline=None)
@given(
    clip=st.text(max_size=20),
    maker=st.from_regex(r"[a-z0-9][a-z0-9_.]{1,31}", fullmatch=True),
    width=st.integers(64, 960).map(lambda n: 2 * n),
    height=st.integers(64, 960).map(lambda n: 2 * n),
)
def test_the_box_is_inside_every_picture_and_at_least_four_percent_high(
    clip: str, maker: str, width: int, height: int
) -> None:
    text = label_text(maker)
    for place in label_path(clip, 30, width, height, RATE, text):
        assert 0 <= place.x <= width - place.width
        assert 0 <= place.y <= height - place.height
        assert place.height >= 0.04 * height
    [frame] = draw([np.full((height, width, 3), 90, np.uint8)], [place], text)
    assert find_label(frame, text, place) > 0.99


def test_a_frame_without_a_place_is_not_let_through() -> None:
    text = label_text("mira")
    path = label_path("clip", 2, WIDTH, HEIGHT, RATE, text)
    with pytest.raises(ValueError, match="2 frames"):
        list(draw(scene("white", 3), path, text))


def test_drawing_leaves_the_callers_frames_alone() -> None:
    text = label_text("mira")
    path = label_path("clip", 3, WIDTH, HEIGHT, RATE, text)
    frames = [np.full((HEIGHT, WIDTH, 3), 128, np.uint8)] * 3
    drawn = list(draw(frames, path, text))
    assert (frames[0] == 128).all()
    assert all((one != 128).any() for one in drawn)
