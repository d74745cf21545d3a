"""What the doctor says of Python, packages, Bluetooth, disk, clock, and of stores in any state."""

import asyncio
import json
import os
import sys

import pytest

pytest.importorskip("bumble")

from pods.short_journal import journal, processed
from pods.virtual_pods import noisy_pods

from pipelines import cli
from pipelines.doctor import software
from pipelines.doctor.bluetooth import bluetooth_conditions
from pipelines.doctor.condition import Condition
from pipelines.doctor.machine import clock_condition, disk_condition, zone_condition
from pipelines.doctor.software import packages_condition, python_condition
from pipelines.doctor.stored import store_conditions
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import run_virtual
from pipelines.store.files import session_files
from pipelines.store.stated.rig import RigPod

MB = 1_000_000
GB = 1000 * MB
WHAT = ["Python", "packages", "Bluetooth", "pods", "disk", "clock", "time", "store"]


def store_with_a_run(root):
    processed(root, journal(root, "ana", "2026-11-20-aaaa", closed=True))
    return root


def states(conditions):
    return [(one.what, one.state) for one in conditions]


@pytest.fixture(autouse=True)
def headers_are_those_of_tests(monkeypatch):
    """The stance files here are empty; that they are damaged is the matter of one test."""
    monkeypatch.setattr("pipelines.doctor.stored.HEADERS", {})


@pytest.mark.parametrize(
    ("running", "state"), [((3, 10, 9), "wrong"), ((3, 12, 1), "ok"), ((3, 14, 0), "wrong")]
)
def test_python(running, state):
    said = python_condition(running)
    assert said.state == state
    assert ("-m venv" in said.cure) == (state == "wrong")


def test_packages_with_their_versions_and_the_extras_that_are_not_there(monkeypatch):
    there = {"midstance": "1.0", "numpy": "2.10.0", "bleak": "3.1.5"}

    def version(name):
        if name not in there:
            raise software.PackageNotFoundError(name)
        return there[name]

    wanted = [
        "numpy>=2.2",
        "bleak<4,>=3.1",
        "duckdb>=2.0; extra == 'query'",
        "pytz; extra == 'query'",
        "ruff>=1; extra == 'test'",
    ]
    monkeypatch.setattr(software, "requires", lambda _: wanted)
    monkeypatch.setattr(software, "version", version)
    said = packages_condition()
    assert said.state == "ok"
    assert said.words == (
        "midstance 1.0; numpy 2.10.0, bleak 3.1.5; not installed: midstance[query]"
    )
    for name, number, words in (
        ("numpy", "2.1.9", "numpy is 2.1.9, and >=2.2 is needed"),
        ("bleak", "4.0", "bleak is 4.0, and <4 is needed"),
        ("bleak", None, "bleak is missing"),
    ):
        with monkeypatch.context() as patch:
            patch.delitem(there, name) if number is None else patch.setitem(there, name, number)
            said = packages_condition()
        assert (said.state, said.words) == ("wrong", words)
        assert "pip install --upgrade midstance" in said.cure


def heard(pods, rig, *, scan_s=5.0):
    async def main():
        async with virtual_radio(pods) as air:
            return await bluetooth_conditions(air.radio, rig, scan_s=scan_s)

    return run_virtual(main())


def test_pods_nearby_are_those_that_the_recorder_would_take():
    adapter, pods = heard(noisy_pods(15, 1), {})
    assert (adapter.state, pods.state) == ("ok", "ok")
    assert pods.words.startswith("3 pods nearby to be worn: pelvis ORP-PEL (")


def test_a_pod_of_the_rig_that_is_not_there_is_named():
    rig = {"pelvis": RigPod("orp_v1", name="ORP-PEL"), "shank_left": RigPod("orp_v1", name="X")}
    _, pods = heard(noisy_pods(15, 1), rig)
    assert pods.state == "wrong"
    assert "shank_left: no such pod nearby; switch it on" in pods.words
    (_, none) = heard([], {})
    assert none.words == "no pod nearby; switch the pods on and bring them closer"


def test_without_a_scan_no_pod_is_asked_for():
    assert states(heard(noisy_pods(15, 1), {}, scan_s=0.0)) == [("Bluetooth", "ok")]


@pytest.mark.parametrize(
    ("where", "words"),
    [("plugged_in", "plug in or switch on an adapter"), ("policy", "to the group bluetooth")],
)
def test_bluetooth_that_is_absent_or_denied_is_said_with_its_cure(where, words, tmp_path):
    pytest.importorskip("dbus_fast")
    from as_a_user.user_process import midstance
    from bluez.lookalike import bluez
    from bluez.private_bus import NO_BLUETOOTH_FOR_USERS

    how = {"plugged_in": False} if where == "plugged_in" else {"policy": NO_BLUETOOTH_FOR_USERS}

    async def main():
        async with bluez([], **how) as air:
            asked = ("doctor", "--no-scan", "--json", "--store", tmp_path)
            return await (await midstance(air.bus_address, *asked)).ended()

    code, out, err = asyncio.run(main())
    (said,) = [one for one in json.loads(out)["conditions"] if one["what"] == "Bluetooth"]
    assert said["state"] == "wrong"
    assert words in said["words"]
    assert json.loads(out)["can_record"] is False
    assert code == 1
    assert "nothing can be recorded yet: mend Bluetooth" in err


