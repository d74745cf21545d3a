"""The log of a pod on a cable, over a real pseudo terminal, and the commands that take one."""

import asyncio

import numpy as np
import pytest

pytest.importorskip("bumble")
pytest.importorskip("serial")
pytest.importorskip("termios")
from pods.pod_on_usb import pod_on_usb
from pods.virtual_pods import metawear_pods, taken

from pipelines import cli
from pipelines.capture.arm.arm import Orders, arm
from pipelines.capture.fetch.fetch import Place, fetch
from pipelines.process.from_journal.decode_journal import received
from pipelines.radio.usb import usb_radio
from pipelines.store.journal.reader import read_journal
from pipelines.store.stated.rig import RigPod

FEW_ENTRIES = 1200


async def armed_and_fetched(store, pod):
    """Arm a pod on its cable, let it take some samples, fetch them; the journal."""
    async with asyncio.timeout(60), pod_on_usb(pod) as cable:
        rig = {pod.placement: RigPod("metawear", address=pod.address)}
        place = Place(store, "ana", rig, usb_radio([cable.port]), scan_s=0.2)
        await arm(place, Orders(rate_hz=200))
        while len(cable.firmware.memory.entries) < FEW_ENTRIES:
            await asyncio.sleep(0.01)
        return await fetch(place, {})


def test_a_pod_on_a_cable_is_armed_and_fetched_bit_by_bit(tmp_path):
    pod = metawear_pods(60)[0]
    raw = received(read_journal(asyncio.run(armed_and_fetched(tmp_path, pod))))
    samples = raw.pods[pod.placement].samples
    assert len(samples) >= FEW_ENTRIES // 4
    np.testing.assert_array_equal(np.diff(taken(pod, samples)), 1)


def said_by(words, monkeypatch):
    """The sentence with which a command ends."""
    monkeypatch.setattr("sys.argv", ["midstance", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return str(ended.value.code)


@pytest.mark.parametrize("command", ["fetch", "arm"])
def test_where_nothing_is_plugged_in_it_is_said(tmp_path, monkeypatch, command):
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [])
    words = (command, "ana", "--usb", "--seconds", "0.1", "--store", str(tmp_path))
    assert "plug in all pods of the run" in said_by(words, monkeypatch)


def test_virtual_pods_are_on_no_cable(tmp_path, monkeypatch):
    words = ("arm", "ana", "--usb", "--virtual", "--store", str(tmp_path))
    assert "leave out --usb" in said_by(words, monkeypatch)
