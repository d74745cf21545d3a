"""Polar PMD, decode the packets of one pod into samples; count what cannot be decoded."""

from collections.abc import Sequence
from dataclasses import replace
from math import radians
from typing import Final

import numpy as np

from firmware_protocols.polar_pmd.control import Kind, Setting
from firmware_protocols.polar_pmd.conversation import chosen
from firmware_protocols.polar_pmd.frames import LAYOUTS, decode_readings
from firmware_protocols.polar_pmd.received import (
    Meaning,
    Received,
    Rows,
    main_meaning,
    sort_packets,
)
from firmware_protocols.polar_pmd.streams import (
    Numbered,
    Stream,
    numbered,
    period_ns,
    renumbered,
)
from firmware_protocols.protocol import (
    Configuration,
    Decoded,
    NoConfigurationError,
    Packet,
    Wanted,
)
from firmware_protocols.sampling_order import newest_last, without_samples
from imu.frames import GRAVITY_MPS2, BoolArray, FloatArray, IntArray
from imu.recording.samples import SAMPLE, Scale

RATES_HZ: Final = (416.0, 208.0, 200.0, 104.0, 100.0, 52.0, 50.0, 26.0, 25.0)
NEAR_NOMINAL: Final = 0.06
JUMP_S: Final = 0.5
"""Delay only adds. A clock that overtakes the earliest arrival by more was set."""
FULL_COUNTS: Final = 2**15
SAME_RANGE: Final = 0.02
NO_FACTOR: Final = (
    "the answer with the unit of its counts was not received, and that of no other pod can stand "
    "in for it; record again"
)
FROM_ANOTHER_POD: Final = "the unit of its counts was not received; that of another pod is assumed"
FULL_SI: Final = {Kind.ACC: GRAVITY_MPS2, Kind.GYRO: radians(1)}


def decode(packets: Sequence[Packet], borrowed: Sequence[Configuration] = ()) -> Decoded:
    """Decode everything received from one pod, in the order of arrival.

    What cannot be decoded is counted in `trouble`, never fatal. `borrowed` are configurations of
    other pods, for frames whose factor was not received. Raises NoConfigurationError where none
    gives the unit of the counts.
    """
    received = sort_packets(packets)
    streams = _streams(received)
    configuration, assumed = _configuration(received, streams, borrowed)
    found = []
    if Kind.ACC in streams:
        found = [
            replace(one, assumed=assumed) for one in _samplings(streams, received, configuration)
        ]
    elif Kind.GYRO in streams:
        received.trouble["angular rate without acceleration"] += len(streams[Kind.GYRO].counts)
    return newest_last(
        found or [_silent(received, configuration)],
        battery_pct=received.battery_pct,
        trouble=received.trouble,
    )


def _streams(received: Received) -> dict[int, Stream]:
    """Return the frames of acceleration and angular rate that can be used, in order of arrival."""
    streams: dict[int, Stream] = {}
    for kind in (Kind.ACC, Kind.GYRO):
        if (meaning := main_meaning(received, kind)) is None:
            continue
        rows = received.frames[kind][meaning]
        others = sum(len(one.payloads) for one in received.frames[kind].values())
        received.trouble["samples of another kind"] += others - len(rows.payloads)
        if len((stream := _stream(kind, meaning, rows, received)).counts):
            streams[kind] = stream
    return streams


def _stream(kind: int, meaning: Meaning, rows: Rows, received: Received) -> Stream:
    readings = decode_readings(rows.payloads, LAYOUTS[kind, meaning.frame_type])
    received.trouble.update(readings.trouble)
    used = readings.per_frame > 0
    return Stream(
        counts=readings.counts,
        per_frame=readings.per_frame[used],
        last_ns=np.array(rows.t_ns, np.int64)[used],
        host_s=np.array(rows.host_ns, np.float64)[used] * 1e-9,
        place=np.array(rows.place, np.int64)[used],
    )


# What the counts mean ----------------------------------------------------------------------------


