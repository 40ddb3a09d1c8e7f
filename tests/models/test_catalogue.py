import pytest

from greenroom.errors import ModelMissing
from models.catalogue import WeightState, catalogue, check, weight


def test_every_weight_is_there_and_is_the_one_named() -> None:
    assert {report.weight.id: report.state for report in check()} == {
        entry.id: WeightState.READY for entry in catalogue()
    }
    assert all(entry.path().stat().st_size == entry.size for entry in catalogue())


def test_a_package_that_is_not_installed_is_named_with_its_remedy() -> None:
    gone = weight("nudenet_320n").model_copy(update={"package": "not_installed_here", "distribution": "not-here"})
    with pytest.raises(ModelMissing, match="not-here is not installed") as missing:
        gone.path()
    assert "Install not-here" in missing.value.remedy


def test_the_stricter_licence_is_recorded_where_a_package_names_two() -> None:
    assert weight("nudenet_320n").licence == "AGPL-3.0"
