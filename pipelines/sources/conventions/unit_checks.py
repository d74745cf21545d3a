"""Check the values of a foreign file against the units its mapping declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from imu.frames import GRAVITY_MPS2, FloatArray, IntArray
from imu.quality.conventions.gravity import REMOVED, quietest
from imu.recording.recording import HIGHEST_VALUE, holds_gravity, largest, scattered
from pipelines.sources.mapping import ACC_UNITS, GYR_UNITS, Channels, PodMapping
from pipelines.sources.quoting import listed

TYPICAL_ACC_MPS2: Final = (0.5 * GRAVITY_MPS2, 5 * GRAVITY_MPS2)  # the shank of some is beyond 3
FASTEST_GYR_RADPS: Final = 60.0
SLOWEST_RUNNING_RADPS: Final = 0.3
MOVING_ACC_MPS2: Final = 4.0
TINY: Final = 1e-12
LITTLE_MORE: Final = 1.1  # a filter may swing a little beyond full scale
SOME: Final = 0.01
SOME_ROWS: Final = 1000
ENOUGH: Final = 50_000  # samples, to tell units by
STILL: Final = 0.06  # of what it reads: so little a pod shakes in quiet standing, in any unit
MOST_OFF: Final = 0.06  # accelerometers in use are within 5 % of g
MDPS: Final = "gyr_unit = 'deg/s' and gyr_scale = 0.001 (for m°/s)"
CM: Final = "acc_unit = 'm/s2' and acc_scale = 0.01 (for cm/s²)"
ACC_FORMS: Final = {
    "acc_unit = 'm/s2'": 1.0,
    "acc_unit = 'g'": GRAVITY_MPS2,
    "acc_unit = 'mg'": GRAVITY_MPS2 / 1000,
    CM: 0.01,
    "acc_unit = 'm/s2' and acc_scale = 0.001 (for mm/s²)": 0.001,
    "acc_unit = 'm/s2' and acc_scale = 0.3048 (for ft/s²)": 0.3048,
    "acc_unit = 'g' and acc_scale = 0.000001 (for µg)": GRAVITY_MPS2 / 1e6,
}
"""How a mapping says units of acceleration -> their size in m/s²."""


def check_pod(
    mapping: PodMapping, acc_mps2: FloatArray, gyr_radps: FloatArray | None, *, rate_hz: float
) -> None:
    """Raise ValueError, in one sentence, for values that the declared unit cannot mean.

    `acc_mps2` and `gyr_radps` are (n, 3), without missing samples.
    """
    _check_alive("acc", mapping.acc, acc_mps2, mapping.segment_from_sensor)
    _check_range("acc", mapping.acc, acc_mps2)
    some = scattered(np.arange(len(acc_mps2)), ENOUGH)
    _check_gravity(mapping.acc, acc_mps2, some, rate_hz)
    if gyr_radps is not None and mapping.gyr is not None:
        _check_alive("gyr", mapping.gyr, gyr_radps, mapping.segment_from_sensor)
        moving = float(np.linalg.norm(acc_mps2[some].std(axis=0))) > MOVING_ACC_MPS2
        _check_turning(mapping.gyr, gyr_radps[some], moving=moving)
        _check_range("gyr", mapping.gyr, gyr_radps)


def check_size(sensor: str, channels: Channels, values: FloatArray) -> None:
    """Raise ValueError for values (n, 3), as the file has them, that no sensor can say."""
    with np.errstate(over="ignore", invalid="ignore"):
        if not values.size or not largest(values) * abs(channels.factor) > HIGHEST_VALUE:
            return
        size = np.abs(values).max(axis=1) * abs(channels.factor)
        wrong = np.flatnonzero((size > HIGHEST_VALUE) & np.isfinite(values).all(axis=1))
    if len(wrong):
        raise ValueError(
            f"{sensor} reaches {np.abs(values[wrong[0]]).max():.3g} in row {wrong[0] + 1}, which "
            "no sensor measures; correct its unit or scale, or leave the field empty"
        )


def _check_alive(
    sensor: str, channels: Channels, values: FloatArray, segment_from_sensor: FloatArray
) -> None:
    if (values[:SOME_ROWS].std(axis=0) > 0).all():
        return
    # Back on the axes of the columns: a mirror and a turn alike are undone by their transpose.
    span = np.ptp(values @ segment_from_sensor, axis=0)
    columns = channels.columns
    names = [f"{columns}[{k}]" if isinstance(columns, str) else columns[k] for k in range(3)]
    dead = [
        name for name, size in zip(names, span, strict=True) if isinstance(name, str) and size == 0
    ]
    if dead and len(values) > 1:
        raise ValueError(
            f"column {listed(dead)} of {sensor} never changes; name another column, "
            f"write 0 in its place if it was not measured, or leave {sensor} out"
        )


def _check_range(sensor: str, channels: Channels, values: FloatArray) -> None:
    if channels.range_si is None:
        return
    share = float(np.mean(np.abs(values) > LITTLE_MORE * channels.range_si))
    if share > SOME:
        raise ValueError(
            f"{share:.0%} of {sensor} is beyond {sensor}_range; "
            f"give the full scale in {channels.unit}, or leave {sensor}_range out"
        )


def _check_gravity(
    channels: Channels, acc_mps2: FloatArray, some: IntArray, rate_hz: float
) -> None:
    sizes = np.linalg.norm(acc_mps2[some], axis=1)
    low, high = TYPICAL_ACC_MPS2
    if holds_gravity(sizes, low_g=low / GRAVITY_MPS2, high_g=high / GRAVITY_MPS2):
        return
    size = float(np.median(sizes))
    rest = quietest(acc_mps2, rate_hz=rate_hz)
    if rest is not None and rest.size_mps2 < REMOVED * size:
        # Of no unit: with gravity in it the quietest second reads about as much as any other.
        raise ValueError(
            f"acceleration is typically {size:.3g} m/s² and {rest.size_mps2:.2g} in its quietest "
            "second: gravity was taken off it, and nothing can be measured without it; export the "
            "acceleration with gravity"
        )
    still = rest is not None and rest.shake_mps2 < STILL * rest.size_mps2
    said = rest_advice(channels, rest.size_mps2) if rest is not None and still else ""
    least = max(size, TINY)
    raise ValueError(
        f"acceleration is typically {size:.3g} m/s², not near {GRAVITY_MPS2:.2f}; "
        + (said or _advice("acc", channels, ACC_UNITS, low / least, high / least))
    )


def rest_advice(channels: Channels, rest_mps2: float) -> str:
    """Say in which unit quiet standing, which reads `rest_mps2` as declared, would be gravity.

    Every unit that comes within what a sensor may be off: 1000 mg are 981 cm/s².
    """
    correct = GRAVITY_MPS2 / max(rest_mps2, TINY)
    reads = f"quiet standing reads {rest_mps2 / ACC_UNITS[channels.unit]:.4g} in {channels.unit}"
    if channels.counts:
        scale = abs(channels.factor) / ACC_UNITS[channels.unit] * correct
        return (
            f"{reads}, which acc_scale = {scale:.4g} would make 1 g; the data sheet says the "
            "true scale"
        )
    now = ACC_UNITS[channels.unit]
    fitting = [
        words
        for words, factor in ACC_FORMS.items()
        if abs(factor / now / correct - 1) < MOST_OFF and factor != now
    ]
    if not fitting:
        return (
            f"{reads}, and not 1 g; correct acc_unit or acc_scale in the mapping, or export it "
            "without a mean or an offset taken off"
        )
    if len(fitting) == 1:
        return f"{reads}, so {fitting[0]} would fit"
    return f"{reads}, so {' or '.join(fitting)} would fit; the data sheet says which"


def _check_turning(channels: Channels, gyr_radps: FloatArray, *, moving: bool) -> None:
    fast = float(np.percentile(np.abs(gyr_radps), 99))
    if fast > FASTEST_GYR_RADPS or (moving and fast < SLOWEST_RUNNING_RADPS):
        least = max(fast, TINY)
        low, high = SLOWEST_RUNNING_RADPS / least, FASTEST_GYR_RADPS / least
        raise ValueError(
            f"angular rate reaches {fast:.3g} rad/s, which does not fit a runner; "
            + _advice("gyr", channels, GYR_UNITS, low, high)
        )


def _advice(
    sensor: str, channels: Channels, units: Mapping[str, float], low: float, high: float
) -> str:
    """Say which unit would make it right, where one does."""
    now = units[channels.unit]
    fitting = [unit for unit, factor in units.items() if low < factor / now < high]
    if sensor == "gyr" and not fitting and low < GYR_UNITS["deg/s"] / 1000 / now < high:
        return f"{MDPS} would fit"
    if channels.unit == "lsb" or not fitting or fitting[0] == channels.unit:
        return f"correct {sensor}_unit or {sensor}_scale in the mapping"
    other = f", or {CM}" if sensor == "acc" and fitting[0] == "mg" and now == 1.0 else ""
    return f"{sensor}_unit = {fitting[0]!r}{other} would fit"
