"""Capture2Go, decode the packets of one pod into samples; count what cannot be decoded."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from firmware_protocols.capture2go.packages import Mode, Sync
from firmware_protocols.capture2go.received import (
    Received,
    Rows,
    sort_file,
    sort_packets,
)
from firmware_protocols.capture2go.samples import SAMPLE_KINDS, SCALE, Flag, SampleKind
from firmware_protocols.pieces import joined
from firmware_protocols.protocol import Configuration, Decoded, Packet
from firmware_protocols.sampling_order import newest_last, without_samples
from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.samples import SAMPLE, Samples

JUMP_S: Final = 0.5
"""Delay only adds. A clock that overtakes the earliest arrival by more was set: by more than
this beside one package, for of those that were held back several come at once."""
DRIFT: Final = 2e-4
TOLD_S: Final = 600.0
"""What a pod says of its clock so long before a recording is of the clock of that recording."""
LATE_S: Final = 0.5
OFTEN: Final = 0.01
SET_AFTER_S: Final = 1_577_836_800.0
"""The year 2020: a clock that says less counts from when the pod was switched on."""
BY_ITS_UTC: Final = (
    "its clock has begun anew since it recorded, so the recording is placed by the time of day "
    "that the clock was set to, which is good to some 0.1 s"
)
ON_ITS_OWN: Final = (
    "it recorded on a clock of its own, read when the recording was fetched, so its times may be "
    "off by some 0.2 s for each hour between"
)


def decode(packets: Sequence[Packet], _: Sequence[Configuration] = ()) -> Decoded:
    """Decode everything received from one pod, in the order of arrival.

    Range and scale of these pods are fixed, so no configuration is ever borrowed. What cannot be
    decoded is counted in `trouble`, never fatal. Recordings that were fetched from the pod come
    first among the samplings, the newest live sampling last.
    """
    received = sort_packets(packets)
    kind, live = _main(received.live, received.trouble)
    found = [] if live is None else _samplings(kind, live, received)
    found = [*_fetched(received), *found]
    return newest_last(
        found or [_silent(kind, received)],
        battery_pct=received.battery_pct,
        trouble=received.trouble,
    )


def _main(by_id: dict[int, Rows], trouble: Counter[str]) -> tuple[SampleKind, Rows | None]:
    """Return the kind of package with the most samples; a pod may send others beside it."""
    if not by_id:
        return SAMPLE_KINDS[min(SAMPLE_KINDS)], None
    main = max(by_id, key=lambda k: len(by_id[k].payloads) * SAMPLE_KINDS[k].samples)
    beside = sum(len(rows.payloads) for k, rows in by_id.items() if k != main)
    trouble["samples of another kind"] += beside
    return SAMPLE_KINDS[main], by_id[main]


@dataclass(frozen=True)
class _Table:
    """Packages of one kind, in order: of dtype `kind.layout` (k,), and their arrival in s."""

    kind: SampleKind
    packages: npt.NDArray[Any]
    host_s: FloatArray

    def part(self, rows: slice) -> "_Table":
        """Return some of the packages."""
        return _Table(self.kind, self.packages[rows], self.host_s[rows])

    @property
    def last_ns(self) -> IntArray:
        """Time of the last sample of each package."""
        last = self.kind.period_ns * (self.kind.samples - 1)
        return np.asarray(self.packages["t_ns"] + last, dtype=np.int64)


def _table(kind: SampleKind, rows: Rows) -> _Table:
    packages = np.frombuffer(b"".join(rows.payloads), kind.layout)
    host_s = np.array(rows.host_ns, dtype=np.float64) * 1e-9
    return _Table(kind, packages, host_s)


def _samplings(kind: SampleKind, rows: Rows, received: Received) -> list[Decoded]:
    table = _table(kind, rows)
    begins = np.flatnonzero(_clock_began_anew(table)).tolist()
    ends = [*begins[1:], len(table.packages)]
    return [
        _sampling(table.part(slice(begin, end)), received)
        for begin, end in zip(begins, ends, strict=True)
    ]


def _clock_began_anew(table: _Table) -> BoolArray:
    """Return for each package (k,) whether the clock before it was another one.

    A clock that went back was set or restarted. One that went ahead shows as a package that came
    earlier after its time than any before: not one whose samples were lost, which came later. One
    that was set by little leaves another gap than whole packages, which are what is lost.
    """
    t_ns = table.packages["t_ns"]
    began = (np.diff(t_ns, prepend=t_ns[:1]) < 0) | _set_by_little(table)
    began[0] = True
    lag_s = table.host_s - table.last_ns * 1e-9
    jump_s = JUMP_S + table.kind.samples / table.kind.rate_hz
    starts = np.flatnonzero(began).tolist()
    for start, stop in zip(starts, [*starts[1:], len(began)], strict=True):
        lag = lag_s[start:stop]
        began[start + 1 : stop] |= lag[1:] < np.minimum.accumulate(lag)[:-1] - jump_s
    return np.asarray(began)


def _set_by_little(table: _Table) -> BoolArray:
    """Return where the time between two packages is not that of so many, and no gap is reported.

    Nowhere, if that is so more often than clocks are ever set.
    """
    package_ns = table.kind.samples * table.kind.period_ns
    step_ns = np.diff(table.packages["t_ns"], prepend=table.packages["t_ns"][0] - package_ns)
    off_ns = np.abs(step_ns - np.rint(step_ns / package_ns) * package_ns)
    tolerance_ns = table.kind.period_ns / 2 + DRIFT * np.abs(step_ns)
    was_set = (off_ns > tolerance_ns) & (table.packages["flags"] & Flag.TIME_GAP == 0)
    return np.asarray(was_set & (was_set.mean() < OFTEN))


def _sampling(table: _Table, received: Received) -> Decoded:
    """Return one sampling, of packages whose clock runs on."""
    samples, clipped = _samples(table)
    flags = table.packages["flags"]
    for flag, reason in _FLAGGED.items():
        received.trouble[reason] += int(np.count_nonzero(flags & flag))
    index = samples["index"]
    decoded = Decoded(
        samples=samples,
        arrival=np.column_stack([table.last_ns * 1e-9, table.host_s]),
        scale=SCALE,
        rate_hz=table.kind.rate_hz,
        device=_words(received),
        battery_pct=None,
        lost=int(index[-1] - index[0]) + 1 - len(index),
        clipped=clipped,
    )
    return _with_shared_clock(decoded, received)


_FLAGGED: Final = {
    Flag.TIME_GAP: "gap in time reported by the pod",
    Flag.PROCESSING: "processing trouble reported by the pod",
}


def _samples(table: _Table) -> tuple[Samples, BoolArray]:
    """Return the samples of the packages, numbered by their time, each of them once.

    Index 0 is the zero of the pod's clock, so that the same sample has the same index in any part
    of a recording. With them, (n, 2), whether acceleration and angular rate of its package clipped.
    """
    kind, packages = table.kind, table.packages
    t_ns = packages["t_ns"]
    steps = np.rint(np.diff(t_ns) / kind.period_ns).astype(np.int64)
    first = t_ns[0] // kind.period_ns + np.concatenate([[0], np.cumsum(steps)])
    within = np.arange(kind.samples)
    index = (first[:, None] + within).ravel()
    index, kept = np.unique(index, return_index=True)
    samples = np.zeros(len(index), SAMPLE)
    samples["index"] = index
    samples["device_us"] = ((t_ns[:, None] + within * kind.period_ns) // 1000).ravel()[kept]
    samples["acc_lsb"] = packages["acc"].reshape(-1, 3)[kept]
    samples["gyr_lsb"] = packages["gyr"].reshape(-1, 3)[kept]
    flags = packages["flags"][kept // kind.samples]
    return samples, np.column_stack([flags & Flag.ACC_CLIPPED, flags & Flag.GYR_CLIPPED]) != 0


def _fetched(received: Received) -> list[Decoded]:
    """Return the samplings of the recordings that were fetched from the pod.

    Their clock is the pod's own still, which its status, once a second, pairs with the host's.
    """
    told = np.array(
        [(status.t_ns * 1e-9, host_ns * 1e-9) for status, host_ns in received.statuses]
    ).reshape(-1, 2)
    found = []
    for name, pieces in received.files.items():
        fetched_s = received.fetched_ns[name] * 1e-9
        kind, rows = _main(sort_file(joined(pieces), received.trouble), received.trouble)
        for one in [] if rows is None else _samplings(kind, rows, received):
            first_s, last_s = (one.samples["device_us"][[0, -1]] * 1e-6).tolist()
            own = _at_once(told[told[:, 0] > first_s - TOLD_S])
            if len(own) and last_s + (own[:, 1] - own[:, 0]).min() > fetched_s + LATE_S:
                own = own[:0]  # of a later start: by it the pod would have recorded after that
            during = (own[:, 0] >= first_s) & (own[:, 0] <= last_s)
            if during.any():
                found.append(replace(one, arrival=own[during]))
            else:
                found.append(_placed_later(one, own, received.mode))
    return [replace(one, logged=True) for one in found]


def _at_once(told: FloatArray) -> FloatArray:
    """Return the pairs (k, 2) of pod and host time that did not wait for a link in between.

    A pod that records goes on saying how it is, and what nobody heard comes with the next link.
    """
    late_s = told[:, 1] - told[:, 0]
    return told[late_s < late_s.min() + LATE_S] if len(told) else told


def _placed_later(one: Decoded, told: FloatArray, mode: Mode | None) -> Decoded:
    """Return a recording on the clock that the pod told afterwards, the same if it never stopped.

    Pods that recorded in step share one clock, and are as exact as if they had been listened to.
    Where it told nothing by this clock, which has begun anew since, only the time of day is left.
    """
    if not len(told):
        in_utc = bool(one.samples["device_us"][0] > SET_AFTER_S * 1e6)
        assumed = (*one.assumed, *[BY_ITS_UTC] * in_utc)
        return replace(one, arrival=told, time_quality="host", assumed=assumed, in_utc=in_utc)
    if mode is not None and mode.sync != Sync.NONE:
        shared = f"{mode.sync_id:016x}"
        return replace(one, arrival=told, time_quality="synced", shared_clock=shared)
    return replace(one, arrival=told, time_quality="host", assumed=(*one.assumed, ON_ITS_OWN))


def _with_shared_clock(decoded: Decoded, received: Received) -> Decoded:
    """Return the sampling with the name of the clock it shared, if the pod said that it did."""
    mode = received.mode
    if mode is None or mode.sync == Sync.NONE:
        return decoded
    first_us, last_us = decoded.samples["device_us"][[0, -1]].tolist()
    if not any(
        status.synchronised and first_us <= status.t_ns // 1000 <= last_us
        for status, _ in received.statuses
    ):
        return decoded
    return replace(decoded, time_quality="synced", shared_clock=f"{mode.sync_id:016x}")


def _silent(kind: SampleKind, received: Received) -> Decoded:
    """Return what is known of a pod of which no sample was received."""
    return without_samples(Configuration(0, SCALE, kind.rate_hz), _words(received))


def _words(received: Received) -> dict[str, str]:
    info = received.info
    if info is None:
        return {}
    return {
        "serial": info.serial,
        "protocol": f"Capture2Go {info.protocol}",
        "hardware": info.hardware,
        "firmware": info.firmware,
    }
