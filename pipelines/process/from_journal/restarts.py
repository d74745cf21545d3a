"""Join every sampling of a pod that rebooted to one record on the session clock.

A pod that rebooted has begun anew: index and clock start over, perhaps at another range. Each
sampling keeps a clock of its own; what lies between two is a gap like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import FloatArray, IntArray, Placement
from imu.recording.samples import Samples, Scale
from pipelines.process.from_journal.one_scale import common_scale, counted_in
from pipelines.store.tables.raw_file import RawPod

if TYPE_CHECKING:
    from firmware_protocols.protocol import Decoded
    from imu.recording.timebase import ClockFit

US_PER_S: Final = 1_000_000
LONG_S: Final = 2.0  # a shorter sampling holds no stance that counts
OVERLAP_S: Final = 0.2  # what two clocks of few arrivals may be apart; more is another trouble
SAME_CLOCK_S: Final = 1.0
"""What crystals drift apart in an hour or two; a clock that begins anew is off by more."""
ARRIVAL_S: Final = 0.02
"""How late notifications come at least, which differs from pod to pod and from link to link."""
WHEN_UNKNOWN: Final = (
    "nothing says when the {} pod recorded this, for its clock has begun anew since; set pods "
    "recording by midstance arm, which keeps what their clocks say"
)
FEW: Final = 3


@dataclass(frozen=True)
class _Epoch:
    """One sampling: `time_s` (n,) of its samples on the session clock, and the fit behind it.

    `offset` is added to the pod's own index.
    """

    said: Decoded
    time_s: FloatArray
    clock: ClockFit
    offset: int = 0

    @property
    def start_s(self) -> float:
        return float(self.time_s[0])

    @property
    def stop_s(self) -> float:
        return float(self.time_s[-1])


def joined(
    decoded: Decoded,
    placement: Placement,
    protocol: str,
    name: Mapping[str, str],
    *,
    origin_s: float,
    shared: Mapping[str, Sequence[ClockFit]] = MappingProxyType({}),
    apart_s: float | None = None,
) -> RawPod:
    """Return all samplings of a pod as one, the session clock being 0 at host time `origin_s`.

    `shared` are the clocks of pods that keep in step by themselves, under `Decoded.shared_clock`,
    `apart_s` is what both ways, to a pod and back, take at least, where pods were asked for their
    time.

    The index goes on over a reboot by the time that passed, so that a gap is a loss there too.
    Raises ValueError when no sampling can be placed in time.
    """
    refused: list[str] = []
    clocks = _Clocks(origin_s, shared, apart_s)
    epochs = _of_one_kind(_on_session_clock(decoded, placement, clocks, refused), refused)
    epochs = _counted_on(_one_after_the_other(epochs, refused))
    main = max(epochs, key=lambda epoch: len(epoch.time_s))
    scale = common_scale([epoch.said.scale for epoch in epochs])
    return RawPod(
        samples=np.concatenate([_samples(epoch, scale) for epoch in epochs]),
        time_us=np.concatenate([microseconds(epoch.time_s) for epoch in epochs]),
        scale=scale,
        rate_hz=main.said.rate_hz,
        protocol=protocol,
        sync_s=_sync_s(epochs),
        clock=asdict(main.clock),
        device={**name, **decoded.device},
        battery_pct=decoded.battery_pct,
        trouble=decoded.trouble,
        notes=(*_notes(epochs), *refused),
        epochs=tuple(_about(epoch) for epoch in epochs),
    )


def microseconds(time_s: FloatArray) -> IntArray:
    """Return times (n,) in s as integer microseconds."""
    return np.rint(time_s * US_PER_S).astype(np.int64)


@dataclass(frozen=True)
class _Clocks:
    """What is known of the clocks of all pods; see `joined`."""

    origin_s: float
    shared: Mapping[str, Sequence[ClockFit]]
    apart_s: float | None

    def known(self, said: Decoded, placement: Placement) -> ClockFit | None:
        """Return the clock of a sampling where more is known than its arrivals, else None."""
        if self.apart_s is None or not len(said.requests):
            return _shared(said, self.shared.get(said.shared_clock, ()))
        from imu.recording.clock import fit_clock
        from imu.recording.two_way import between, two_way

        arrivals = fit_clock(*said.arrival.T, pod=placement)
        both = two_way(arrivals, said.requests, pod=placement)
        return arrivals if both is None else between(both, apart_s=self.apart_s)


def _on_session_clock(
    decoded: Decoded, placement: Placement, clocks: _Clocks, refused: list[str]
) -> list[_Epoch]:
    from imu.recording.timebase import session_time_s

    epochs: list[_Epoch] = []
    errors: list[ValueError] = []
    for said in decoded.samplings:
        try:
            if said.logged and not len(said.arrival):
                raise ValueError(WHEN_UNKNOWN.format(placement.replace("_", " ")))
            time_s, clock = session_time_s(
                said.samples,
                said.arrival,
                pod=placement,
                origin_s=clocks.origin_s,
                shared=clocks.known(said, placement),
            )
            epochs.append(_Epoch(said, time_s, as_uncertain_as_arrival(clock, said)))
        except ValueError as error:
            errors.append(error)
            refused.append(_left_out(said, str(error)))
    if not epochs:
        raise errors[-1]
    return epochs


def _shared(said: Decoded, clocks: Sequence[ClockFit]) -> ClockFit | None:
    """Return that of several clocks by which the sampling arrived when it did."""
    if not len(said.arrival):
        return None
    device_s, host_s = said.arrival.T
    for clock in clocks:
        if abs(float(np.min(host_s - clock.host_s(device_s)))) < SAME_CLOCK_S:
            return clock
    return None


def as_uncertain_as_arrival(clock: ClockFit, said: Decoded) -> ClockFit:
    """Return the clock, less certain where it was made of arrivals: they cannot judge it."""
    if said.time_quality != "host":
        return clock
    return replace(clock, uncertainty_s=float(np.hypot(clock.uncertainty_s, ARRIVAL_S)))


def _left_out(said: Decoded, why: str) -> str:
    return f"{len(said.samples)} samples after one of its starts are left out: {why}"


def _of_one_kind(epochs: Sequence[_Epoch], refused: list[str]) -> list[_Epoch]:
    """Leave out samplings without a gyroscope where the longest has one, and the other way."""
    has = max(epochs, key=lambda epoch: len(epoch.time_s)).said.scale.gyr_radps is not None
    why = f"they have {'no' if has else 'a'} gyroscope"
    other = [epoch for epoch in epochs if (epoch.said.scale.gyr_radps is not None) != has]
    refused += [_left_out(epoch.said, why) for epoch in other]
    return [epoch for epoch in epochs if (epoch.said.scale.gyr_radps is not None) == has]


def _one_after_the_other(epochs: Sequence[_Epoch], refused: list[str]) -> list[_Epoch]:
    """Move a sampling forward that seems to end after the next one began: delay only adds."""
    kept = [epochs[-1]]
    for epoch in reversed(epochs[:-1]):
        too_late_s = epoch.stop_s + 1 / epoch.said.rate_hz - kept[0].start_s
        if too_late_s <= 0:
            kept.insert(0, epoch)
        elif too_late_s <= OVERLAP_S:
            kept.insert(0, _earlier(epoch, too_late_s))
        else:
            worse, kept[0] = sorted((epoch, kept[0]), key=lambda one: len(one.time_s))
            why = f"their times overlap by {too_late_s:.1f} s with those after the next start"
            refused.append(_left_out(worse.said, why))
    return kept


def _earlier(epoch: _Epoch, by_s: float) -> _Epoch:
    clock = replace(
        epoch.clock,
        offset_s=epoch.clock.offset_s - by_s,
        uncertainty_s=float(np.hypot(epoch.clock.uncertainty_s, by_s)),
    )
    return replace(epoch, time_s=epoch.time_s - by_s, clock=clock)


def _counted_on(epochs: Sequence[_Epoch]) -> list[_Epoch]:
    """Let the index of each sampling go on where that before it would be by then."""
    counted = [epochs[0]]
    for epoch in epochs[1:]:
        before = counted[-1]
        steps = round((epoch.start_s - before.stop_s) * before.said.rate_hz)
        last = int(before.said.samples["index"][-1]) + before.offset
        offset = last + max(1, steps) - int(epoch.said.samples["index"][0])
        counted.append(replace(epoch, offset=offset))
    return counted


def _samples(epoch: _Epoch, scale: Scale) -> Samples:
    samples = counted_in(epoch.said.samples, epoch.said.scale, scale)
    samples["index"] += epoch.offset
    return samples


# In words ---------------------------------------------------------------------------------------


def _sync_s(epochs: Sequence[_Epoch]) -> float:
    """Return the uncertainty of the worst clock by which stances may be timed."""
    long = [epoch for epoch in epochs if epoch.stop_s - epoch.start_s >= LONG_S]
    return max(epoch.clock.uncertainty_s for epoch in long or epochs)


def _about(epoch: _Epoch) -> dict[str, Any]:
    """Return what the header of the raw file says of one sampling."""
    return {
        "start_s": round(epoch.start_s, 6),
        "stop_s": round(epoch.stop_s, 6),
        "samples_count": len(epoch.time_s),
        "index_offset": epoch.offset,
        "rate_hz": epoch.said.rate_hz,
        "scale": asdict(epoch.said.scale),
        "boot": epoch.said.device.get("boot", ""),
        "sync_s": epoch.clock.uncertainty_s,
        "clock": asdict(epoch.clock),
    }


def _notes(epochs: Sequence[_Epoch]) -> Iterator[str]:
    yield from _restarts([(one.stop_s, other.start_s) for one, other in pairwise(epochs)])
    for sentence in dict.fromkeys(words for epoch in epochs for words in epoch.said.assumed):
        spans = [_span(epoch) for epoch in epochs if sentence in epoch.said.assumed]
        yield sentence if len(spans) == len(epochs) else f"{_some(spans)}: {sentence}"
    if len({epoch.said.rate_hz for epoch in epochs}) > 1:
        rates = ", ".join(f"{epoch.said.rate_hz:g} Hz {_span(epoch)}" for epoch in epochs[:FEW])
        yield f"its rate changed when it restarted ({rates})"
    scales = [epoch.said.scale for epoch in epochs]
    if len({(scale.acc_range_mps2, scale.gyr_range_radps) for scale in scales}) > 1:
        yield "its range changed when it restarted; what exceeds the smaller counts as clipped"


def _restarts(between_s: Sequence[tuple[float, float]]) -> Iterator[str]:
    if len(between_s) > FEW:
        lost_s = sum(stop_s - start_s for start_s, stop_s in between_s)
        yield (
            f"it restarted {len(between_s)} times, first after {between_s[0][0]:.1f} s; "
            f"{lost_s:.1f} s in all before it sampled again are missing"
        )
        return
    for start_s, stop_s in between_s:
        yield (
            f"it restarted after {start_s:.1f} s; the samples from then to {stop_s:.1f} s are "
            "missing"
        )


def _span(epoch: _Epoch) -> str:
    return f"from {epoch.start_s:.1f} to {epoch.stop_s:.1f} s"


def _some(spans: Sequence[str]) -> str:
    more = f" and {len(spans) - FEW} more" if len(spans) > FEW else ""
    return ", ".join(spans[:FEW]) + more
