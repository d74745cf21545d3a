"""Movesense, decode the packets of one pod into samples; count what cannot be decoded."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from firmware_protocols.movesense_gsp.received import Received, sort_packets
from firmware_protocols.movesense_gsp.sbem import sort_log
from firmware_protocols.movesense_gsp.streams import (
    ACC_RANGES_G,
    ACC_UNIT_MPS2,
    G_MPS2,
    GYR_RANGES_DPS,
    GYR_UNIT_DPS,
    STREAMS,
    radps,
)
from firmware_protocols.movesense_gsp.table import (
    Counts,
    Table,
    acc_range_g,
    counts_of,
    gyr_range_dps,
    samplings,
    table_of,
)
from firmware_protocols.pieces import joined
from firmware_protocols.protocol import Configuration, Decoded, Packet
from firmware_protocols.sampling_order import newest_last, without_samples
from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.samples import SAMPLE, Samples, Scale

RATE_OFF: Final = 0.15
"""No sensor runs so far off the rate it is named by; what is further off is loss."""
MS: Final = 1e-3
OTHER_CLOCK_S: Final = 1.0
DRIFT: Final = 1e-3
ASKED_S: Final = 5.0
"""A pod is asked for its time so long before its log begins and after it ends, at the most."""


def decode(packets: Sequence[Packet], _: Sequence[Configuration] = ()) -> Decoded:
    """Decode everything received from one pod, in the order of arrival.

    Counts have one unit whatever the range, so no configuration is ever borrowed. What cannot be
    decoded is counted in `trouble`, never fatal. Logs that were fetched from the pod come first
    among the samplings, the newest live sampling last.
    """
    received = sort_packets(packets)
    found = [*_fetched(received), *_live(received)]
    return newest_last(
        found or [_silent(received)],
        battery_pct=received.battery_pct,
        trouble=received.trouble,
    )


def _live(received: Received) -> list[Decoded]:
    """Return the samplings of the stream with the most samples; others beside it are counted."""
    if not received.live:
        return []
    main = max(received.live, key=lambda k: sum(received.live[k].samples))
    beside = sum(len(rows.samples) for k, rows in received.live.items() if k != main)
    received.trouble["samples of another stream"] += beside
    stream = STREAMS[main]
    table = table_of(received.live[main], axes=stream.axes, trouble=received.trouble)
    device = {**_words(received), "stream": stream.path}
    return [_sampling(one, stream.rate_hz, device) for one in samplings(table, stream.rate_hz)]


def _fetched(received: Received) -> list[Decoded]:
    """Return the samplings of the logs that were fetched from the pod.

    Their clock is the pod's own, which its answers about the time pair with the host's.
    """
    told = np.array(
        [(time.relative_ms * MS, host_ns * 1e-9) for time, host_ns in received.times]
    ).reshape(-1, 2)
    found = []
    for pieces in received.logs.values():
        log = sort_log(joined(pieces), received.trouble)
        table = table_of(log.rows, axes=log.axes, trouble=received.trouble)
        nominal_hz = _nominal_hz(table)
        for one in samplings(table, nominal_hz):
            decoded = _sampling(one, nominal_hz, _words(received))
            found.append(replace(decoded, arrival=_of_its_start(told, decoded), logged=True))
    return found


def _of_its_start(told: FloatArray, decoded: Decoded) -> FloatArray:
    """Return the pairs of pod and host time (k, 2) that are of the start a log was made in.

    The pod was asked just before and just after; it has begun anew since, so later answers are of
    another clock, and without those two the log has none.
    """
    ends_s = decoded.samples["device_us"][[0, -1]] * 1e-6
    step_s = np.diff(told, axis=0)
    other = np.abs(step_s[:, 1] - step_s[:, 0]) > OTHER_CLOCK_S + step_s[:, 1] * DRIFT
    for pairs in np.split(told, np.flatnonzero(other) + 1):
        away_s = np.abs(pairs[:, :1] - ends_s)
        if len(pairs) > 1 and (away_s.min(axis=0) < ASKED_S).all():
            return np.asarray(pairs)
    return np.zeros((0, 2))


def _nominal_hz(table: Table) -> float:
    """Return the named rate that frames are nearest to: a log does not say it."""
    rates = np.array([stream.rate_hz for stream in STREAMS.values()])
    if len(table.t_ms) < 2:
        return float(rates.max())
    step_ms = np.diff(table.t_ms)
    ran = step_ms > 0
    if not ran.any():
        return float(rates.max())
    rate_hz = np.median(table.samples[:-1][ran] / (step_ms[ran] * MS))
    return float(rates[np.argmin(np.abs(np.log(rates / rate_hz)))])


def _sampling(table: Table, nominal_hz: float, device: dict[str, str]) -> Decoded:
    """Return one sampling, of frames whose clock runs on."""
    rate_hz = rate_of(table, nominal_hz)
    samples, lost = _samples(table, nominal_hz, rate_hz)
    acc = counts_of(table.acc, ACC_UNIT_MPS2, len(ACC_RANGES_G))
    gyr = counts_of(table.gyr, GYR_UNIT_DPS, len(GYR_RANGES_DPS))
    samples["acc_lsb"], samples["gyr_lsb"] = acc.counts, gyr.counts
    last_s = table.t_ms * MS + (table.samples - 1) / rate_hz
    return Decoded(
        samples=samples,
        arrival=np.column_stack([last_s, table.host_s]),
        scale=_scale(acc.scale, gyr.scale),
        rate_hz=rate_hz,
        device=device,
        battery_pct=None,
        lost=lost,
        clipped=_clipped(acc, gyr),
        assumed=_assumed(acc, gyr),
    )


def rate_of(table: Table, nominal_hz: float) -> float:
    """Return the rate at which a sensor runs: up to a few per cent off that it is named by.

    It is taken from frames that follow each other, over all of them, for their stamps are in whole
    ms.
    """
    step_ms = np.diff(table.t_ms)
    samples = table.samples[:-1]
    period_ms = step_ms / samples
    follows = np.abs(period_ms * nominal_hz * MS - 1) < RATE_OFF
    if follows.any():
        usual_ms = float(np.median(period_ms[follows]))
        follows = np.abs(step_ms - samples * usual_ms) < samples * usual_ms / 2
    if not follows.any():
        return nominal_hz
    return float(samples[follows].sum() / (step_ms[follows].sum() * MS))


def _samples(table: Table, nominal_hz: float, rate_hz: float) -> tuple[Samples, int]:
    """Return the samples of frames, numbered by their time, and how many are missing between.

    What is lost of one link are whole frames; another link begins with any sample. The first
    number is taken from the pod's clock at the rate it is named by, so that the same first frame
    always has the same.
    """
    whole = np.where(np.diff(table.link) == 0, np.gcd.reduce(table.samples), 1)
    lost = np.diff(table.t_ms) * MS * rate_hz - table.samples[:-1]
    missing = whole * np.maximum(0, np.rint(lost / whole)).astype(np.int64)
    first = np.zeros(len(table.t_ms), np.int64)
    np.cumsum(table.samples[:-1] + missing, out=first[1:])
    first += round(int(table.t_ms[0]) * MS * nominal_hz)
    within = np.arange(int(table.samples.sum())) - np.repeat(_begins(table), table.samples)
    samples = np.zeros(len(within), SAMPLE)
    samples["index"] = np.repeat(first, table.samples) + within
    device_us = np.repeat(table.t_ms * 1000, table.samples) + np.rint(within * (1e6 / rate_hz))
    samples["device_us"] = np.maximum.accumulate(device_us.astype(np.int64))
    return samples, int(missing.sum())


def _begins(table: Table) -> IntArray:
    return np.concatenate([[0], np.cumsum(table.samples)[:-1]])


def _scale(acc_step: int | None, gyr_step: int | None) -> Scale:
    acc_g, gyr_dps = acc_range_g(acc_step), gyr_range_dps(gyr_step)
    return Scale(
        acc_mps2=ACC_UNIT_MPS2,
        acc_range_mps2=None if acc_g is None else acc_g * G_MPS2,
        gyr_radps=radps(GYR_UNIT_DPS),
        gyr_range_radps=None if gyr_dps is None else radps(gyr_dps),
    )


def _clipped(acc: Counts, gyr: Counts) -> BoolArray | None:
    if acc.scale is None or gyr.scale is None:
        return None
    return np.column_stack([acc.clipped, gyr.clipped])


def _assumed(acc: Counts, gyr: Counts) -> tuple[str, ...]:
    if acc.scale is None or gyr.scale is None:
        return ("its full scale does not show in its samples, so clipping cannot be seen",)
    return ()


def _silent(received: Received) -> Decoded:
    """Return what is known of a pod of which no sample was received."""
    rate_hz = max(stream.rate_hz for stream in STREAMS.values())
    return without_samples(Configuration(0, _scale(None, None), rate_hz), _words(received))


def _words(received: Received) -> dict[str, str]:
    hello = received.hello
    if hello is None:
        return {}
    return {
        "serial": hello.serial,
        "protocol": f"Movesense GSP {hello.protocol}",
        "hardware": hello.product,
        "firmware": f"{hello.app} {hello.version}".strip(),
    }
