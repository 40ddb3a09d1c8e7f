"""One table of settings: the environment fills it, what the caller chose goes before, and errors name the variable."""

from pathlib import Path

import pytest

from greenroom.errors import BadInput
from greenroom.settings import Settings


def test_defaults_need_no_environment() -> None:
    settings = Settings.load({})
    assert settings.home == Path(".greenroom").absolute()
    assert settings.ledger.startswith("sqlite:///")
    assert settings.store == str(settings.home / "store")


def test_the_environment_fills_and_the_caller_goes_before() -> None:
    environment = {"GREENROOM_FEED_PORT": "9000", "GREENROOM_INSTALLATION": "clips.example"}
    assert Settings.load(environment).feed_port == 9000
    chosen = Settings.load(environment, feed_port=9001)
    assert (chosen.feed_port, chosen.installation) == (9001, "clips.example")


def test_a_value_that_cannot_be_used_is_named() -> None:
    with pytest.raises(BadInput, match=r"GREENROOM_FEED_PORT.*'lots'"):
        Settings.load({"GREENROOM_FEED_PORT": "lots"})


def test_every_setting_has_a_help_text() -> None:
    assert all(field.description for field in Settings.model_fields.values())