@pytest.mark.parametrize(
    ("free", "state", "words"),
    [
        (20 * GB, "ok", "room for 398 hours"),
        (300 * MB, "note", "room for 4 hours"),
        (50 * MB, "wrong", "only 50 MB are free"),
    ],
)
def test_the_disk_is_told_in_hours_and_a_full_one_is_wrong(free, state, words, tmp_path):
    said = disk_condition(tmp_path / "store", lambda _: free)
    assert said.state == state
    assert words in said.words
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_the_store_is_wrong(tmp_path):
    (tmp_path / "store").touch()
    assert disk_condition(tmp_path / "store", lambda _: GB).state == "wrong"


def test_a_link_to_a_disk_that_is_away_is_wrong(tmp_path):
    (tmp_path / "store").symlink_to(tmp_path / "disk")
    said = disk_condition(tmp_path / "store", lambda _: GB)
    assert (said.state, "plug in its disk" in said.words) == ("wrong", True)


def test_the_clock_and_the_zone():
    assert clock_condition(lambda: True).state == "ok"
    assert clock_condition(lambda: None).state == "ok"
    assert clock_condition(lambda: False).cure == "sudo timedatectl set-ntp true"
    assert clock_condition().state in ("ok", "note")
    assert zone_condition("Europe/Berlin").words == "Europe/Berlin"
    assert "athlete.toml" in zone_condition("").cure


def test_a_store_that_is_not_there_or_has_nothing_left_to_do_is_in_order(tmp_path):
    assert states(store_conditions(tmp_path / "store")) == [("store", "ok")]
    (said,) = store_conditions(store_with_a_run(tmp_path / "store"))
    assert said.words.endswith("store: 1 run, nothing left to do")


def test_what_is_left_to_do_is_named_with_the_command_that_does_it(tmp_path):
    root = store_with_a_run(tmp_path / "my store")
    journal(root, "ana", "2026-11-21-bbbb")
    journal(root, "ana", "2026-11-22-cccc")
    raw = session_files(root, "ana", "2026-11-23-dddd").raw
    raw.parent.mkdir(parents=True)
    raw.touch()
    left = root / "stances" / "athlete=ana" / ".x.stances.parquet.1.tmp"
    left.touch()
    assert len(store_conditions(root)) == 2, "a file of just now may be one that is being written"
    os.utime(left, (0, 0))
    first, second, third = store_conditions(root)
    assert "2026-11-21-bbbb.journal and 1 more are interrupted" in first.words
    assert first.cure == f"midstance recover --store '{root}'"
    assert (second.words, second.cure) == (f"{raw} is not processed", f"midstance process '{raw}'")
    assert third.words == f"{left} is left by an interrupted write"
    assert third.cure == f"midstance verify '{root}' --repair"


def test_damage_a_copy_and_a_rig_that_cannot_be_read(tmp_path, monkeypatch):
    monkeypatch.undo()  # now an empty file is damaged
    root = store_with_a_run(tmp_path / "store")
    stances = session_files(root, "ana", "2026-11-20-aaaa").stances
    (said,) = store_conditions(root)
    assert said.state == "note"
    assert str(stances) in said.words
    assert said.cure == f"midstance verify {root} names all, and reads every byte"
    stances.with_name("2026-11-20-aaaa (1).stances.parquet").touch()
    (said,) = store_conditions(root)
    assert "(and 1 more)" in said.words
    (root / "rig.toml").write_text("[knee]\n", encoding="utf-8")
    rig, _ = store_conditions(root)
    assert (rig.what, rig.state) == ("rig", "wrong")
    (root / "rig.toml").unlink()
    (root / "rig.toml").mkdir()
    rig, _ = store_conditions(root)
    assert (rig.what, rig.state) == ("rig", "wrong")
    assert "cannot be opened (is a directory)" in rig.words


def test_folders_that_no_athlete_can_have_are_said(tmp_path):
    root = store_with_a_run(tmp_path / "store")
    (root / "raw" / "athlete=ana (1)").mkdir(parents=True)
    (said,) = store_conditions(root)
    assert "is not named as the folder of an athlete; rename it or move it away" in said.words


def test_a_store_of_an_earlier_layout_cannot_be_recorded_into(tmp_path):
    (tmp_path / "store" / "athlete=ana").mkdir(parents=True)
    (said,) = store_conditions(tmp_path / "store")
    assert said.state == "wrong"
    assert f"run midstance migrate {tmp_path / 'store'}" in said.words


def test_every_condition_is_one_line_and_the_exit_code_is_0_when_all_is_well(
    tmp_path, monkeypatch, capsys
):
    async def well(*_, **__):
        return [Condition("Bluetooth", "ok", "yes"), Condition("pods", "ok", "\x1b[31m3")]

    monkeypatch.setattr("pipelines.doctor.examine.bluetooth_conditions", well)
    monkeypatch.setattr(sys, "argv", ["midstance", "doctor", "--store", str(tmp_path / "store")])
    cli.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == WHAT
    assert all(line.split()[0] in ("ok", "note") for line in lines)
    assert "\x1b" not in "".join(lines)
    assert list(tmp_path.iterdir()) == []
