"""MetaWear, decode the packets of one pod into samples; count what cannot be decoded."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np

from firmware_protocols.metawear.entries import (
    Logged,
    samples_of,
    step_ticks,
    triggers_of,
    unwrapped,
)
from firmware_protocols.metawear.messages import TICK_S
from firmware_protocols.metawear.numbering import numbered
from firmware_protocols.metawear.packed import paired
from firmware_protocols.metawear.received import STALE, Received, Run, sort_packets
from firmware_protocols.metawear.sensors import BMI270, RATES_HZ, STAMPED, VECTOR, Sensors, Setting
from firmware_protocols.protocol import Configuration, Decoded, NoConfigurationError, Packet
from firmware_protocols.sampling_order import newest_last
from imu.frames import FloatArray, IntArray
from imu.recording.samples import SAMPLE, Samples

SILENT_S: Final = 1.0
"""After so long without any packed sample the streams of both sensors are put together anew."""
CLOSE: Final = 0.03
"""Two rates that differ by less are one: arrivals do not tell a rate better."""
UNSEEN: Final = (
    "packed samples have no time and no number: lost ones show only where one sensor lost more "
    "than the other or nothing came, and times are those of arrival; up to 100 Hz the pod sends "
    "its time"
)
STALE_NS: Final = 5_000_000_000
"""What a pod goes on with on a new link ends so soon: when it has said who it is."""
FROM_ANOTHER_START: Final = (
    "its configuration (range and scale) was not received; that of another start of it is assumed"
)
FROM_ANOTHER_POD: Final = (
    "its configuration (range and scale) was not received; that of another pod is assumed"
)
AS_BEGUN: Final = (
    "the pod was started anew after it recorded, and has forgotten how: it is taken to have "
    "recorded as midstance begins it, at ±16 g and ±2000 °/s"
)
NO_UNIT: Final = (
    "these packets hold no answer of the pod on its ranges, so its counts have no unit; record "
    "again from the beginning"
)
BEGUN_G, BEGUN_DPS = 16, 2000


def decode(packets: Sequence[Packet], borrowed: Sequence[Configuration] = ()) -> Decoded:
    """Decode everything received from one pod, in the order of arrival.

    What cannot be decoded is counted in `trouble`, never fatal. A log that was fetched comes first
    among the samplings, the newest live sampling last. Raises NoConfigurationError where the unit
    of the counts is not known, and `borrowed` has none to stand in.
    """
    received = sort_packets(packets)
    found = [*_logged(received, borrowed), *_live(received, borrowed)]
    all_of_them = [
        replace(one, device=received.device) for one in found or [_silent(received, borrowed)]
    ]
    return newest_last(all_of_them, battery_pct=received.battery_pct, trouble=received.trouble)


@dataclass(frozen=True)
class _Known:
    """What samples mean, and in words whose that is, where it is not their own."""

    configuration: Configuration
    assumed: tuple[str, ...] = ()

    @property
    def rate_hz(self) -> float:
        return self.configuration.rate_hz


def _known(sensors: Sensors | None, borrowed: Sequence[Configuration]) -> _Known:
    if sensors is not None:
        return _Known(sensors.configuration)
    if len(set(borrowed)) == 1:
        return _Known(borrowed[0], (FROM_ANOTHER_POD,))
    raise NoConfigurationError(NO_UNIT)


def _silent(received: Received, borrowed: Sequence[Configuration]) -> Decoded:
    """Return what is known of a pod of which no sample was received."""
    known = _known(received.sensors or received.runs[-1].sensors, borrowed)
    return _sampling(np.zeros(0, SAMPLE), np.zeros((0, 2)), known)


def _sampling(
    samples: Samples,
    arrival: FloatArray,
    known: _Known,
    rate_hz: float | None = None,
    lost: int = 0,
) -> Decoded:
    configuration = known.configuration
    return Decoded(
        samples=samples,
        arrival=arrival,
        scale=configuration.scale,
        rate_hz=configuration.rate_hz if rate_hz is None else rate_hz,
        device={},
        battery_pct=None,
        lost=lost,
        config_number=configuration.number,
        assumed=known.assumed,
    )


def _samples(index: IntArray, device_s: FloatArray, acc: Any, gyr: Any) -> Samples:
    samples = np.zeros(len(index), SAMPLE)
    samples["index"] = index
    samples["device_us"] = np.rint(device_s * 1e6)
    samples["acc_lsb"], samples["gyr_lsb"] = acc, gyr
    return samples


# Live --------------------------------------------------------------------------------------------


def _live(received: Received, borrowed: Sequence[Configuration]) -> Iterator[Decoded]:
    """Yield the live samplings: of stamped samples one for each start of the pod, of packed one."""
    together: list[Run] = []
    for run in _settled(received):
        if not run.stamped and not run.packed:
            continue
        if together and not _goes_on(together[-1], run):
            yield from _of_runs(together, borrowed, received.trouble)
            together = []
        together.append(run)
    if together:
        yield from _of_runs(together, borrowed, received.trouble)


def _settled(received: Received) -> list[Run]:
    """Return the runs; the first began before the pod was asked, so it is not known how.

    If it is short, it is of whoever told the pod before. If not, the beginning is missing.
    """
    first, *others = received.runs
    known = {run.sensors for run in others}
    if not others or len(known) > 1 or first.span_ns < STALE_NS:
        stale = len(first.stamped) + len(first.packed) if others else 0
        received.trouble[STALE] += stale
        return received.runs[1:] if others else received.runs
    return [replace(first, sensors=known.pop(), start=others[0].start, assumed=True), *others]


def _goes_on(before: Run, run: Run) -> bool:
    """Return whether a run is of the same kind, clock and setting as the one before."""
    same_kind = bool(before.stamped) == bool(run.stamped) and before.assumed == run.assumed
    return same_kind and before.sensors == run.sensors and before.start == run.start


def _of_runs(
    runs: Sequence[Run], borrowed: Sequence[Configuration], trouble: Counter[str]
) -> Iterator[Decoded]:
    known = _known(runs[0].sensors, borrowed)
    if runs[0].assumed:
        known = replace(known, assumed=(FROM_ANOTHER_START,))
    if runs[0].sensors is not None and runs[0].sensors.acc.rate_hz != runs[0].sensors.gyr.rate_hz:
        trouble["samples of sensors at two rates"] += sum(
            len(run.stamped) + len(run.packed) for run in runs
        )
    elif runs[0].stamped:
        trouble["packed beside stamped samples"] += sum(len(run.packed) for run in runs)
        yield from _of_stamped(runs, known, trouble)
    else:
        yield from _of_packed(runs, known, trouble)


def _of_stamped(runs: Sequence[Run], known: _Known, trouble: Counter[str]) -> Iterator[Decoded]:
    payloads = [payload for run in runs for payload in run.stamped]
    host_ns = np.array([at for run in runs for at in run.stamped_ns], np.int64)
    rows = np.frombuffer(b"".join(payloads), STAMPED)
    step = step_ticks(rows["tick"])
    anew = np.concatenate([[True], step < 0])
    again = np.concatenate([[False], step == 0])
    trouble["delivered twice"] += int(again.sum())
    edges = np.flatnonzero(anew)
    for first, stop in zip(edges, [*edges[1:], len(rows)], strict=True):
        use = first + np.flatnonzero(~again[first:stop])
        part = rows[use]
        tick = unwrapped(part["tick"])
        number = numbered(tick, known.rate_hz)
        device_s = np.asarray(tick * TICK_S, np.float64)
        arrival = np.column_stack([device_s, np.maximum.accumulate(host_ns[use]) * 1e-9])
        samples = _samples(number.index, device_s, part["acc"], part["gyr"])
        yield _sampling(samples, arrival, known, number.rate_hz, number.lost)


def _of_packed(runs: Sequence[Run], known: _Known, trouble: Counter[str]) -> Iterator[Decoded]:
    """Yield one sampling; index 0 is about the zero of the host's clock."""
    parts: list[tuple[Samples, FloatArray, float]] = []
    for run in runs:
        host_s = np.maximum.accumulate(np.array(run.packed_ns, np.float64) * 1e-9)
        of_acc, rows = np.array(run.of_acc), np.frombuffer(b"".join(run.packed), VECTOR)
        edges = [0, *(np.flatnonzero(np.diff(host_s) > SILENT_S) + 1).tolist(), len(host_s)]
        for first, stop in pairwise(edges):
            part = slice(first, stop)
            vectors = rows.reshape(-1, 3, 3)[part]
            one = _packed_part(of_acc[part], host_s[part], vectors, known.rate_hz)
            if one is None:
                trouble["samples of one sensor alone"] += stop - first
            else:
                parts.append(one)
    if parts:
        yield _put_together(parts, known)


