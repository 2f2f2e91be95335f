"""The country that `init` suggests: by the language of the machine, and by its time zone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.commands.country import likely_region


@pytest.fixture
def zoneinfo(tmp_path: Path) -> Path:
    folder = tmp_path / "zoneinfo"
    (folder / "Europe").mkdir(parents=True)
    for name in ("Istanbul", "Berlin"):
        (folder / "Europe" / name).touch()
    lines = ["# code\tplace\tzone", "TR\t+4101+02858\tEurope/Istanbul", "DE\t+5230+01322\tEurope/Berlin\tmost", "x"]
    (folder / "zone.tab").write_text("\n".join(lines))
    return folder


@pytest.mark.parametrize(
    ("environment", "region"),
    [
        ({"LANG": "tr_TR.UTF-8", "TZ": "UTC"}, "TR"),
        ({"LANG": "de_DE.UTF-8", "TZ": "Europe/Istanbul"}, "DE"),
        ({"LANG": "en_US.UTF-8", "TZ": "Europe/Istanbul"}, "TR"),
        ({"LANG": "en_US.UTF-8", "TZ": ":Europe/Berlin"}, "DE"),
        ({"LANG": "en_US.UTF-8", "TZ": "UTC"}, "US"),
        ({"LC_ALL": "C.UTF-8", "LANG": "tr_TR", "TZ": "UTC"}, "TR"),
        ({"LC_TELEPHONE": "tr_TR@euro", "LANG": "en_GB.UTF-8", "TZ": "UTC"}, "TR"),
        ({"LANG": "C", "TZ": "UTC"}, ""),
        ({"LANG": "xx_ZZ.UTF-8", "TZ": "no/such"}, ""),
        ({"LANG": "tr_TRX", "TZ": "../../etc/passwd"}, ""),
        ({"TZ": "x" * 10_000}, ""),
    ],
)
def test_language_and_zone_tell(environment: dict[str, str], region: str, zoneinfo: Path) -> None:
    assert likely_region(environment, zoneinfo / "none", zoneinfo) == region


def test_the_zone_of_the_machine_counts_where_none_is_set(zoneinfo: Path, tmp_path: Path) -> None:
    localtime = tmp_path / "localtime"
    localtime.symlink_to(zoneinfo / "Europe" / "Istanbul")
    assert likely_region({}, localtime, zoneinfo) == "TR"


def test_a_machine_that_says_nothing_is_no_reason_to_stop(tmp_path: Path) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    assert likely_region({}, circle, tmp_path) == ""
    assert likely_region({"TZ": "Europe/Istanbul"}, circle, tmp_path / "none") == ""