def _configuration(
    received: Received, streams: dict[int, Stream], borrowed: Sequence[Configuration]
) -> tuple[Configuration, tuple[str, ...]]:
    """Return what the samples mean and, where it is not what the pod said, so in words."""
    meanings = {
        kind: meaning
        for kind in (Kind.ACC, Kind.GYRO)
        if (meaning := main_meaning(received, kind)) is not None
    }
    number = sum((one.frame_type + 1) << 8 * (kind == Kind.GYRO) for kind, one in meanings.items())
    rate_hz = _rate_hz(received, streams)
    if any(meaning.factor is None for meaning in meanings.values()):
        like = {one.scale for one in borrowed if one.number == number}
        if len(like) != 1:
            raise NoConfigurationError(NO_FACTOR)
        return Configuration(number, like.pop(), rate_hz), (FROM_ANOTHER_POD,)
    acc, acc_range = _unit(Kind.ACC, meanings, received)
    gyr, gyr_range = _unit(Kind.GYRO, meanings, received)
    no_unit = Scale(GRAVITY_MPS2 / 1000, None, None, None)
    if acc is None:
        return Configuration(number, no_unit, rate_hz), ()
    return Configuration(number, Scale(acc, acc_range, gyr, gyr_range), rate_hz), ()


def _unit(
    kind: Kind, meanings: dict[Kind, Meaning], received: Received
) -> tuple[float | None, float | None]:
    """Return SI of one count, and full scale; None where that is not known."""
    if (meaning := meanings.get(kind)) is None:
        return None, None
    factor = meaning.factor or 1.0
    unit = LAYOUTS[kind, meaning.frame_type].si * factor
    return unit, _range(kind, meaning, factor, received)


def _range(kind: Kind, meaning: Meaning, factor: float, received: Received) -> float | None:
    """Return full scale: what the factor says, else the widest offered, which is asked for."""
    layout = LAYOUTS[kind, meaning.frame_type]
    offered = np.array(received.offered.get(kind, {}).get(Setting.RANGE, ()), np.float64)
    offered_si = offered * FULL_SI[kind]
    full_si = FULL_COUNTS * layout.si * factor
    if layout.scaled and not layout.floats and factor != 1:
        near = np.abs(offered_si / full_si - 1) < SAME_RANGE
        return float(offered_si[near][0]) if near.any() else full_si
    return float(offered_si.max()) if len(offered_si) else None


def _rate_hz(received: Received, streams: dict[int, Stream]) -> float:
    """Return the nominal rate, which the pod does not repeat: the offered one that is measured."""
    offered = [
        float(rate_hz)
        for settings in received.offered.values()
        for rate_hz in settings.get(Setting.RATE, ())
        if rate_hz
    ]
    rates_hz = np.array(offered or RATES_HZ)
    asked_hz = _asked_hz(received) or float(rates_hz.max())
    stream = streams.get(Kind.ACC) or streams.get(Kind.GYRO)
    if stream is None:
        return asked_hz
    measured_hz = 1e9 / period_ns(stream, 1e9 / asked_hz)
    nearest_hz = float(rates_hz[np.argmin(np.abs(np.log(rates_hz / measured_hz)))])
    return nearest_hz if abs(measured_hz / nearest_hz - 1) < NEAR_NOMINAL else round(measured_hz, 1)


def _asked_hz(received: Received) -> float | None:
    """Return the rate that is asked for by default of a pod that offers these."""
    try:
        first = chosen(list(received.offered.values()), Wanted())[0]
    except (TypeError, ValueError):
        return None
    return float(first[Setting.RATE][0]) or None


# Samples -----------------------------------------------------------------------------------------


def _samplings(
    streams: dict[int, Stream], received: Received, configuration: Configuration
) -> list[Decoded]:
    """Return a sampling for each time that the pod's clock began anew."""
    number = _clocks(streams)
    found = []
    for clock in range(max(int(one.max()) for one in number.values()) + 1):
        parts = {kind: one.part(number[kind] == clock) for kind, one in streams.items()}
        if len(parts[Kind.ACC].counts):
            found.append(_sampling(parts, received, configuration))
    return [one for one in found if len(one.samples)]