def _packed_part(
    of_acc: Any, host_s: FloatArray, vectors: Any, nominal_hz: float
) -> tuple[Samples, FloatArray, float] | None:
    """Return samples, arrival and measured rate of what came without a long silence."""
    pairs = paired(of_acc, host_s, nominal_hz)
    if pairs is None:
        return None
    acc, gyr = vectors[of_acc].reshape(-1, 3), vectors[~of_acc].reshape(-1, 3)
    time_s = pairs.clock.at(pairs.number)
    index = pairs.number + round((time_s[0] - pairs.number[0] / nominal_hz) * nominal_hz)
    samples = _samples(index, time_s, acc[pairs.acc], gyr[pairs.gyr])
    arrival = np.column_stack([pairs.clock.at(pairs.last), pairs.host_s])
    return samples, arrival, pairs.clock.rate_hz


def _put_together(parts: Sequence[tuple[Samples, FloatArray, float]], known: _Known) -> Decoded:
    """Return the samplings of stretches one behind the other, each placed by its arrival."""
    ends = None
    for samples, _, __ in parts:
        if ends is not None and samples["index"][0] <= ends:
            samples["index"] += ends + 1 - samples["index"][0]
        ends = samples["index"][-1]
    together = np.concatenate([samples for samples, _, __ in parts])
    together["device_us"] = np.maximum.accumulate(together["device_us"])
    arrival = np.maximum.accumulate(np.concatenate([arrival for _, arrival, __ in parts]))
    longest = max(parts, key=lambda part: len(part[0]))
    rate_hz = known.rate_hz if abs(longest[2] / known.rate_hz - 1) < CLOSE else longest[2]
    lost = int(together["index"][-1] - together["index"][0]) + 1 - len(together)
    decoded = _sampling(together, arrival, known, rate_hz, lost)
    said = () if rate_hz == known.rate_hz else (_off(known.rate_hz, rate_hz),)
    return replace(decoded, time_quality="host", assumed=(UNSEEN, *known.assumed, *said))


