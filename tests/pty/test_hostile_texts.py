"""Any text in any field of any system: on the raw bytes of the line stands nothing but what the drawing layer wrote."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.models.test_text import HOSTILE, TEXTS
from tests.pty.terminal import ESCAPE, HELPDECK, LARGE, Terminal
from tests.pty.test_scenarios import DRAWN, NEVER
from tui.demo import Simulation

FIELDS: Final = (
    *("callerID", "callerName", "callerIPAddress", "calleeID", "calleeName", "ivrData", "userData", "workgroupName"),
    *("outboundworkgroupName", "dnisName", "dnisNumber", "aniName", "aniNumber", "callType"),
)

KEYS: Final = (
    "1",
    "\r",
    ESCAPE,
    "y",
    ESCAPE,
    "j",
    "\r",
    ESCAPE,
    "2",
    "\r",
    ESCAPE,
    "y",
    ESCAPE,
    "G",
    "3",
    "\r",
    ESCAPE,
)


async def shown(texts: list[str], home: Path) -> bytes:
    """Everything that is written while the texts are looked at in every pane and card."""
    async with Simulation("desk", opening=False, scripted=False) as systems:
        for text in texts:
            systems.alpemix.add_connection(tuname=text, exp=text, supnum=text, uname=text, mname=text)
            systems.remotepc.extra_rows.append({"username": text, "created_date": text, text[:20]: text})
        config = home / "config.toml"
        config.touch(0o600)
        config.write_text(systems.config())
        async with Terminal([*HELPDECK, "--config", str(config)], LARGE, home=home) as terminal:
            await terminal.until(lambda text: text.count(" live") >= 3)
            for text in texts:
                await systems.altigen.begin("in", dict.fromkeys(FIELDS, text))
            frame = texts[0].encode(errors="replace").decode()  # a lone surrogate fits into none
            await systems.altigen.send(frame or "[")
            for key in KEYS:
                terminal.send(key)
                await terminal.watch(0.15)
            await terminal.press("1", f"{len(texts)} live")
            return bytes(terminal.raw)


@pytest.mark.timeout(120)
@settings(max_examples=3, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(TEXTS | st.sampled_from(HOSTILE), min_size=25, max_size=25))
def test_any_text_in_any_field_is_drawn_and_never_obeyed(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as home:
        raw = asyncio.run(shown(texts, Path(home)))
    text = DRAWN.sub(b"", re.sub(rb"\x1b\]52;c;[A-Za-z0-9+/=]*\x07", b"", raw)).decode()
    assert [text[max(0, found.start() - 20) : found.end() + 20] for found in NEVER.finditer(text)] == []
    assert not re.search("[\u200b-\u200f\u2060-\u2064\ufeff\ufe0f]", text)