def _clocks(streams: dict[int, Stream]) -> dict[int, IntArray]:
    """Return for the frames of each stream which of the pod's clocks stamps them.

    All streams of a pod have one. It began anew where it went back or stood still from one frame to
    the next of a stream, or went ahead: where a frame came earlier after its stamp than any before.
    """
    kinds = list(streams)
    kind = np.concatenate([np.full(len(streams[k].last_ns), k) for k in kinds])
    host_s = np.concatenate([streams[k].host_s for k in kinds])
    last_ns = np.concatenate([streams[k].last_ns for k in kinds])
    order = np.argsort(np.concatenate([streams[k].place for k in kinds]))
    began = np.zeros(len(order), bool)
    for k in kinds:
        of_it = np.flatnonzero(kind[order] == k)
        began[of_it] = np.diff(last_ns[order][of_it], prepend=-1) <= 0
    _went_ahead(began, (host_s - last_ns * 1e-9)[order])
    clock = np.cumsum(began)
    return {k: clock[kind[order] == k] for k in kinds}


def _went_ahead(began: BoolArray, lag_s: FloatArray) -> None:
    """Mark in `began` (k,) also where the lag behind the stamp falls below any before."""
    starts = [0, *np.flatnonzero(began).tolist()]
    for start, stop in zip(starts, [*starts[1:], len(began)], strict=True):
        lag = lag_s[start:stop]
        began[start + 1 : stop] |= lag[1:] < np.minimum.accumulate(lag)[:-1] - JUMP_S


def _sampling(
    parts: dict[int, Stream], received: Received, configuration: Configuration
) -> Decoded:
    """Return one sampling, of frames whose clock runs on."""
    acc = parts[Kind.ACC]
    nominal_ns = 1e9 / configuration.rate_hz
    grid = numbered(acc, period_ns(acc, nominal_ns), nominal_ns)
    rows = np.arange(len(grid.index))
    gyr_counts: IntArray = np.zeros((len(rows), 3), np.int64)
    words = _words(received)
    if (gyr := parts.get(Kind.GYRO)) is not None:
        rows, paired, late_ms = _paired(grid, gyr, nominal_ns)
        gyr_counts = gyr.counts[paired]
        # Before the first pair and behind the last, one of the streams has only begun.
        expected = int(rows[-1] - rows[0]) + 1 if len(rows) else len(grid.index)
        received.trouble["acceleration without angular rate"] += expected - len(rows)
        if len(rows):
            words["gyroscope"] = f"at most {late_ms:.2f} ms from the acceleration it is paired with"
    samples = np.zeros(len(rows), SAMPLE)
    samples["index"] = index = grid.index[rows]
    samples["device_us"] = grid.time_ns[rows] // 1000
    samples["acc_lsb"] = acc.counts[rows]
    samples["gyr_lsb"] = gyr_counts
    return Decoded(
        samples=samples,
        arrival=np.column_stack([acc.last_ns * 1e-9, acc.host_s]),
        scale=configuration.scale,
        rate_hz=configuration.rate_hz,
        device=words,
        battery_pct=None,
        lost=int(index[-1] - index[0]) + 1 - len(index) if len(index) else 0,
        config_number=configuration.number,
    )


def _paired(grid: Numbered, gyr: Stream, nominal_ns: float) -> tuple[IntArray, IntArray, float]:
    """Return rows of `grid` and of `gyr` that belong together, and the most ms between two.

    A row without a partner is none of the samples: they hold both, and nothing is made up.
    """
    if not len(gyr.counts):
        nothing: IntArray = np.zeros(0, np.int64)
        return nothing, nothing, 0.0
    own = numbered(gyr, period_ns(gyr, nominal_ns), nominal_ns)
    own = renumbered(own, gyr.per_frame, gyr.last_ns, grid)
    _, rows, paired = np.intersect1d(grid.index, own.index, return_indices=True)
    late_ns = np.abs(grid.time_ns[rows] - own.time_ns[paired])
    return rows, paired, float(late_ns.max(initial=0)) * 1e-6


def _silent(received: Received, configuration: Configuration) -> Decoded:
    """Return what is known of a pod of which no sample was received."""
    return without_samples(configuration, _words(received))


def _words(received: Received) -> dict[str, str]:
    return {**received.words, "protocol": "Polar PMD"} if received.words else {}
