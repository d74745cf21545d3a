"""Test what a pod's samples say of gravity, signs and handedness, and name what they contradict."""

from __future__ import annotations

from typing import Final

from imu.frames import UP, FloatArray, IntArray
from imu.quality.conventions.gravity import Quietest, gravity_removed, off_by, quietest
from imu.quality.conventions.handedness import lag_s, turn_factor, turns_with_gravity
from pipelines.sources.mapping import PodMapping

UPSIDE_DOWN: Final = -0.5
LITTLE_OFF: Final = (0.75, 1.35)


def check_conventions(
    mapping: PodMapping,
    acc_mps2: FloatArray,
    gyr_radps: FloatArray | None,
    *,
    rate_hz: float,
    index: IntArray,
) -> tuple[str, ...]:
    """Return what was assumed of a pod in SI units, on the axes of the body where they are known.

    `index` (n,) are the places of its samples in the sampling.
    ValueError, in one sentence, for what its samples contradict: both explanations where there are
    two.
    """
    rest = quietest(acc_mps2, rate_hz=rate_hz)
    if how := gravity_removed(acc_mps2, rest, rate_hz=rate_hz):
        raise ValueError(
            f"gravity was taken off this acceleration ({how}, and not 9.8), and nothing can be "
            "measured without it; export the acceleration with gravity"
        )
    if (size := off_by(rest)) is not None:
        raise ValueError(
            f"quiet standing reads {size:.3g} m/s², and not 9.8; "
            "correct acc_unit or acc_scale in the mapping"
        )
    if mapping.axes is not None:
        _check_upright(mapping, rest)
    tested = False
    notes: tuple[str, ...] = ()
    if gyr_radps is not None:
        notes = _check_factor(mapping, acc_mps2, gyr_radps, rate_hz, index)
        tested = _check_hand(mapping, acc_mps2, gyr_radps, rate_hz, index)
        if not notes:  # a scale that is off explains as much
            check_lag(acc_mps2, gyr_radps, rate_hz=rate_hz)
    return (*notes, *_assumed(mapping, hand_tested=tested))


def check_lag(acc_mps2: FloatArray, gyr_radps: FloatArray, *, rate_hz: float) -> None:
    """Raise ValueError where sensors with times of their own do not show one movement at once."""
    later_s = lag_s(acc_mps2, gyr_radps, rate_hz=rate_hz)
    if later_s is not None:
        raise ValueError(
            f"gyr fits acc only about {abs(later_s) * 1000:.0f} ms "
            f"{'later' if later_s > 0 else 'earlier'} than its times say: their clocks do not "
            "agree, or one was filtered late; export both unfiltered, with the time of one clock"
        )


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
    index: IntArray,
) -> tuple[str, ...]:
    """Return a note where rotation goes further, or less far, than gravity turns.

    ValueError where it does so by far, and where nothing but the mapping says the rate. Stamps say
    when samples were; a sensor's scale may well be off by a fifth where its driver is.
    """
    factor = turn_factor(acc_mps2, gyr_radps, rate_hz=rate_hz, index=index)
    if factor is None:
        return ()
    said = f"angular rate fits this acceleration only if multiplied by about {factor:g}"
    if mapping.time.column is not None and LITTLE_OFF[0] < factor < LITTLE_OFF[1]:
        return (f"{mapping.placement}: {said}: its scale may be off",)
    raise ValueError(
        f"{said}: either its unit is another (correct gyr_unit or gyr_scale) or its rows come at "
        f"another rate than {rate_hz:.4g} Hz (correct rate_hz, or the unit of time); the data "
        "sheet says which"
    )


def _check_hand(
    mapping: PodMapping,
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    rate_hz: float,
    index: IntArray,
) -> bool:
    """Return whether the hand could be tested; ValueError where rotation contradicts gravity."""
    fits = turns_with_gravity(acc_mps2, gyr_radps, rate_hz=rate_hz, index=index)
    if fits is False:
        later_s = lag_s(acc_mps2, gyr_radps, rate_hz=rate_hz)
        late = "" if later_s is None else f", or it comes about {abs(later_s) * 1000:.0f} ms "
        late += "" if later_s is None else "late" if later_s < 0 else "early"
        hand = "right" if mapping.handed == "left" else "left"
        sign = "+" if mapping.gyr is not None and mapping.gyr.sign == "-" else "-"
        raise ValueError(
            "angular rate turns the wrong way round for this acceleration: either its sign is "
            f'opposite (write gyr_sign = "{sign}") or the axes are {hand}-handed (write handed = '
            f'"{hand}"){late}, or else its unit or the rate of its rows is wrong; the data sheet '
            "says which"
        )
    return bool(fits)


def _assumed(mapping: PodMapping, *, hand_tested: bool) -> list[str]:
    said = []
    if not mapping.acc.sign:
        said.append("acceleration is taken as +1 g upward at rest, as acc_sign does not say")
    if mapping.handed is None and not hand_tested and mapping.gyr is not None:
        said.append("axes are taken as right-handed, which its movement does not show")
    return said
