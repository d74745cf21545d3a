"""A run of which pods hold a part on board, and of which a part came by radio."""

import asyncio
from dataclasses import replace

import numpy as np

from firmware_protocols.capture2go.frames import Assembler, encode_frame, join_notification
from firmware_protocols.capture2go.gatt import Channel
from firmware_protocols.capture2go.samples import SAMPLE_KINDS
from pipelines.capture.arm.arm import Orders, arm
from pipelines.capture.fetch.fetch import fetch
from pipelines.process.from_journal.decode_journal import received
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import run_virtual
from pipelines.store.journal.reader import read_journal
from pipelines.store.journal.writer import JournalWriter
from pods.armed_pods import KINDS, in_memory, place_at
from pods.long_run import positions


def written(path, header, packets, *, close=True):
    """Write a journal of these packets by stream."""
    with JournalWriter(path, header) as journal:
        every = [(one, number) for number, said in packets.items() for one in said]
        for one, number in sorted(every, key=lambda pair: pair[0].host_ns):
            journal.append(number, one.host_ns, one.payload, one.channel)
        if close:
            journal.close(every[-1][0].host_ns)
    return path


def whole(path, pods):
    raw = received(read_journal(path))
    for pod in pods:
        one = raw.pods[pod.placement]
        at = positions(pod, one.samples)
        np.testing.assert_array_equal(np.diff(at), 1)
        np.testing.assert_array_equal(np.diff(one.samples["index"]), 1)
    return raw


def half_by_radio(folder, pods, others, *, cut=300, sent=slice(0, 400)):
    """Return the journal of a log that lacks the begin, and one of radio that lacks the end.

    The log lacks `cut` packages of eight samples, and `sent` of them came by radio. What came so
    is what `others` measured.
    """
    rig, contents = KINDS["capture2go"][1], []

    def ran(worn, store, *, cut):
        async def main():
            async with virtual_radio(worn) as air:
                place, _ = place_at(store, air, rig)
                await arm(place, Orders())
                await asyncio.sleep(30)
                for pod in worn:
                    firmware = air.firmware[pod.name]
                    firmware._end_measuring()
                    contents.append(in_memory(firmware))
                    (recording,) = firmware.memory.recordings.values()
                    frame = len(encode_frame(next(iter(Assembler().feed(bytes(recording))))))
                    del recording[: frame * cut]
                return await fetch(place, {})

        return read_journal(run_virtual(main()))

    log = ran(pods, folder / "log", cut=cut)
    if others is not pods:
        contents.clear()
        ran(others, folder / "other", cut=0)
    live = {number: said[:4] for number, said in log.packets.items()}
    for number, content in zip(log.packets, contents, strict=True):
        live[number] = [*live[number], *list(by_radio(log, number, content))[sent]]
    header = replace(log.header, session=f"{log.header.session[:10]}-c3d4")
    return log.path, written(folder / "radio.journal", header, live)


def by_radio(log, number, content):
    """Yield the packages of a recording as if they had been sent as they were made."""
    template = log.packets[number][-1]
    raw = received(log).pods[log.header.pods[number].placement]
    late_s = raw.time_s[0] - raw.samples["device_us"][0] * 1e-6 + log.header.started_ns * 1e-9
    for package in Assembler().feed(content):
        assert package.id in SAMPLE_KINDS
        device_ns = int.from_bytes(package.payload[:8], "little", signed=True)
        at_ns = device_ns + round(late_s * 1e9) + 60_000_000
        payload = join_notification([], encode_frame(package))
        yield replace(template, host_ns=at_ns, channel=Channel.TX, payload=payload)
