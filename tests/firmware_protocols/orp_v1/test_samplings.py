"""A pod that begins anew begins another sampling, however its packets tell of it."""

from dataclasses import replace

import numpy as np
import pytest
from vendor_bytes.orp_bytes import (
    FRAME,
    OPENING,
    RATE_HZ,
    configured,
    counts,
    started,
    stream,
)

from firmware_protocols.orp_v1 import PROTOCOL, config, info
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.protocol import Packet


def indices(decoded):
    return [(s.samples["index"][0], len(s.samples)) for s in decoded.samplings]


def later(packets, seconds):
    return [replace(p, host_ns=p.host_ns + round(seconds * 1e9)) for p in packets]


def test_every_sampling_is_returned_each_with_its_own_clock_and_scale():
    other = config.Effective(1, RATE_HZ, {1: 8}, 100, {1: 0.125})
    raw = counts(57), counts(190, seed=1)
    decoded = PROTOCOL.decode(
        [
            *OPENING,
            *stream(raw[0]),
            configured(other),
            started(0, 77_000_000),
            *stream(raw[1], t_start_us=77_000_000),
        ]
    )
    assert decoded.trouble == {}
    before, after = decoded.samplings
    for sampling, known, begin_us in ((before, raw[0], 5_000_000), (after, raw[1], 77_000_000)):
        np.testing.assert_array_equal(sampling.samples["acc_lsb"], known[:, :3])
        assert sampling.samples["device_us"][0] == begin_us
        assert (sampling.lost, sampling.assumed) == (0, ())
        assert len(sampling.arrival) == len(known) // FRAME
    assert (before.scale.acc_mps2, after.scale.acc_mps2) == (0.5, 0.125)


def test_another_time_of_start_alone_tells_of_a_restart():
    live = [*stream(counts(19)), started(0, 9_000_000), *stream(counts(38), t_start_us=9_000_000)]
    decoded = PROTOCOL.decode([*OPENING, *live])
    assert indices(decoded) == [(0, 19), (0, 38)]
    assert decoded.samples["device_us"][0] == 9_000_000
    assert decoded.assumed == (
        "its configuration (range and scale) was not received; "
        "that of another start of it is assumed",
    )


def test_another_boot_id_tells_of_a_restart():
    booted = Packet(0, Channel.INFO, info.encode_info(info.Info("POD-7", role=2, boot_id=1)))
    one, other = stream(counts(38)), stream(counts(57, seed=1))
    decoded = PROTOCOL.decode([*OPENING, *one, booted, configured(), *later(other, 60)])
    assert indices(decoded) == [(0, 38), (0, 57)]
    assert [s.device["boot"] for s in decoded.samplings] == ["0000beef", "00000001"]


@pytest.mark.parametrize(
    ("first", "t_start_us", "after_s"),
    [
        (0, 5_000_000, 3.0),  # index and clock start over just as before
        (0, 900_000_000, 3.0),  # the index starts over, the clock is any
        (40, 900_000_000, 3.0),  # its first frames are lost, too
        (300, 5_000_000, 600.0),  # and here even the index goes on; the host's clock tells
    ],
)
def test_the_frames_alone_tell_of_a_restart(first, t_start_us, after_s):
    raw = counts(190), counts(190, seed=1)
    live = [*stream(raw[0]), *later(stream(raw[1], first=first, t_start_us=t_start_us), after_s)]
    decoded = PROTOCOL.decode([*OPENING, *live])
    assert indices(decoded) == [(0, 190), (first, 190)]
    for sampling, known in zip(decoded.samplings, raw, strict=True):
        np.testing.assert_array_equal(sampling.samples["acc_lsb"], known[:, :3])


def test_a_start_whose_answer_alone_is_left_belongs_to_what_follows():
    one, other = stream(counts(190)), stream(counts(57, seed=1), t_start_us=9_000_000)
    decoded = PROTOCOL.decode([configured(), *one, started(0, 9_000_000), *later(other, 3)])
    assert indices(decoded) == [(0, 190), (0, 57)]


def test_a_stream_is_one_sampling_however_late_and_often_it_arrives():
    live = stream(counts(950))
    late = [*live[:20], *[replace(p, host_ns=live[-1].host_ns + 30 * 10**9) for p in live[20:]]]
    twice = [p for packet in live for p in (packet, packet)]
    for packets in (late, twice):
        decoded = PROTOCOL.decode([*OPENING, *packets])
        assert indices(decoded) == [(0, 950)]
    assert len(decoded.arrival) == len(live)


@pytest.mark.parametrize("t_start_us", [5_004_000, 9_000_000])
def test_back_fill_goes_to_the_sampling_whose_clock_it_has(t_start_us):
    raw = counts(950), counts(380, seed=1)
    live = stream(raw[0])
    back = stream(raw[0][190:380], first=190, channel=Channel.BULK, size=7)
    after = stream(raw[1], t_start_us=t_start_us)
    decoded = PROTOCOL.decode(
        [
            *OPENING,
            *live[:10],
            *live[20:],
            started(0, t_start_us),
            *later(after[:15], 8),
            *later(back, 9),
            *later(after[15:], 8),
        ]
    )
    assert indices(decoded) == [(0, 950), (0, 380)]
    for sampling, known in zip(decoded.samplings, raw, strict=True):
        np.testing.assert_array_equal(sampling.samples["acc_lsb"], known[:, :3])


def test_back_fill_of_no_known_sampling_is_counted_and_left_out():
    stray = stream(counts(19, seed=2), t_start_us=400_000_000, channel=Channel.BULK)
    after = stream(counts(57, seed=1), t_start_us=9_000_000)
    decoded = PROTOCOL.decode(
        [*OPENING, *stream(counts(57)), started(0, 9_000_000), *after, *stray]
    )
    assert indices(decoded) == [(0, 57), (0, 57)]
    assert decoded.trouble == {"back-fill of no known sampling": 1}
