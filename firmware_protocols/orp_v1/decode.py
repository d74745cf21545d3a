"""ORP v1, decode the packets of one pod into samples; count what cannot be decoded."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import radians
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from firmware_protocols.orp_v1.config import Effective, Quantity
from firmware_protocols.orp_v1.control import Started
from firmware_protocols.orp_v1.device_clock import (
    STRAY,
    DeviceClock,
    device_clock,
    nearest,
    requests_of,
)
from firmware_protocols.orp_v1.frames import Flag, Frames, decode_frames
from firmware_protocols.orp_v1.info import ROLES, Info
from firmware_protocols.orp_v1.packets import Received, sort_packets
from firmware_protocols.orp_v1.restarts import JUMP_US, assign_samplings
from firmware_protocols.protocol import Configuration, Decoded, NoConfigurationError, Packet
from firmware_protocols.sampling_order import newest_last, without_samples
from imu.frames import GRAVITY_MPS2, BoolArray, IntArray
from imu.recording.samples import SAMPLE, Samples, Scale

IN_DOUBT: Final = (
    "its configuration (range and scale) was not received, and that of no other pod can stand in "
    "for it, so its counts have no unit; record again"
)
FROM_ANOTHER_START: Final = (
    "its configuration (range and scale) was not received; that of another start of it is assumed"
)
FROM_ANOTHER_POD: Final = (
    "its configuration (range and scale) was not received; that of another pod is assumed"
)


def decode(packets: Sequence[Packet], borrowed: Sequence[Configuration] = ()) -> Decoded:
    """Decode everything received from one pod, in the order of arrival.

    What cannot be decoded is counted in `trouble`, never fatal. `borrowed` are configurations
    of other pods, for samples whose own is not known. Raises NoConfigurationError if the
    scale of the counts is not known.
    """
    return _decoded(sort_packets(packets), borrowed)


@dataclass(frozen=True)
class _Known:
    """The configurations a pod has answered, by start and by what its frames call them."""

    own: Sequence[Mapping[int, Configuration]]
    borrowed: Sequence[Configuration]

    def of(self, run: int, number: int) -> tuple[Configuration | None, str]:
        """Return a configuration and, where it is not that of this start, whose it is in words.

        None where it is not known, or others that could stand in for it contradict one another.
        """
        if (own := self.own[run].get(number)) is not None:
            return own, ""
        others = {configs[number] for configs in self.own if number in configs}
        if others:
            return (others.pop() if len(others) == 1 else None), FROM_ANOTHER_START
        pods = {configuration for configuration in self.borrowed if configuration.number == number}
        return (pods.pop() if len(pods) == 1 else None), FROM_ANOTHER_POD

    def any(self) -> Configuration:
        """Return some configuration, the newest of the pod's own if there is one."""
        own = [configuration for configs in self.own for configuration in configs.values()]
        if not own and not self.borrowed:
            raise NoConfigurationError(
                "these packets hold no configuration answer of the pod, so its counts have no "
                "unit; stop the pod and record again from the beginning"
            )
        return (own or self.borrowed)[-1]


def _decoded(received: Received, borrowed: Sequence[Configuration]) -> Decoded:
    known = _Known(
        own=[{i: _configuration(e) for i, e in run.configs.items()} for run in received.runs],
        borrowed=borrowed,
    )
    known.any()  # raises without any
    frames = decode_frames(received.frames)
    table = _Table(
        frames=frames,
        host_ns=np.array(received.host_ns, dtype=np.int64),
        live=np.array(received.live, dtype=bool),
        run=np.array(received.run, dtype=np.int64),
    )
    number = _numbered(table, known, received.trouble)
    found = [
        _sampling(table, number == k, received, known)
        for k in np.unique(number[number >= 0]).tolist()
    ]
    if not found and received.frames and not any(known.own):
        raise NoConfigurationError(IN_DOUBT)
    return newest_last(
        found or [_silent(received, known)],
        battery_pct=received.battery_pct,
        trouble=received.trouble,
    )


@dataclass(frozen=True)
class _Table:
    """All frames of a pod as columns, in order of arrival; `run` counts the starts received."""

    frames: Frames
    host_ns: IntArray
    live: BoolArray
    run: IntArray


def _numbered(table: _Table, known: _Known, trouble: Counter[str]) -> IntArray:
    """Return which sampling each frame belongs to; -1 for those that cannot be used."""
    header = table.frames.header
    period_us = np.full(len(header), np.nan)
    for run, config in set(zip(table.run.tolist(), header["config"].tolist(), strict=True)):
        if (configuration := known.of(run, config)[0]) is not None:
            of_it = (table.run == run) & (header["config"] == config)
            period_us[of_it] = 1e6 / configuration.rate_hz
    own = (header["stream_flags"] >> 4 == 0) & (header["n"] > 0)
    use = np.flatnonzero(own & np.isfinite(period_us))
    number = np.full(len(header), -1)
    number[use] = assign_samplings(
        header[use],
        host_us=np.asarray(table.host_ns[use] * 1e-3, dtype=np.float64),
        live=table.live[use],
        run=table.run[use],
        period_us=period_us[use],
    )
    trouble["unknown config id"] += int(np.sum(own)) - len(use)
    trouble["back-fill of no known sampling"] += int(np.sum(number[use] < 0))
    trouble["overrun in the pod"] += int(
        np.sum(header["stream_flags"][number >= 0] & Flag.OVERRUN != 0)
    )
    return number


