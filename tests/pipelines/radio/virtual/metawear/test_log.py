"""The log of a virtual MetaWear pod: recorded, fetched, erased only once it is safe."""

import asyncio

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.virtual_metawear import a_pod, streaming, told, with_pod
from pods.virtual_pods import taken

from firmware_protocols.metawear import PROTOCOL
from firmware_protocols.metawear.messages import (
    Logger,
    Module,
)
from firmware_protocols.protocol import DecodeError, Stored, Wanted
from pipelines.radio.conversation import converse
from pipelines.radio.trouble import LinkLostError
from pipelines.radio.virtual.firmwares import FIRMWARES
from pipelines.radio.virtual.metawear.firmware import MetaMotionR


def logging(seconds, **wanted):
    async def work(link, _):
        await converse(link, PROTOCOL.log.begin(Wanted(**{"rate_hz": 200, **wanted}), "run"))
        await asyncio.sleep(seconds)

    return work


ended, listed = told(PROTOCOL.log.end), told(PROTOCOL.log.stored)


async def fetching(link, _):
    stored = Stored("log")
    await converse(link, PROTOCOL.log.download(stored, 0))
    return stored


async def remembering(link, virtual):
    """Return the entries that lie in the pod."""
    (firmware,) = virtual.firmware.values()
    kept.clear()
    kept.extend(firmware.memory.entries)


kept: list[bytes] = []


@pytest.mark.parametrize("rate_hz", [100, 200])
def test_a_log_is_fetched_bit_by_bit_and_on_the_clock(rate_hz):
    pod = a_pod(200)
    works = (logging(30, rate_hz=rate_hz), ended, remembering, listed, fetching)
    stored, packets = with_pod(pod, *works)
    assert PROTOCOL.log.fetched(packets, stored) == b"".join(kept)
    decoded = PROTOCOL.decode(packets)
    assert (decoded.lost, dict(decoded.trouble), len(decoded.samplings)) == (0, {}, 1)
    at = taken(pod, decoded.samples)
    np.testing.assert_array_equal(np.diff(at), 200 // rate_hz)
    assert len(at) > 30 * rate_hz
    assert len(at) == len(kept) // 4
    host_s = np.interp(decoded.samples["device_us"] * 1e-6, *decoded.arrival.T)
    late_s = host_s - pod.true_time_s[at]
    assert np.abs(late_s).max() < 0.1


def test_the_newest_entries_are_there_because_they_were_flushed(monkeypatch):
    pod = a_pod(100)
    works = (logging(10), ended, remembering, fetching)
    stored, packets = with_pod(pod, *works)
    assert len(kept) % 250
    assert len(PROTOCOL.log.fetched(packets, stored)) == 9 * len(kept)


def test_a_log_that_was_fetched_is_gone_and_another_can_begin():
    works = (logging(5), ended, fetching, listed)
    empty, _ = with_pod(a_pod(100), *works)
    assert empty == []
    _, packets = with_pod(a_pod(150), logging(5), ended, fetching, logging(5), ended, fetching)
    assert len(PROTOCOL.decode(packets).samples) > 2 * 5 * 200


def test_a_page_is_confirmed_only_when_what_was_received_is_safe():
    safe_at = []
    _, packets = with_pod(
        a_pod(100), logging(10), ended, fetching, safe=lambda said: safe_at.append(len(said))
    )
    ends = [k for k, one in enumerate(packets, 1) if one.payload == b"\x0b\x0d"]
    *safe_at, before_all_is_dropped = safe_at
    assert before_all_is_dropped >= ends[-1]
    assert len(safe_at) == len(ends) > 20
    # A pod goes on only when it was told so, but for how many entries are left.
    assert all(0 <= safe - end <= 1 for safe, end in zip(safe_at, ends, strict=True))


def test_a_download_that_a_lost_link_ended_goes_on_where_it_was():
    async def cut(link, virtual):
        (kill,) = virtual.kill_link.values()
        asyncio.get_running_loop().call_later(4, kill)
        with pytest.raises(LinkLostError):
            await fetching(link, virtual)

    pod = a_pod(200)
    stored, packets = with_pod(pod, logging(30), ended, remembering, cut, fetching)
    assert PROTOCOL.log.fetched(packets, stored) == b"".join(kept)
    assert PROTOCOL.decode(packets).lost == 0


def test_entries_that_do_not_arrive_are_not_erased(monkeypatch):
    async def deaf(link, virtual):
        (firmware,) = virtual.firmware.values()
        tell, said = firmware.logger._notify, []

        async def some(payload):
            entries = payload[:2] == bytes([Module.LOGGER, Logger.ENTRIES])
            said.append(entries)
            if not (entries and sum(said) == 300):
                await tell(payload)

        firmware.logger._notify = some
        with pytest.raises(ValueError, match=r"2 entries of the log did not arrive; .* fetch it"):
            await fetching(link, virtual)

    pod = a_pod(200)
    stored, packets = with_pod(pod, logging(20), ended, remembering, deaf, fetching)
    whole = PROTOCOL.log.fetched(packets, stored)
    assert sorted(whole[at : at + 9] for at in range(0, len(whole), 9)) == sorted(kept)


def test_a_log_outlasts_a_reboot_and_is_said_to_be_taken_as_begun():
    async def reboots(link, virtual):
        (reboot,) = virtual.reboot.values()
        await reboot()

    pod = a_pod(200)
    _, packets = with_pod(pod, logging(20), reboots, fetching)
    decoded = PROTOCOL.decode(packets)
    assert "has forgotten how" in decoded.assumed[0]
    np.testing.assert_array_equal(np.diff(taken(pod, decoded.samples)), 1)
    assert len(decoded.samples) > 20 * 200
    assert len(decoded.arrival) == 2


@pytest.mark.parametrize(
    ("work", "why"),
    [
        (streaming(1), "the pod is recording on board; end that first"),
        (logging(1), "the pod is recording on board already; end that first"),
        (fetching, "the pod is recording on board; end that first"),
    ],
)
def test_a_pod_that_records_on_board_is_left_alone(work, why):
    with pytest.raises(ValueError, match=why):
        with_pod(a_pod(), logging(3), work)


def test_a_pod_with_a_log_is_not_begun_anew():
    with pytest.raises(ValueError, match=r"still holds a log of \d+ entries; fetch that first"):
        with_pod(a_pod(), logging(3), ended, logging(3))


def test_a_pod_that_holds_no_run_is_refused(monkeypatch):
    monkeypatch.setitem(FIRMWARES, "metawear", MetaMotionR)
    with pytest.raises(ValueError, match="the pod holds 14 s of samples at that rate"):
        with_pod(a_pod(), logging(3))


def test_there_is_one_log_and_it_has_a_name():
    async def other(link, _):
        await converse(link, PROTOCOL.log.download(Stored("run 7"), 0))

    with pytest.raises(DecodeError, match="the log of a MetaWear is called log"):
        with_pod(a_pod(), other)


def test_while_a_pod_records_it_says_so():
    about, _ = with_pod(a_pod(), logging(3), told(PROTOCOL.about))
    assert about.doing == "recording on board"
