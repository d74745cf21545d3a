"""Say in words what would make a pod's angular rate fit its acceleration, and what to write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from imu.frames import GRAVITY_MPS2
from imu.quality.conventions.gravity import SCALE, Quietest
from imu.quality.conventions.turned_wrongly import DOUBT, Explanation, Wrong
from pipelines.sources.mapping import PodMapping
from pipelines.sources.quoting import shown

OTHER_FACTOR: Final = "angular rate fits this acceleration only if multiplied by about"


class OtherFactorError(ValueError):
    """Angular rate would have to be multiplied to turn as far as gravity does."""


def refusal(wrong: Wrong, mapping: PodMapping, rate_hz: float) -> str:
    """Return the sentence on rates that something explains: all of what explains them as well."""
    words = [_words(one, mapping, rate_hz) for one in wrong.explanations]
    pelvis = mapping.placement == "pelvis"
    more = OF_PELVIS.get(wrong.explanations[0].kind, "") if pelvis else ""
    asked = any(one.kind not in ("lag", "no turn") for one in wrong.explanations)
    return f"{'; or else '.join(words)}{more}{'; the data sheet says which' if asked else ''}"


WORLD: Final = (
    "acceleration is not on the axes of the pod but on those of the world: export it as the sensor "
    "reads it"
)
AXES: Final = "counts the other way round or stands in another's place (correct those columns)"
OF_PELVIS: Final[Mapping[str, str]] = {
    "reversed": f", or some axis of acc or gyr {AXES}",
    "gyr axis": f"; or else another axis of acc or gyr {AXES}",
    "acc axis": f"; or else another axis of acc or gyr {AXES}",
    "order": f"; or else some axis of acc or gyr {AXES}, or {WORLD}",
}
"""A pelvis turns too little to tell these apart."""


def doubt(wrong: Wrong, mapping: PodMapping) -> str:
    """Return the note on rates that nothing explains."""
    name = mapping.placement.replace("_", " ")
    return (
        f"{name}: {DOUBT}: turned by it, gravity over whole strides reads "
        f"{GRAVITY_MPS2 + wrong.off_mps2:.1f} m/s² and not {GRAVITY_MPS2:.1f}; its angles are "
        "doubtful: look for lost samples, filters and columns of another pod"
    )


def scale_doubt(off_pct: float, rest: Quietest, mapping: PodMapping) -> str:
    """Return the note on acceleration that is a little more or less than gravity at rest."""
    name = mapping.placement.replace("_", " ")
    return (
        f"{name}: {SCALE} {abs(off_pct):.0f} %: quiet standing reads "
        f"{rest.size_mps2:.2f} m/s² and not {GRAVITY_MPS2:.2f}; "
        "calibrate the pod, or correct acc_scale by its data sheet"
    )


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
