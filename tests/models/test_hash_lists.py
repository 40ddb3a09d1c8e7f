"""Hash lists in the formats that exchanges give out; a line that is none is named; turned copies are near."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from greenroom.errors import BadInput
from models.hash_lists import picture_hashes, read_list

ONE, OTHER = "a5" * 32, "3c" * 32
ASTRONAUT = Path(__file__).parents[1] / "data" / "astronaut.png"

FILES = {
    "plain.txt": f"# from the exchange\n{ONE}\n\nvideo_md5 d41d8cd98f00b204e9800998ecf8427e\npdq {OTHER}\n",
    "dataset.csv": "collab,signal_type,signal_str,category,tags\n"
    f"ours,pdq,{ONE},POSITIVE_CLASS,a b\nours,photo_md5,d41d8,POSITIVE_CLASS,\n"
    f"ours,pdq,{'0f' * 32},NEGATIVE_CLASS,\nours,pdq,{OTHER.upper()},WORTH_INVESTIGATING,\n",
    "hashes.csv": f"id,pdq\n1,{ONE}\n2,{OTHER}\n",
    "lines.jsonl": f'{{"signal_type": "pdq", "signal_str": "{ONE}"}}\n'
    f'{{"id": "7", "fingerprints": {{"md5": "d41d8"}}}}\n{{"id": "8", "fingerprints": {{"pdq": "{OTHER}"}}}}\n',
    "descriptors.json": json.dumps(
        {
            "data": [
                {"type": "HASH_PDQ", "indicator": ONE, "tags": ["data", "["]},
                {"type": "HASH_MD5", "indicator": "d41d8"},
                {"type": "HASH_PDQ", "indicator": OTHER},
            ]
        },
        indent=1,
    ),
    "array.json": f'[\n {{"signal_type": "pdq", "signal_str": "{ONE}"}},\n {{"signal_str": "{OTHER}"}}\n]',
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_two_hashes(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(FILES[name])
    found = read_list(path, name)
    assert found.words.T.tolist() == [[0xA5A5A5A5A5A5A5A5] * 4, [0x3C3C3C3C3C3C3C3C] * 4]
    lines = FILES[name].lower().splitlines()
    assert [wanted in lines[line - 1] for wanted, line in zip((ONE, OTHER), found.lines, strict=True)] == (
        [False, False] if name == "descriptors.json" else [True, True]  # there an entry begins on the line of its brace
    )


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.txt", f"{ONE}\n{ONE}\nzz{ONE[2:]}\n", "line 3 of the hash list a.txt has 'zza5"),
        ("a.txt", f"{ONE}\n{ONE[:32]}", "line 2 of the hash list a.txt has"),
        ("a.csv", f"pdq\n{ONE}\nnothing\n", "line 3 of the hash list a.csv has 'nothing'"),
        ("a.csv", f"name,size\n{ONE},3\n", "line 2 of the hash list a.csv has no hash among name, size"),
        ("a.jsonl", f'{{"signal_str": "{ONE}"}}\n{{"signal_str": ', "line 2 of the hash list a.jsonl is no JSON"),
        ("a.jsonl", "[1]\n", "line 1 of the hash list a.jsonl is no object"),
        ("a.json", '[\n{"signal_str": "' + ONE + '"},\n{"signal_str": "1"}]', "line 3 of the hash list a.json has '1'"),
        ("a.json", '[\n\n{"a": }]', "line 3 of the hash list a.json is no JSON"),
        ("a.json", '{"hashes": []}', "line 1 of the hash list a.json begins no array"),
    ],
)
def test_a_broken_list_names_its_line(name: str, text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(BadInput) as error:
        read_list(path, name)
    assert error.value.fact.startswith(said)


def test_an_empty_list_is_one_and_is_near_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("")
    found = read_list(path, "a.txt")
    assert (len(found), found.nearest(np.zeros(4, np.uint64))) == (0, None)


def test_a_copy_turned_mirrored_and_small_is_near_and_another_picture_is_not(tmp_path: Path) -> None:
    picture = np.asarray(Image.open(ASTRONAUT).convert("RGB"), np.uint8)
    (first, *_), quality = picture_hashes(picture)
    assert quality == 100
    path = tmp_path / "a.txt"
    path.write_text("0" * 64 + "\n" + "".join(f"{int(word):016x}" for word in first))
    known = read_list(path, "a.txt")
    small = np.asarray(Image.fromarray(picture).resize((120, 120)), np.uint8)
    for copy in (small, small[:, ::-1], np.rot90(small), np.rot90(small, 2)[:, ::-1]):
        nearest = min(near for one in picture_hashes(copy)[0] if (near := known.nearest(one)) is not None)
        assert nearest[0] <= 31
        assert nearest[1] == 2
    other = np.random.default_rng(1).integers(0, 256, (200, 200, 3), np.uint8)
    assert min(known.nearest(one) or (0, 0) for one in picture_hashes(other)[0])[0] > 31
