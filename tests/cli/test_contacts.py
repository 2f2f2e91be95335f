"""`helpdeck contacts`: a list is read once however often it is, and what is written is read again as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.harness import Ended, Helpdeck
from tui.config import ArchiveSettings

NAMES = ["Acme", "[b]--help[/] $(id) <a href=x>", "=cmd|calc", "İnşaat Çağrı, Ltd; Şti"]


def run(helpdeck: Helpdeck, home: Path, archive: ArchiveSettings, *arguments: str, ui: str = "") -> Ended:
    path = home / "config.toml"
    path.touch(0o600)
    place = f'url = "{archive.url}"' if archive.url else f'path = "{archive.path}"'
    altigen = '[altigen]\nurl = "https://pbx.example.com/webproxy"\nuser = "201"\npassword = "x"\nregion = "TR"\n'
    path.write_text(f"{altigen}[archive]\n{place}\n{ui}")
    return helpdeck("contacts", *arguments, "--config", str(path))


def test_a_list_is_read_once_however_often_and_written_as_it_was(
    helpdeck: Helpdeck, home: Path, archive: ArchiveSettings
) -> None:
    lines = [f'0212 555 01 {n:02};"{name}"' for n, name in enumerate(NAMES)]
    (home / "list.csv").write_text("\n".join(["Telefon;Firma", *lines, "abc;Bad"]), "utf-16")
    ran = run(helpdeck, home, archive, "import", str(home / "list.csv"))
    assert (ran.returncode, ran.stderr) == (0, "line 6: 'abc' is no phone number\n")
    assert ran.stdout == "4 contacts added, 1 line could not be read\n"
    for name in ("out.csv", "out.vcf"):
        ran = run(helpdeck, home, archive, "export", str(home / name))
        assert (ran.returncode, ran.stderr) == (0, "")
        assert ran.stdout == f"4 contacts in {home / name}\n"
        ran = run(helpdeck, home, archive, "import", str(home / name))
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "0 contacts added, 4 were there already\n", "")
    again = run(helpdeck, home, archive, "export", str(home / "out.csv"))
    assert (again.returncode, "--force" in again.stderr) == (1, True)
    assert run(helpdeck, home, archive, "export", str(home / "out.csv"), "--force").returncode == 0
    shown = run(helpdeck, home, archive, "export", "-")
    assert shown.stdout.splitlines()[0] == "number,name,customer,device,account"
    assert "+902125550100,Acme,,," in shown.stdout


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (b"PK\x03\x04", "it is a workbook"),
        (b"a\0b\0\0", "it is no text"),
        (b"number,name\n" + b"x,\n" * 20_010, "Reading ended at line 20002"),
        (b"number,name\nx,y\n", "line 2: 'x' is no phone number"),
    ],
)
def test_a_file_that_is_no_list_adds_nothing_and_says_why(
    helpdeck: Helpdeck, home: Path, held: bytes, said: str
) -> None:
    archive = ArchiveSettings(path=str(home / "archive.sqlite"))
    (home / "list.csv").write_bytes(held)
    ran = run(helpdeck, home, archive, "import", str(home / "list.csv"))
    assert ran.returncode == 1
    assert said in ran.stderr


def test_windows_turkish_is_read_and_what_is_not_there_is_said(helpdeck: Helpdeck, home: Path) -> None:
    archive = ArchiveSettings(path=str(home / "archive.sqlite"))
    assert "there is no archive yet" in run(helpdeck, home, archive, "export", "-").stderr
    assert "cannot be read" in run(helpdeck, home, archive, "import", str(home / "none.csv")).stderr
    (home / "list.csv").write_bytes("Müşteri;Telefon\nÇağrı Şti;02125550199\n".encode("cp1254"))
    refused = run(helpdeck, home, archive, "import", str(home / "list.csv"), ui="[ui]\nreadonly = true\n")
    assert (refused.returncode, "read-only" in refused.stderr) == (1, True)
    assert run(helpdeck, home, archive, "import", str(home / "list.csv")).returncode == 0
    assert "Çağrı Şti" in run(helpdeck, home, archive, "export", "-").stdout
    assert run(helpdeck, home, archive, "forget", "--", "--help").returncode == 2
    forgotten = run(helpdeck, home, archive, "forget", "0212", "555", "01", "99")
    assert (forgotten.returncode, forgotten.stdout) == (0, "+902125550199: forgotten: 1 entry; its calls stay\n")
    assert "Çağrı Şti" not in run(helpdeck, home, archive, "export", "-").stdout
