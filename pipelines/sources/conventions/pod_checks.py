"""Test what a pod's samples say of gravity, signs and handedness, and name what they contradict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from imu.frames import UP, FloatArray, IntArray
from imu.quality.conventions.coarse import COARSE_ACC_MPS2, COARSE_GYR_RADPS, coarse_step
from imu.quality.conventions.gravity import Quietest, gravity_removed, little_off_pct, off_by
from imu.quality.conventions.handedness import turn_factor, turns_with_gravity
from imu.quality.conventions.hinge import hinge_axis
from imu.quality.conventions.lag import lag_s
from imu.quality.conventions.over_strides import Overview
from imu.quality.conventions.smoothed import smoothed, turns_smoothly, without_ringing
from imu.quality.conventions.turned_wrongly import turned_wrongly
from pipelines.sources.conventions.turning_words import (
    OtherFactorError,
    axis_not_shown,
    doubt,
    factor_words,
    hinge_doubt,
    late,
    refusal,
    scale_doubt,
    smooth_rate_doubt,
    smoothing_doubt,
    steps_doubt,
)
from pipelines.sources.conventions.unit_checks import rest_advice
from pipelines.sources.doubts import Note
from pipelines.sources.mapping import PodMapping
from pipelines.sources.mapping.axes import on_axes

UPSIDE_DOWN: Final = -0.5
LITTLE_OFF: Final = (0.75, 1.35)
OTHER_UNIT: Final = 0.2


def check_conventions(
    mapping: PodMapping,
    acc_mps2: FloatArray,
    gyr_radps: FloatArray | None,
    *,
    rate_hz: float,
    index: IntArray,
) -> tuple[Note, ...]:
    """Return what is assumed and what is doubted of a pod.

    Its samples are in SI units, on the axes of the body where they are known, and `index` (n,) are
    their places in the sampling.
    ValueError, in one sentence, for what its samples contradict: both explanations where there are
    two.
    """
    overview = Overview.of(acc_mps2, gyr_radps, rate_hz=rate_hz, index=index)
    rest = overview.rest
    if how := gravity_removed(acc_mps2, rest, rate_hz=rate_hz):
        raise ValueError(
            f"gravity was taken off this acceleration ({how}, and not 9.8), and nothing can be "
            "measured without it; export the acceleration with gravity"
        )
    if (size := off_by(rest)) is not None:
        raise ValueError(rest_advice(mapping.acc, size))
    if mapping.axes is not None:
        _check_upright(mapping, rest)
    notes = [*_scale(mapping, rest), *_assumed(mapping)]
    notes += _smooth(mapping, acc_mps2, gyr_radps, rate_hz, overview)
    notes += _coarse(mapping, acc_mps2, gyr_radps)
    if gyr_radps is None:
        return tuple(notes)
    doubts = _check_turning(mapping, acc_mps2, gyr_radps, rate_hz, overview)
    # Whether it does is all that is asked here: `turned_wrongly` is surer of what does not.
    if mapping.handed is None and not turns_with_gravity(
        acc_mps2, gyr_radps, rate_hz=rate_hz, overview=overview
    ):
        notes.append(Note(HAND_NOT_SHOWN))
    return (*doubts, *notes)


def _check_turning(
    mapping: PodMapping,
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    rate_hz: float,
    overview: Overview,
) -> tuple[Note, ...]:
    """Return a note where rotation does not fit gravity and nothing explains it.

    ValueError, in one sentence, where something does.
    """
    # Back on the axes of the columns; of a mirror, so that rotation keeps its sense.
    from_body = mapping.segment_from_sensor.T
    hand = float(np.linalg.det(from_body))
    acc, gyr = on_axes(acc_mps2, from_body), on_axes(gyr_radps, from_body, hand)
    pelvis = mapping.placement == "pelvis"
    wrong = turned_wrongly(acc, gyr, overview, pelvis=pelvis, rate_hz=rate_hz)
    if wrong is not None and wrong.explanations:
        factor = any(one.kind == "factor" for one in wrong.explanations)
        raise (OtherFactorError if factor else ValueError)(refusal(wrong, mapping, rate_hz))
    _check_factor(mapping, acc_mps2, gyr_radps, rate_hz, overview)
    if wrong is not None:
        return (doubt(wrong, mapping),)
    check_lag(mapping, acc_mps2, gyr_radps, overview, rate_hz=rate_hz)
    if pelvis:
        return axis_not_shown(mapping, None)
    hinge = hinge_axis(acc, gyr, overview, rate_hz=rate_hz)
    if hinge is None or hinge.shown:
        return ()
    return hinge_doubt(mapping, hinge.axis) if hinge.turned else axis_not_shown(mapping, hinge.axis)


def check_lag(
    mapping: PodMapping,
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    overview: Overview,
    *,
    rate_hz: float,
    own_clocks: bool = False,
) -> None:
    """Raise ValueError where sensors with times of their own do not show one movement at once."""
    later_s = lag_s(
        acc_mps2,
        gyr_radps,
        rate_hz=rate_hz,
        pelvis=mapping.placement == "pelvis",
        own_clocks=own_clocks,
        overview=overview,
    )
    if later_s is not None:
        raise ValueError(late(later_s))


def _check_upright(mapping: PodMapping, rest: Quietest | None) -> None:
    if rest is None or not rest.quiet or rest.mean_mps2[UP] > UPSIDE_DOWN * rest.size_mps2:
        return
    other = "+" if mapping.acc.sign == "-" else "-"
    raise ValueError(
        f"quiet standing reads {rest.mean_mps2[UP]:.1f} m/s² upward: either acceleration has the "
        f'opposite sign (write acc_sign = "{other}") or axes name the pod upside down (turn two of '
        'their signs); at rest the axis that points up must read +9.8 with acc_sign = "+"'
    )


def _check_factor(
    mapping: PodMapping,
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    rate_hz: float,
    overview: Overview,
) -> None:
    """Raise ValueError where rotation goes much further, or much less far, than gravity turns.

    A pelvis turns little: there it says something only where the unit is another.
    """
    factor = turn_factor(acc_mps2, gyr_radps, rate_hz=rate_hz, overview=overview)
    if factor is None or (mapping.placement == "pelvis" and factor > OTHER_UNIT):
        return
    if mapping.time.column is not None and LITTLE_OFF[0] < factor < LITTLE_OFF[1]:
        return
    words = factor_words(factor, mapping, rate_hz)
    raise OtherFactorError(f"{words}; the data sheet says which")


def _smooth(
    mapping: PodMapping,
    acc_mps2: FloatArray,
    gyr_radps: FloatArray | None,
    rate_hz: float,
    overview: Overview,
) -> Iterator[Note]:
    """Yield notes on sensors that were filtered."""
    pelvis, rows = mapping.placement == "pelvis", overview.rows
    if smoothed(acc_mps2, pelvis=pelvis, rate_hz=rate_hz, rows=rows):
        yield smoothing_doubt(mapping)
    elif not pelvis and without_ringing(acc_mps2, rate_hz=rate_hz, rows=rows):
        yield smoothing_doubt(mapping, "20 Hz", "peaks read")
    if gyr_radps is not None and turns_smoothly(gyr_radps, rate_hz=rate_hz, rows=rows):
        yield smooth_rate_doubt(mapping)


def _coarse(
    mapping: PodMapping, acc_mps2: FloatArray, gyr_radps: FloatArray | None
) -> Iterator[Note]:
    """Yield notes on sensors that are written in large steps."""
    acc = coarse_step(acc_mps2, COARSE_ACC_MPS2)
    gyr = None if gyr_radps is None else coarse_step(gyr_radps, COARSE_GYR_RADPS)
    if acc is not None:
        yield steps_doubt(mapping, "acc", f"{acc:.2g} m/s²")
    if gyr is not None:
        yield steps_doubt(mapping, "gyr", f"{gyr:.2g} rad/s")


def _scale(mapping: PodMapping, rest: Quietest | None) -> list[Note]:
    off_pct = little_off_pct(rest)
    return [] if rest is None or off_pct is None else [scale_doubt(off_pct, rest, mapping)]


def _assumed(mapping: PodMapping) -> list[Note]:
    if mapping.acc.sign:
        return []
    return [Note("acceleration is taken as +1 g upward at rest, as acc_sign does not say")]


HAND_NOT_SHOWN: Final = "axes are taken as right-handed, which its movement does not show"
