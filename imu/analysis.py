"""analyse(recording): the one function that calls the others, and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from imu.edition import EDITION
from imu.frames import FloatArray, IntArray, Placement
from imu.recording import Recording, check
from imu.stances import Stances

if TYPE_CHECKING:
    import pandas as pd
    from scipy.spatial.transform import Rotation

    from imu.loading import LoadingView
    from imu.summary import Summary

CURVE_POINTS: Final = 101


@dataclass(frozen=True)
class StanceTable:
    """One row per running stance: the events, then every metric, then what may be trusted.

    `metrics` maps each name in `METRICS` to (n,) values; `quality` holds (n,) columns
    ``coverage_pct``, ``clipped`` (bool: any sensor), one more such column per sensor
    (``clipped_shank_accelerometer`` …), ``implausible_count`` (int: values left out because no
    running stance has them) and ``quality`` (words; empty when nothing is wrong).
    """

    events: Stances
    metrics: Mapping[str, FloatArray]
    quality: Mapping[str, npt.NDArray[Any]]

    def __len__(self) -> int:
        return len(self.events)

    def to_frame(self) -> pd.DataFrame:
        """Return the table as pandas: side, bout, events, metrics, quality columns."""
        import pandas as pd

        events = vars(self.events)
        return pd.DataFrame({**events, **self.metrics, **self.quality})


@dataclass(frozen=True)
class Bouts:
    """Stretches of one gait, in order: ``running``, ``walking`` or ``standing``; session clock."""

    start_s: FloatArray
    stop_s: FloatArray
    gait: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.gait)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per bout."""
        import pandas as pd

        return pd.DataFrame(vars(self))


@dataclass(frozen=True)
class Alignment:
    """How one pod sits on its segment: (3, 3) rotation, 0..1 confidence, and what was found."""

    segment_from_sensor: FloatArray
    confidence: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Curves:
    """Stance-normalised curves, 0 to 100 % of stance in `CURVE_POINTS` steps.

    `mean` and `sd` map a suffixed signal name (``pelvis_tilt_deg`` …) to (2, 101): left, right.
    `count` (2,) is the number of stances behind them. Leg-signed as in the metrics.
    """

    mean: Mapping[str, FloatArray]
    sd: Mapping[str, FloatArray]
    count: IntArray


@dataclass(frozen=True)
class SessionQuality:
    """What may be trusted: a grade from A to D, and the reasons in words.

    `pods` maps a placement to numbers for people and files: ``coverage_pct``, ``clipped_pct``,
    ``sync_s`` and the like. `complaint` is empty, or the one sentence to act on before anything
    else: the recording is not what it claims to be. `implausible` maps a metric to the number of
    stances in which no running stance could have its value; metrics without any are absent.
    """

    grade: str
    reasons: tuple[str, ...]
    pods: Mapping[Placement, Mapping[str, float]]
    complaint: str = ""
    implausible: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Analysis:
    """Everything that is known about one recording. `orientation` is world_from_segment."""

    stances: StanceTable
    bouts: Bouts
    curves: Curves
    orientation: Mapping[Placement, Rotation]
    alignment: Mapping[Placement, Alignment]
    quality: SessionQuality
    parameters: Mapping[str, Any]

    @cached_property
    def summary(self) -> Summary:
        """Medians, variability, dose and drift, left and right; computed when first asked for."""
        from imu.summary import summarise

        return summarise(self.stances)

    @cached_property
    def loading(self) -> LoadingView:
        """The mid-stance question in numbers, one answer per stance; see `imu.loading`."""
        from imu.loading import loading

        return loading(self.stances)


def analyse(
    recording: Recording,
    *,
    shank: str = "midstance_shank",
    pelvis: str = "midstance_pelvis",
    functional_s: tuple[float, float] | None = None,
) -> Analysis:
    """Find every running stance in `recording` and measure how it is loaded.

    Works with any subset of pelvis, left and right shank, any mounting, with or without
    gyroscopes; what cannot be computed is NaN and ``quality`` says why. `shank` and `pelvis` name
    the detectors of contact (`imu.segmentation.SEGMENTERS`). `functional_s` is (start, stop) on the
    session clock of knee bends with a bow (`imu.functional`), which then tell how the pods sit.
    Raises ValueError, in one sentence, only for input that cannot be meant (see
    `imu.recording.check`).
    """
    from imu import segmentation, slip
    from imu.curves import curves
    from imu.functional import declared
    from imu.impossible_readings import named, without_impossible_readings
    from imu.metrics.measure import measure
    from imu.metrics.refusal import explained
    from imu.placement import SWAPPED, swapped
    from imu.quality import judge
    from imu.same_stream import check_streams_differ

    check(recording)
    check_streams_differ(recording)
    recording, impossible = without_impossible_readings(recording)
    rate_hz = recording.rate_hz
    movement = None if functional_s is None else declared(recording, functional_s)
    segments = segmentation.worn(recording, movement=movement)
    recording = replace(recording, sensors={})  # lets an hour of samples go, if nobody holds it
    quaternions = segmentation.oriented(segments, rate_hz=rate_hz)
    signals, events = segmentation.stances(
        segments,
        quaternions,
        rate_hz=rate_hz,
        start_s=recording.start_s,
        shank=shank,
        pelvis=pelvis,
    )
    signals = replace(signals, sync_s=recording.sync_s)
    metrics, quality = measure(signals)
    quality["quality"] = explained(quality["quality"], signals, metrics)
    slips = slip.find_slips(segments, events, rate_hz=rate_hz, start_s=recording.start_s)
    quality["quality"] = slip.flagged(quality["quality"], events, slips)
    table = StanceTable(events, metrics, quality)
    return Analysis(
        stances=table,
        bouts=segmentation.bouts(events, segments, rate_hz=rate_hz, start_s=recording.start_s),
        curves=curves(signals, quality),
        orientation=segmentation.rotations(quaternions),
        alignment={placement: segment.alignment for placement, segment in segments.items()},
        quality=judge(
            recording,
            segments,
            table,
            complaint=SWAPPED if swapped(signals) else "",
            found=[*named(impossible), *slip.sentences(slips, start_s=recording.start_s)],
        ),
        parameters={
            "edition": EDITION,
            **segmentation.PARAMETERS,
            "shank": shank,
            "pelvis": pelvis,
            **({} if functional_s is None else {"functional_s": functional_s}),
        },
    )
