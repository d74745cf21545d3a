"""One run's pods as arrays on one clock and one uniform grid, and checks of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.dsp.rows import norm
from imu.frames import GRAVITY_MPS2, PLACEMENTS, BoolArray, FloatArray, IntArray, Placement
from imu.recording.seen_range import full_scale

SensorArrays = tuple[npt.ArrayLike, npt.ArrayLike | None]


@dataclass(frozen=True)
class Sensor:
    """One pod on the grid, in its own sensor axes (any mounting).

    `acc_mps2` (n, 3) and `gyr_radps` (n, 3) or None are NaN exactly where `valid` (n,) is False:
    no usable sample was received there.
    """

    acc_mps2: FloatArray
    gyr_radps: FloatArray | None
    valid: BoolArray
    acc_range_mps2: float | None = None
    gyr_range_radps: float | None = None

    @cached_property
    def largest_mps2(self) -> float:
        """The largest acceleration along any axis."""
        return largest(self.acc_mps2)

    @cached_property
    def largest_radps(self) -> float:
        """The largest angular rate about any axis; 0 without a gyroscope."""
        return 0.0 if self.gyr_radps is None else largest(self.gyr_radps)


def largest(x: FloatArray) -> float:
    """Return the largest known value, of either sign, in `x` (n, 3); NaN where none is known."""
    return max(float(np.fmax.reduce(x, axis=None)), -float(np.fmin.reduce(x, axis=None)))


@dataclass(frozen=True)
class Recording:
    """Every pod of one run. Sample k of every sensor is at `start_s` + k / `rate_hz`.

    `start_s` is the session clock at sample 0; all event times are on that clock.
    `sync_s` maps a placement to the uncertainty of its clock against the others (absent: one
    clock by construction; infinite: nothing joins it). `signs_known` is False for recordings of
    systems that may report acceleration with the opposite sign, or on left-handed axes. `own_hz` is
    how often pods were read whose samples were put on this grid; `signs_stated` says that the
    signs are known only by what somebody wrote of them.
    """

    rate_hz: float
    sensors: Mapping[Placement, Sensor]
    start_s: float = 0.0
    sync_s: Mapping[Placement, float] = field(default_factory=dict)
    signs_known: bool = True
    own_hz: Mapping[Placement, float] = field(default_factory=dict)
    signs_stated: bool = False

    def __len__(self) -> int:
        return len(next(iter(self.sensors.values())).valid)

    @property
    def duration_s(self) -> float:
        """Length of the grid in seconds."""
        return len(self) / self.rate_hz

    @classmethod
    def from_arrays(
        cls,
        *,
        rate_hz: float,
        pelvis: SensorArrays | None = None,
        shank_left: SensorArrays | None = None,
        shank_right: SensorArrays | None = None,
        acc_range_mps2: float | None = None,
        gyr_range_radps: float | None = None,
    ) -> "Recording":
        """Build a recording from arrays that already share one uniform clock.

        Each placement is a pair (acc_mps2, gyr_radps): shapes (n, 3), any mounting, the
        gyroscope may be None. NaN marks missing samples. The ranges (full scale) let clipped
        samples be recognised; a narrower one at which readings are seen to end goes before them.
        Raises ValueError with one sentence for unusable input.
        """
        given = {"pelvis": pelvis, "shank_left": shank_left, "shank_right": shank_right}
        sensors = {
            place: _sensor(place, pair, acc_range_mps2, gyr_range_radps)
            for place in PLACEMENTS
            if (pair := given[place]) is not None
        }
        recording = cls(rate_hz=_number("rate_hz", rate_hz), sensors=sensors)
        check(recording)
        return recording


def _sensor(
    place: str, pair: SensorArrays, acc_range_mps2: float | None, gyr_range_radps: float | None
) -> Sensor:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise ValueError(f"{place}: give a pair (acc_mps2, gyr_radps); gyr_radps may be None")
    acc = _samples(place, "acceleration", pair[0])
    gyr = None if pair[1] is None else _samples(place, "angular rate", pair[1])
    if gyr is not None and len(gyr) != len(acc):
        raise ValueError(
            f"{place}: {len(acc)} samples of acceleration but {len(gyr)} of angular rate; "
            "give both on one clock"
        )
    valid = complete(acc) if gyr is None else complete(acc) & complete(gyr)
    if not valid.all():
        acc[~valid] = np.nan
        if gyr is not None:
            gyr[~valid] = np.nan
    return Sensor(
        acc,
        gyr,
        valid,
        full_scale(acc, _full_scale("acc_range_mps2", acc_range_mps2)),
        full_scale(gyr, _full_scale("gyr_range_radps", gyr_range_radps)),
    )


def _samples(place: str, name: str, values: npt.ArrayLike) -> FloatArray:
    """Return a copy (n, 3) as float; what is masked is missing, so it becomes NaN."""
    given: npt.NDArray[Any] = np.ma.asanyarray(values)
    if given.ndim != 2 or given.shape[1] != 3:
        raise ValueError(f"{place}: {name} has shape {given.shape}; give (samples, 3)")
    if given.dtype.kind not in "fiuO":
        raise ValueError(f"{place}: {name} is of type {given.dtype}; give plain numbers")
    try:
        return np.asarray(np.ma.filled(given.astype(np.float64), np.nan), dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(
            f"{place}: {name} holds values that are not numbers; give plain numbers"
        ) from None


def _number(name: str, value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}; give a number") from None


def _full_scale(name: str, value: float | None) -> float | None:
    full = None if value is None else _number(name, value)
    if full is not None and not full > 0:
        raise ValueError(f"{name} is {value!r}; give a number above 0, or leave it out")
    return full


LOWEST_RATE_HZ = 50.0
SLOWEST_HZ = 0.99 * LOWEST_RATE_HZ
"""A pod set to the lowest rate keeps it to a share of a per cent."""
HIGHEST_RATE_HZ = 10_000.0
FEWEST_SAMPLES = 2
HIGHEST_VALUE = 1e6


def check(recording: Recording) -> None:
    """Raise ValueError, in one sentence that says what to do, for unusable input."""
    if not recording.sensors:
        raise ValueError(f"no sensor given; name at least one of {', '.join(PLACEMENTS)}")
    if not recording.rate_hz >= SLOWEST_HZ:
        raise ValueError(
            f"{recording.rate_hz:g} Hz is too slow to time a foot contact; "
            f"record at {LOWEST_RATE_HZ:g} Hz or more (200 Hz is best)"
        )
    if recording.rate_hz > HIGHEST_RATE_HZ:
        raise ValueError(
            f"{recording.rate_hz:g} Hz is no sampling rate of a pod; give samples per second"
        )
    lengths = {place: len(sensor.valid) for place, sensor in recording.sensors.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the sensors differ in length ({lengths}); put them on one clock first")
    if not len(recording):
        raise ValueError("the recording is empty; check that the file holds samples")
    if len(recording) < FEWEST_SAMPLES:
        raise ValueError("the recording holds a single sample; record a run")
    for place, sensor in recording.sensors.items():
        _check_sensor(place, sensor)


def complete(x: FloatArray) -> BoolArray:
    """Return True (n,) where all of `x` (n, 3) is finite."""
    return np.asarray(np.logical_and.reduce([np.isfinite(axis) for axis in x.T]))


ENOUGH_TO_TELL_UNITS = 5_000
HIGH_G: Final = 5.0
TYPICAL_HIGH_G: Final = {"shank_left": 8.5, "shank_right": 8.5}
"""Median of the specific force, in g, beyond which the unit must be wrong: a shank swings through
5 to 7 g in a sprint, and a standing one whose m/s² were taken for g would read 9.8."""


def _check_sensor(place: str, sensor: Sensor) -> None:
    if not sensor.valid.any():
        raise ValueError(f"{place}: every sample is missing (NaN); check the columns of the file")
    known = np.flatnonzero(sensor.valid)
    some = scattered(known, ENOUGH_TO_TELL_UNITS)
    if all(_never_changes(sensor.acc_mps2[at]) for at in (some, known)):
        raise ValueError(f"{place}: the acceleration never changes; the pod or column is dead")
    _check_magnitude(place, sensor)
    acc_norm = norm(sensor.acc_mps2[some])
    if not holds_gravity(acc_norm, high_g=TYPICAL_HIGH_G.get(place, HIGH_G)):
        mean, usual = mean_of_most(acc_norm), float(np.median(acc_norm))
        hint = " (is it in g? multiply by 9.80665)" if 0.7 < mean < 4.5 else ""
        raise ValueError(
            f"{place}: acceleration is typically {usual:.3g} m/s², not near 9.81; "
            f"give it in m/s² with gravity in{hint}"
        )
    if sensor.gyr_radps is not None:
        fastest = float(np.percentile(np.abs(sensor.gyr_radps[some]), 99))
        if fastest > 60:
            raise ValueError(
                f"{place}: angular rate reaches {fastest:.0f} rad/s; "
                "give it in rad/s (is it in degrees per second? multiply by pi/180)"
            )


def holds_gravity(
    norm_mps2: FloatArray, *, low_g: float = 0.3, high_g: float = HIGH_G, mean_low_g: float = 0.5
) -> bool:
    """Return whether norms (n,) of specific force, m/s², are plausible for a worn pod.

    Their median or their mean must be about one g: in rope skipping, which is mostly flight, the
    median is near 0, but the mean still holds gravity.
    """
    usual = low_g < np.median(norm_mps2) / GRAVITY_MPS2 < high_g
    return bool(usual or mean_low_g < mean_of_most(norm_mps2) / GRAVITY_MPS2 < high_g)


def mean_of_most(x: FloatArray) -> float:
    """Return the mean of `x` (n,), its largest 0.5 % limited to the 99.5th percentile."""
    return float(np.minimum(x, np.percentile(x, 99.5)).mean())


def _check_magnitude(place: str, sensor: Sensor) -> None:
    for name, largest in (
        ("acceleration", sensor.largest_mps2),
        ("angular rate", sensor.largest_radps),
    ):
        if largest > HIGHEST_VALUE:
            raise ValueError(
                f"{place}: {name} reaches {largest:.3g}, which no sensor measures; "
                "put NaN where a sample is missing"
            )


def _never_changes(x: FloatArray) -> bool:
    return len(x) > 1 and bool((x == x[0]).all())


def scattered(at: IntArray, count: int) -> IntArray:
    """Return at most `count` of `at` (n,), in order, spread without a period (golden ratio)."""
    if len(at) <= count:
        return at
    place = (np.arange(count) * 0.6180339887498949) % 1.0
    return at[np.sort((place * len(at)).astype(np.int64))]
