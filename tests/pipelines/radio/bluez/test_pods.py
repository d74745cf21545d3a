"""`midstance pods` as a user's process, through bleak's own BlueZ code."""

import asyncio
import json

import pytest

pytest.importorskip("dbus_fast")

from as_a_user.user_process import midstance
from bluez.lookalike import bluez
from pods.virtual_pods import capture2go_pods, noisy_pods

from pipelines.store.stated.rig import read_rig


def test_pods_are_listed_assigned_by_serial_and_blink(tmp_path):
    pods = [*noisy_pods(60)[:1], *capture2go_pods(60)[1:]]
    places = ("pelvis=ORP-PEL", "shank_left=aa0003", "shank_right=aa0002")
    words = ("pods", "--store", tmp_path, "--seconds", 3, "--json")

    async def main():
        async with bluez(pods) as air:
            before = await (await midstance(air.bus_address, *words)).ended()
            blink = ("--blink", "aa0003", "--assign", *places)
            return before, await (await midstance(air.bus_address, *words, *blink)).ended()

    before, after = asyncio.run(main())
    for code, _, complained in (before, after):
        assert (code, complained) == (0, "")
    said = {pod["serial"]: pod for pod in json.loads(before[1])["pods"]}
    assert {pod["battery_pct"] for pod in said.values()} == {90}
    assert {pod["placement"] for pod in said.values()} == {"pelvis", None}
    said = {pod["name"]: pod["placement"] for pod in json.loads(after[1])["pods"]}
    assert said == {"ORP-PEL": "pelvis", "IMU_aa0003": "shank_left", "IMU_aa0002": "shank_right"}
    assert read_rig(tmp_path)["shank_left"].serial == "aa0003"
