"""Say in words what would make a pod's angular rate fit its acceleration, and what to write."""

from __future__ import annotations

from math import pi
from typing import Final

from imu.frames import GRAVITY_MPS2
from imu.quality.conventions.gravity import Quietest
from imu.quality.conventions.turned_wrongly import DOUBT, Explanation, Wrong
from pipelines.sources.doubts import Doubt, Note
from pipelines.sources.mapping import PodMapping
from pipelines.sources.quoting import shown

OTHER_FACTOR: Final = "angular rate fits this acceleration only if multiplied by about"


class OtherFactorError(ValueError):
    """Angular rate would have to be multiplied to turn as far as gravity does."""


def refusal(wrong: Wrong, mapping: PodMapping, rate_hz: float) -> str:
    """Return the sentence on rates that something explains: all of what explains them as well."""
    if mapping.placement == "pelvis":
        return OF_PELVIS
    words = [_words(one, mapping, rate_hz) for one in wrong.explanations]
    asked = any(one.kind not in ("lag", "no turn") for one in wrong.explanations)
    return f"{'; or else '.join(words)}{'; the data sheet says which' if asked else ''}"


WORLD: Final = (
    "acceleration is not on the axes of the pod but on those of the world: export it as the sensor "
    "reads it"
)
OF_PELVIS: Final = (
    "angular rate does not turn as this acceleration does, and a pelvis turns too little to tell "
    "why: all axes of gyr count the other way round (see gyr_sign, and handed where the axes are "
    "left-handed), one axis of acc or gyr does (a minus before the name of its column turns it), "
    "columns stand in each other's place, or acceleration is on the axes of the world and not of "
    "the pod; the data sheet says which, and so does a turn of the pod by hand about each axis"
)
"""What is named as fitting best is another than the true one in a third of the pelvises."""


def doubt(wrong: Wrong, mapping: PodMapping) -> Note:
    """Return the note on rates that nothing explains."""
    words = (
        f"{DOUBT}: turned by it, gravity over whole strides reads "
        f"{GRAVITY_MPS2 + wrong.off_mps2:.1f} m/s² and not {GRAVITY_MPS2:.1f}; its angles are "
        "doubtful: look for lost samples, filters and columns of another pod"
    )
    return _of_pod(mapping, words, Doubt.TURNED)


def _of_pod(mapping: PodMapping, words: str, doubt: Doubt | None = None) -> Note:
    return Note(f"{mapping.placement.replace('_', ' ')}: {words}", doubt)


def hinge_doubt(mapping: PodMapping, axis: int) -> tuple[Note, ...]:
    """Return the note on an axis of a shank that is turned though the mapping states all signs.

    ValueError, in one sentence, where it does not.
    """
    said = _axis_words("acc axis", axis, mapping)
    if not (mapping.acc.sign and mapping.handed):
        raise ValueError(f"{said}; the data sheet says which")
    return (_of_pod(mapping, f"{DOUBT}: {said}", Doubt.TURNED),)


def axis_not_shown(mapping: PodMapping, axis: int | None) -> tuple[Note, ...]:
    """Return the note on an axis of acc whose sense nothing shows: that of a hinge, or any."""
    if mapping.acc.sign and mapping.handed:
        return ()
    if axis is None:
        said = f"each axis of acc and gyr is taken to count as it stands, {TURNS_LITTLE}"
        return (_of_pod(mapping, said),)
    named = mapping.acc.columns
    which = "xyz"[axis] if isinstance(named, str) else shown(mapping.acc.written[axis])
    said = f"the axis {which} of acc, about which the leg swings, {AS_IT_STANDS}"
    return (_of_pod(mapping, said),)


TURNS_LITTLE: Final = "as a pelvis turns too little to show that one is turned"
AS_IT_STANDS: Final = "is taken to count as it stands, which its movement does not show"


def scale_doubt(off_pct: float, rest: Quietest, mapping: PodMapping) -> Note:
    """Return the note on acceleration that is a little more or less than gravity at rest."""
    words = (
        f"acceleration may be off by {abs(off_pct):.0f} %: quiet standing reads "
        f"{rest.size_mps2:.2f} m/s² and not {GRAVITY_MPS2:.2f}; "
        "calibrate the pod, or correct acc_scale by its data sheet"
    )
    return _of_pod(mapping, words, Doubt.ACC_SCALE)


def smoothing_doubt(
    mapping: PodMapping,
    after: str = "10 Hz or a mean over a tenth of a second",
    less: str = "peaks and angles read",
) -> Note:
    """Return the note on acceleration that holds no shocks."""
    words = (
        "acceleration was smoothed before: it holds next to none of the shocks of landing, as "
        f"after a filter at {after}, so that {less} too little; export it unfiltered"
    )
    return _of_pod(mapping, words, Doubt.SMOOTHED)


