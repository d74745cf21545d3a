"""A pod whose firmware is the C code for firmware writers is recorded like any other."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("bumble")
from compiled_orp import compiled
from compiled_orp.firmware import OrpInC
from pods.long_run import positions
from pods.recorded_pods import recorded
from pods.virtual_pods import noisy_pods

from firmware_protocols.orp_v1 import PROTOCOL
from pipelines.process.from_journal.decode_journal import received
from pipelines.radio.virtual.firmwares import FIRMWARES
from pipelines.store.journal.reader import read_journal


@pytest.fixture
def in_c(monkeypatch, tmp_path_factory):
    monkeypatch.setattr(OrpInC, "library", compiled(tmp_path_factory.mktemp("compiled")))
    monkeypatch.setitem(FIRMWARES, PROTOCOL.name, OrpInC)


def lacking(journal, pods):
    """Return how many samples of each pod are not in a journal, all others bit for bit."""
    raw = received(read_journal(journal)).pods
    at = [positions(pod, raw[pod.placement].samples) for pod in pods]
    assert all((np.diff(one) > 0).all() for one in at)
    return [int(one[-1] - one[0] + 1 - len(one)) for one in at]


@pytest.mark.usefixtures("in_c")
def test_every_sample_is_recorded_bit_for_bit(tmp_path):
    pods = noisy_pods(45, 1)
    journal, health = recorded(tmp_path, pods, {}, seconds=40)
    assert lacking(journal, pods) == [0, 0, 0]
    assert [pod.battery_pct for pod in health[-1]] == [90, 90, 90]
    assert {pod.note for pod in health[20]} == {""}


@pytest.mark.usefixtures("in_c")
def test_what_lost_links_cost_is_fetched_from_its_ring(tmp_path):
    pods = noisy_pods(95, 2)
    faults = [(15, "ORP-LSH", "kill_link"), (30, "ORP-PEL", "kill_link")]

    async def away(air):
        asyncio.get_running_loop().call_later(
            45, lambda: asyncio.ensure_future(air.leave["ORP-RSH"](20.0))
        )

    journal, health = recorded(tmp_path, pods, {}, seconds=90, faults=faults, before=away)
    assert lacking(journal, pods) == [0, 0, 0]
    assert all(pod.fetched for pod in health[-1])


@pytest.mark.usefixtures("in_c")
def test_a_ring_that_is_too_short_costs_exactly_what_it_could_not_hold(tmp_path):
    pods = [replace(pod, ring_s=10.0) for pod in noisy_pods(65, 3)]

    async def away(air):
        asyncio.get_running_loop().call_later(
            15, lambda: asyncio.ensure_future(air.leave["ORP-PEL"](25.0))
        )

    journal, _ = recorded(tmp_path, pods, {}, seconds=60, before=away)
    lost = lacking(journal, pods)
    assert lost[1:] == [0, 0]
    # 25 s away and some more to be found again, less the ring's 10 s
    assert 15.0 < lost[0] / 200 < 19.0


@pytest.mark.usefixtures("in_c")
def test_a_pod_that_restarts_is_told_from_the_one_before(tmp_path):
    pods = noisy_pods(45, 4)
    journal, _ = recorded(tmp_path, pods, {}, seconds=40, faults=[(20, "ORP-LSH", "reboot")])
    session = received(read_journal(journal))
    raw = session.pods["shank_left"]
    assert len(raw.epochs) == 2
    assert any("it restarted after" in note for note in (*session.notes, *raw.notes))
    found = positions(pods[1], raw.samples)
    assert (np.diff(found) > 0).all()
    # what it measured while it was off, about to be found and started again
    assert 0.5 < (found[-1] - found[0] + 1 - len(found)) / 200 < 5.0
