"""Time zones, also on a machine that has none."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tui.config.problems import Unfit
from tui.config.zones import zone_of


@pytest.mark.usefixtures("no_zones")
def test_a_machine_without_time_zones_still_knows_turkey() -> None:
    assert zone_of("Europe/Istanbul").utcoffset(datetime(2024, 8, 22)) == timedelta(hours=3)  # noqa: DTZ001
    with pytest.raises(Unfit):
        zone_of("Europe/Berlin")
