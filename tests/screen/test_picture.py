"""The picture of the screen that the README shows."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.screen.app_driver import LARGE, AppDriver, app_driver

IS_WANTED = os.environ.get("HELPDECK_PICTURES") == "1"
"""Read before the tests' own home takes the variables of the program away."""

PICTURE = Path(__file__).parent / "pictures" / "dashboard.svg"


async def a_believable_moment(on: AppDriver) -> None:
    """A call of each kind, a minute or two into the morning."""
    altigen = on.simulation.altigen
    missed = await altigen.ring("6175550119", "Oak Street Books", workgroupName="Support")
    await on.until("Oak Street Books")
    await on.pass_seconds(14)
    await altigen.disconnect(missed)
    await on.until("1 missed")
    ended = await altigen.ringback("3035550142", "Westgate Pharmacy", outboundworkgroupName="Rollout")
    await on.until("Westgate Pharmacy")
    await on.pass_seconds(6)
    await altigen.connect(ended)
    await on.until_gone("calling")
    await on.pass_seconds(41)
    await altigen.disconnect(ended)
    await on.until("ended")
    for call in [call for call in altigen.calls.values() if call.state == "ring"]:
        await altigen.connect(call.handle)
        answered = call.handle
    await on.until_gone("RINGING")
    await altigen.record(answered, "Start")
    await on.when(lambda: on.text.count("●") == 3)
    await on.pass_seconds(9)
    muted = next(handle for handle, recording in altigen.recordings.items() if handle != answered)
    await altigen.record(muted, "Mute")
    await on.until("‖")
    await altigen.ring("7185550107", "İstanbul Şubesi", workgroupName="Billing")
    await on.until("İstanbul Şubesi")
    await on.pass_seconds(4)
    await on.frames()


def stable(svg: str) -> str:
    """The picture without the toolkit's random names."""
    return re.sub(r"terminal-\d+", "helpdeck", svg)


async def test_the_picture_of_the_readme_is_the_screen() -> None:
    async with app_driver(LARGE, opening=True) as on:
        await a_believable_moment(on)
        picture = stable(on.app.export_screenshot(title="Helpdeck"))
        if IS_WANTED:
            PICTURE.parent.mkdir(exist_ok=True)
            PICTURE.write_text(picture, "utf-8")
    assert picture == PICTURE.read_text("utf-8"), "the screen looks different: HELPDECK_PICTURES=1 draws it anew"
