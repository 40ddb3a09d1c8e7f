"""What names a likeness in a text, and what does not."""

import pytest

from greenroom.domain.briefs import Lane
from ops.briefs import Request, account, submit
from ops.names import mentioned
from ops.studio import Studio


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@chelsea swims", ("chelsea",)),
        ("@Chelsea meets @tom.k, and @chelsea sleeps.", ("chelsea", "tom.k")),
        ('a dog says "hello @mia!"', ("mia",)),
        ("＠mia dances", ("mia",)),  # a full-width sign
        ("(@mia) [@tom_]", ("mia", "tom")),
        ("write to ada@example.org", ()),
        ("a ball @ noon, @a, @@tom, @", ()),
        ("", ()),
    ],
)
def test_a_handle_in_a_text_is_known_by_its_sign(text: str, handles: tuple[str, ...]) -> None:
    assert mentioned(text) == handles


def test_a_prompt_asks_for_everyone_it_names(studio: Studio) -> None:
    asked = Request(prompt="@tom chases @mia in a park", likenesses=("@mia", "ada"))
    _, (brief,) = submit(studio, (asked,), account(studio, "ada"), Lane.INTERACTIVE)
    assert brief.likenesses == ("mia", "ada", "tom")
