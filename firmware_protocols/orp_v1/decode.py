"""ORP v1, from the packets of one pod to its samples: one pure fold, lenient and counting."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import radians
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from firmware_protocols.orp_v1.config import Effective, Quantity, decode_effective
from firmware_protocols.orp_v1.control import (
    Op,
    Result,
    Started,
    decode_answer,
    decode_started,
    decode_status,
)
from firmware_protocols.orp_v1.frames import Flag, Frames, Kind, decode_frames, fault
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.orp_v1.info import ROLES, Info, decode_info
from firmware_protocols.protocol import Decoded, DecodeError, Packet
from imu.frames import GRAVITY_MPS2, FloatArray, IntArray
from imu.samples import SAMPLE, Samples, Scale

WRAP_US: Final = 2**32
STRAY: Final = 0.1
"""A clock this far off its nominal rate between two frames is a jump, not a rate."""


@dataclass
class _Run:
    """What was heard of one sampling: from a START that began anew to the next such START."""

    configs: dict[int, Effective] = field(default_factory=dict)
    started: Started | None = None
    frames: list[bytes] = field(default_factory=list)
    host_ns: list[int] = field(default_factory=list)
    live: list[bool] = field(default_factory=list)


@dataclass
class _Heard:
    runs: list[_Run] = field(default_factory=lambda: [_Run()])
    configs: dict[int, Effective] = field(default_factory=dict)
    info: Info | None = None
    battery_pct: int | None = None
    trouble: Counter[str] = field(default_factory=Counter)


def decode(packets: Sequence[Packet]) -> Decoded:
    """Understand everything one pod said, in the order in which it arrived.

    What cannot be understood is counted in `trouble`, never fatal. Should the pod have begun
    sampling anew meanwhile, the longest sampling is returned and the frames of the others are
    counted. Raises ValueError if no packet tells the scale of the counts.
    """
    heard = _Heard()
    for packet in packets:
        hear = _HEAR.get(packet.channel)
        if hear is not None:
            try:
                hear(heard, packet)
            except DecodeError as error:
                heard.trouble[error.reason] += 1
    return _understood(heard)


# One function per channel ------------------------------------------------------------------------


def _hear_info(heard: _Heard, packet: Packet) -> None:
    heard.info = decode_info(packet.payload)


def _hear_frame(heard: _Heard, packet: Packet) -> None:
    if reason := fault(packet.payload):
        heard.trouble[reason] += 1
    elif packet.payload[0] & 15 == Kind.RAW6:
        run = heard.runs[-1]
        run.frames.append(packet.payload)
        run.host_ns.append(packet.host_ns)
        run.live.append(packet.channel == Channel.STREAM)


def _hear_status(heard: _Heard, packet: Packet) -> None:
    _note_battery(heard, decode_status(packet.payload).battery_pct)


def _hear_battery(heard: _Heard, packet: Packet) -> None:
    if len(packet.payload) != 1:
        raise DecodeError("battery level of odd length", packet.payload)
    _note_battery(heard, packet.payload[0])


def _note_battery(heard: _Heard, level_pct: int) -> None:
    if level_pct <= 100:
        heard.battery_pct = level_pct


def _hear_control(heard: _Heard, packet: Packet) -> None:
    answer = decode_answer(packet.payload)
    if answer.op == Op.START and answer.result == Result.OK:
        _start(heard, decode_started(answer.data))
    elif answer.op == Op.CONFIG and answer.result == Result.OK:
        _configure(heard, decode_effective(answer.data))
    elif answer.op == Op.CONFIG and answer.result == Result.STATE and answer.data:
        effective = decode_effective(answer.data)
        heard.configs[effective.config_id] = effective
        heard.runs[-1].configs.setdefault(effective.config_id, effective)


def _configure(heard: _Heard, effective: Effective) -> None:
    """Only a pod that is not sampling accepts CONFIG, so all frames from here on are new."""
    heard.configs[effective.config_id] = effective
    if heard.runs[-1].frames or heard.runs[-1].started:
        heard.runs.append(_Run(configs=dict(heard.configs)))
    else:
        heard.runs[-1].configs[effective.config_id] = effective


def _start(heard: _Heard, started: Started) -> None:
    run = heard.runs[-1]
    if run.started is None:
        run.started = started
    elif run.started.t_start_us != started.t_start_us:
        heard.runs.append(_Run(configs=dict(heard.configs), started=started))


_HEAR: Final[dict[int, Callable[[_Heard, Packet], None]]] = {
    Channel.INFO: _hear_info,
    Channel.CONTROL: _hear_control,
    Channel.STREAM: _hear_frame,
    Channel.BULK: _hear_frame,
    Channel.STATUS: _hear_status,
    Channel.BATTERY: _hear_battery,
}


# From what was heard to samples ------------------------------------------------------------------


def _understood(heard: _Heard) -> Decoded:
    run = max(heard.runs, key=lambda r: len(r.frames))
    heard.trouble["frame of another start of the pod"] += sum(
        len(other.frames) for other in heard.runs if other is not run
    )
    frames = decode_frames(run.frames)
    effective, kept = _same_config(frames.header, run, heard.trouble)
    host_ns = np.array(run.host_ns, dtype=np.int64)[kept]
    live = np.array(run.live, dtype=bool)[kept]
    header = frames.header[kept]
    clock = _clock(header, run.started, effective.rate_hz)
    samples = _samples(frames, kept, clock)
    last = header["index"].astype(np.int64) + header["n"] - 1
    arrival = np.column_stack([clock(last) * 1e-6, host_ns * 1e-9])[live]
    return Decoded(
        samples=samples,
        arrival=arrival,
        scale=_scale(effective),
        rate_hz=effective.rate_hz,
        device=_words(heard.info),
        battery_pct=heard.battery_pct,
        lost=_lost(samples["index"], run.started),
        trouble={reason: count for reason, count in heard.trouble.items() if count},
    )


def _same_config(
    header: npt.NDArray[Any], run: _Run, trouble: Counter[str]
) -> tuple[Effective, npt.NDArray[np.bool_]]:
    """Return the configuration most frames were made under, and which frames those are."""
    if not run.configs:
        raise ValueError(
            "these packets hold no configuration answer of the pod, so its counts have no unit; "
            "stop the pod and record again from the beginning"
        )
    own = (header["stream_flags"] >> 4 == 0) & (header["n"] > 0)
    known = own & np.isin(header["config"], list(run.configs))
    used = Counter(header["config"][known].tolist()).most_common(1)
    config_id = used[0][0] if used else next(reversed(run.configs))
    kept = known & (header["config"] == config_id)
    trouble["unknown config id"] += int(np.sum(own & ~known))
    trouble["frame of another configuration"] += int(np.sum(known & ~kept))
    trouble["overrun in the pod"] += int(np.sum(header["stream_flags"][kept] & Flag.OVERRUN != 0))
    return run.configs[config_id], kept


def _clock(
    header: npt.NDArray[Any], started: Started | None, rate_hz: float
) -> Callable[[IntArray], IntArray]:
    """Return sample index -> device µs, unwrapped; between frames the clock runs evenly."""
    if not len(header):
        return lambda index: np.zeros(len(index), np.int64)
    period_us = 1e6 / rate_hz
    index, at = np.unique(header["index"].astype(np.int64), return_index=True)
    time_us = header["t0_us"][at].astype(np.int64)
    step_us = _nearest(np.diff(time_us), np.diff(index) * period_us)
    begin_us = 0.0 if started is None else started.t_start_us + index[0] * period_us
    first_us = _nearest(time_us[:1], np.array([begin_us]))
    time_us = np.cumsum(np.concatenate([first_us, step_us]))
    slope_us = np.append(np.diff(time_us) / np.diff(index), period_us)
    slope_us[np.abs(slope_us / period_us - 1) > STRAY] = period_us
    if len(slope_us) > 1:
        slope_us[-1] = np.median(slope_us[:-1])

    def device_us(wanted: IntArray) -> IntArray:
        frame = np.searchsorted(index, wanted, side="right") - 1
        passed_us = np.rint((wanted - index[frame]) * slope_us[frame])
        return np.asarray(time_us[frame] + passed_us, dtype=np.int64)

    return device_us


def _nearest(wrapped_us: IntArray, expected_us: FloatArray) -> IntArray:
    """Add whole wraps of the u32 clock so that each value is as near as can be to `expected_us`."""
    wraps = np.rint((expected_us - wrapped_us) / WRAP_US).astype(np.int64)
    return np.asarray(wrapped_us + wraps * WRAP_US, dtype=np.int64)


def _samples(
    frames: Frames, kept: npt.NDArray[np.bool_], clock: Callable[[IntArray], IntArray]
) -> Samples:
    """Return the samples of the kept frames, numbered and sorted, each of them once."""
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
    return samples


def _lost(index: IntArray, started: Started | None) -> int:
    """Count the holes, and what is missing between START and the first sample."""
    if not len(index):
        return 0
    begin = int(index[0]) if started is None else min(int(index[0]), started.next_index)
    return int(index[-1]) + 1 - begin - len(index)


def _scale(effective: Effective) -> Scale:
    acc_range_g = effective.ranges.get(Quantity.SPECIFIC_FORCE)
    gyr_range_dps = effective.ranges.get(Quantity.ANGULAR_RATE)
    return Scale(
        acc_mps2=effective.si_per_lsb[Quantity.SPECIFIC_FORCE],
        acc_range_mps2=None if acc_range_g is None else acc_range_g * GRAVITY_MPS2,
        gyr_radps=effective.si_per_lsb.get(Quantity.ANGULAR_RATE),
        gyr_range_radps=None if gyr_range_dps is None else radians(gyr_range_dps),
    )


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