def _sampling(table: _Table, rows: BoolArray, received: Received, known: _Known) -> Decoded:
    """Return one sampling, of the frames `rows`."""
    header = table.frames.header[rows]
    run = received.runs[int(table.run[rows][0])]
    configuration, assumed = known.of(int(table.run[rows][0]), int(header["config"][0]))
    assert configuration is not None  # frames without one are in no sampling
    period_us = 1e6 / configuration.rate_hz
    started = _of_these(run.started, header, period_us)
    clock = device_clock(header, None if started is None else started.t_start_us, period_us)
    samples, clipped = _samples(table.frames, rows, clock)
    live = table.live[rows]
    last = header["index"].astype(np.int64) + header["n"] - 1
    arrival = np.column_stack([clock(last) * 1e-6, table.host_ns[rows] * 1e-9])[live]
    return Decoded(
        samples=samples,
        arrival=arrival,
        scale=configuration.scale,
        rate_hz=configuration.rate_hz,
        device=_words(run.info),
        battery_pct=None,
        lost=_lost(samples["index"], started),
        config_number=configuration.number,
        assumed=(assumed,) if assumed else (),
        clipped=clipped,
        holds_count=None if run.info is None else run.info.ring_samples,
        requests=requests_of(received.requests, arrival),
    )


def _silent(received: Received, known: _Known) -> Decoded:
    """Return what is known of a pod of which no sample was received."""
    return without_samples(known.any(), _words(received.runs[-1].info))


def _of_these(
    started: Started | None, header: npt.NDArray[Any], period_us: float
) -> Started | None:
    """Return the answer to START if it is that of these frames and not of a later start."""
    if started is None:
        return None
    passed_us = float(header["index"][0]) * period_us
    t0_us = header["t0_us"][:1].astype(np.int64)
    off_us = nearest(t0_us, np.array([started.t_start_us + passed_us])) - started.t_start_us
    return started if abs(float(off_us[0]) - passed_us) < JUMP_US + STRAY * passed_us else None


def _samples(frames: Frames, kept: BoolArray, clock: DeviceClock) -> tuple[Samples, BoolArray]:
    """Return the samples of the kept frames, numbered and sorted, each of them once.

    With them, (n, 2), whether the frame of each says that something clipped: not what.
    """
    n = frames.header["n"].astype(np.int64)
    start = np.repeat(frames.header["index"].astype(np.int64) - (np.cumsum(n) - n), n)
    index = start + np.arange(len(start))
    rows = np.flatnonzero(np.repeat(kept, n))
    index, first = np.unique(index[rows], return_index=True)
    counts = frames.counts[rows[first]]
    samples = np.zeros(len(index), SAMPLE)
    samples["index"] = index
    samples["device_us"] = clock(index)
    samples["acc_lsb"] = counts[:, :3]
    samples["gyr_lsb"] = counts[:, 3:]
    flagged = np.repeat(frames.header["stream_flags"] & Flag.CLIP != 0, n)[rows[first]]
    return samples, np.column_stack([flagged, flagged])


def _lost(index: IntArray, started: Started | None) -> int:
    """Count the samples missing in gaps, and those missing between START and the first sample."""
    if not len(index):
        return 0
    begin = int(index[0]) if started is None else min(int(index[0]), started.next_index)
    return int(index[-1]) + 1 - begin - len(index)


def _configuration(effective: Effective) -> Configuration:
    acc_range_g = effective.ranges.get(Quantity.SPECIFIC_FORCE)
    gyr_range_dps = effective.ranges.get(Quantity.ANGULAR_RATE)
    scale = Scale(
        acc_mps2=effective.si_per_lsb[Quantity.SPECIFIC_FORCE],
        acc_range_mps2=None if acc_range_g is None else acc_range_g * GRAVITY_MPS2,
        gyr_radps=effective.si_per_lsb.get(Quantity.ANGULAR_RATE),
        gyr_range_radps=None if gyr_range_dps is None else radians(gyr_range_dps),
    )
    return Configuration(effective.config_id, scale, effective.rate_hz)


def _words(info: Info | None) -> dict[str, str]:
    if info is None:
        return {}
    words = {
        "serial": info.serial,
        "protocol": f"ORP {info.version[0]}.{info.version[1]}",
        "role": ROLES.get(info.role, "other"),
    }
    if info.boot_id is not None:
        words["boot"] = f"{info.boot_id:08x}"
    return words