def smooth_rate_doubt(mapping: PodMapping) -> Note:
    """Return the note on angular rate that holds nothing quick."""
    words = (
        "angular rate was smoothed before: it holds next to nothing quick, as after a filter at "
        "5 or 8 Hz, so that angles read too little; export it unfiltered"
    )
    return _of_pod(mapping, words, Doubt.SMOOTHED)


def steps_doubt(mapping: PodMapping, sensor: str, step: str) -> Note:
    """Return the note on a sensor in large steps."""
    words = (
        f"{sensor} comes in steps of {step}: angles and small peaks are read coarsely; "
        "export it with more digits, or record it in a smaller range"
    )
    return _of_pod(mapping, words, Doubt.STEPS)


def late(later_s: float) -> str:
    """Return how sensors are said not to show one movement at once."""
    return (
        f"gyr fits acc only about {abs(later_s) * 1000:.0f} ms "
        f"{'later' if later_s > 0 else 'earlier'} than its times say: their clocks do not "
        "agree, or one was filtered late; export both unfiltered, with the time of one clock"
    )


def reversed_words(mapping: PodMapping) -> str:
    """Return how rates are said to turn the wrong way round, and what to write."""
    hand = "right" if mapping.handed == "left" else "left"
    sign = "+" if mapping.gyr is not None and mapping.gyr.sign == "-" else "-"
    return (
        "angular rate turns the wrong way round for this acceleration: either its sign is "
        f'opposite (write gyr_sign = "{sign}") or the axes are {hand}-handed (write handed = '
        f'"{hand}")'
    )


SELDOM_UNITS: Final = {"for turns a second": 2 * pi, "for turns a minute": 2 * pi / 60}
NEARLY: Final = 0.08


def factor_words(factor: float, mapping: PodMapping, rate_hz: float) -> str:
    """Return by what rates would have to be multiplied, and what to write."""
    if mapping.time.column is None:  # then its rate is no more certain than its scale
        return (
            f"{OTHER_FACTOR} {factor:.2g}: either its rows come at another rate than {rate_hz:.4g} "
            "Hz (correct rate_hz, or name their time) or its unit or scale is another (correct "
            "gyr_unit or gyr_scale)"
        )
    scale = ""
    if mapping.gyr is not None and 0.5 < factor < 2:
        from pipelines.sources.mapping import GYR_UNITS

        now = abs(mapping.gyr.factor) / GYR_UNITS[mapping.gyr.unit]
        scale = f": gyr_scale = {now * factor:.3g} would fit"
    for name, size in SELDOM_UNITS.items():
        now = 1.0 if mapping.gyr is None else abs(mapping.gyr.factor)
        if abs(now * factor / size - 1) < NEARLY and mapping.gyr is not None:
            scale = f": gyr_unit = 'rad/s' and gyr_scale = {size:.4g} would fit, {name}"
    return (
        f"{OTHER_FACTOR} {factor:.2g}: either its "
        f"unit or scale is another (correct gyr_unit or gyr_scale{scale}) or its rows come at "
        f"another rate than {rate_hz:.4g} Hz (correct rate_hz, or the unit of time)"
    )


def _words(one: Explanation, mapping: PodMapping, rate_hz: float) -> str:
    if one.kind == "reversed":
        return reversed_words(mapping)
    if one.kind == "factor":
        return factor_words(one.value, mapping, rate_hz)
    if one.kind == "lag":
        return late(one.value)
    if one.kind == "order":
        return _order_words(int(one.value), mapping)
    if one.kind == "no turn":
        return WORLD
    return _axis_words(one.kind, int(one.value), mapping)


def _axis_words(kind: str, axis: int, mapping: PodMapping) -> str:
    """Return how one axis of a sensor is said to count the other way round, and what to write.

    Of the accelerometer that looks as two axes of the gyroscope do.
    """
    of_acc = kind == "acc axis"
    sensor, other = ("acc", "gyr") if of_acc else ("gyr", "acc")
    channels = mapping.acc if of_acc else mapping.gyr
    if channels is None or isinstance(channels.columns, str):
        name, cure = "xyz"[axis], "change the sign of its values in the file"
    else:
        now = channels.written[axis]
        name, turned = shown(now), now[1:] if now[:1] == "-" else f"-{now}"
        cure = f"write {shown(turned)} in place of {name}"
    both = " (or the two others of gyr do, which then want a minus)" if of_acc else ""
    return (
        f"the axis {name} of {sensor} counts the other way round than that of {other}: {cure}{both}"
    )


def _order_words(order: int, mapping: PodMapping) -> str:
    axes = [order // 100, order // 10 % 10, order % 10]
    assert mapping.gyr is not None
    gyr = mapping.gyr
    named = ["xyz"[k] if isinstance(gyr.columns, str) else gyr.written[k] for k in axes]
    numbers = [c for c in gyr.columns if not isinstance(c, str)]
    said = ", ".join(name if name in {f"{c:g}" for c in numbers} else f'"{name}"' for name in named)
    return (
        "angular rate turns about other axes than this acceleration: two of its columns or more "
        f"stand in each other's place; write gyr = [{said}], in the order that fits"
    )