def _off(nominal_hz: float, rate_hz: float) -> str:
    return f"it was set to {nominal_hz:g} Hz, but {rate_hz:.3g} Hz arrived"


# Log ---------------------------------------------------------------------------------------------


def _logged(received: Received, borrowed: Sequence[Configuration]) -> Iterator[Decoded]:
    """Yield the samplings of the log that was fetched, one for each start of the pod."""
    if not received.log:
        return
    chip = received.chip or BMI270
    triggers = received.triggers or dict(enumerate(triggers_of(chip)))
    content = b"".join(received.log)
    sensors, newest = received.fetched_as
    for one in samples_of(content, triggers, chip, received.trouble):
        own = received.triggers and newest in (None, one.start)
        known = _known(sensors, borrowed) if own else _as_begun(one.tick)
        number = numbered(one.tick, known.rate_hz)
        device_s = np.asarray(one.tick * TICK_S, np.float64)
        samples = _samples(number.index, device_s, one.acc, one.gyr)
        arrival = _told(received, one)
        logged = _sampling(samples, arrival, known, number.rate_hz, number.lost)
        yield replace(logged, logged=True)


def _as_begun(tick: IntArray) -> _Known:
    """Return how midstance begins a log, at the rate that is nearest to what is there."""
    period_s = float(np.median(np.diff(tick))) * TICK_S if len(tick) > 1 else 0.0
    rates = np.array(RATES_HZ)
    rate_hz = float(rates[np.argmin(np.abs(np.log(rates * period_s)))]) if period_s else rates[0]
    sensors = Sensors(Setting(rate_hz, BEGUN_G), Setting(rate_hz, BEGUN_DPS))
    return _Known(sensors.configuration, (AS_BEGUN,))


def _told(received: Received, logged: Logged) -> FloatArray:
    """Return the pairs of pod and host time (k, 2) of the start of the pod that a log was made in.

    They are what the pod answered when it was begun, ended and fetched.
    """
    pairs = [(time.tick, ns) for time, ns in received.times if time.start == logged.start]
    if not pairs:
        return np.zeros((0, 2))
    tick = unwrapped(np.array([pairs[0][0], *(tick for tick, _ in pairs)]))[1:]
    near = tick + step_ticks(np.array([logged.tick[0], tick[0]]))[0] + logged.tick[0] - tick[0]
    told = np.column_stack([near * TICK_S, np.array([ns for _, ns in pairs]) * 1e-9])
    return np.asarray(np.maximum.accumulate(told))
