"""Compute stances, metrics, curves and quality of a recording: `analyse` and its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from imu.alignment import worn_pods
from imu.alignment.functional import declared
from imu.alignment.segment import Alignment, Segment
from imu.edition import EDITION
from imu.frames import FloatArray, Placement
from imu.metrics.table import StanceTable
from imu.metrics.valid_range import count_implausible
from imu.orientation import on_demand
from imu.quality import (
    clock_agreement,
    event_agreement,
    leg_pods,
    lost_zero,
    pod_slip,
    stance_reasons,
    swapped_pods,
)
from imu.quality.clock_agreement import NOTHING_KNOWN, ClockAgreement
from imu.quality.grade import SessionQuality, judge
from imu.recording.impossible_readings import named, without_impossible_readings
from imu.recording.recording import Recording, check
from imu.recording.same_stream import check_streams_differ
from imu.segmentation.parameters import PARAMETERS
from imu.segmentation.running_stances import gait_bouts
from imu.segmentation.segment import find_stances
from imu.segmentation.stances import Bouts, Stances
from imu.session.curves import Curves
from imu.session.in_turn import measured_in_turn
from imu.session.midstance_view import Reading, readings
from imu.session.summary import Summary, summarise
from imu.stance_signals.signals import StanceSignals, cut
from imu.wearer import ANYBODY, Wearer

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation


@dataclass(frozen=True)
class Analysis:
    """The results of one recording. `orientation` is world_from_segment.

    `signals` cuts the recording into its stances anew, for what is rarely asked for; None where the
    record was made by hand.
    """

    stances: StanceTable
    bouts: Bouts
    curves: Curves
    orientation: Mapping[Placement, Rotation]
    alignment: Mapping[Placement, Alignment]
    quality: SessionQuality
    parameters: Mapping[str, Any]
    wearer: Wearer = ANYBODY
    clocks: ClockAgreement = NOTHING_KNOWN
    signals: Callable[[], StanceSignals] | None = field(default=None, repr=False, compare=False)

    @property
    def vertical_force_bw(self) -> FloatArray | None:
        """Estimated vertical force of both feet (n,) on the recording's grid, in body weights.

        Zero in flight, NaN outside running; None without a pelvis pod. Computed at each call.
        """
        return None if self.signals is None else self.signals().force.over_time_bw

    @cached_property
    def summary(self) -> Summary:
        """Medians, variability, dose and drift, left and right; computed when first asked for."""
        return summarise(self.stances, leg_length_m=self.wearer.leg_length_m)

    @cached_property
    def midstance(self) -> tuple[Reading, ...]:
        """The mid-stance question in three readings, left and right (`midstance_view`)."""
        columns = {**self.stances.metrics, **self.stances.quality}
        return readings(self.stances.events.side, columns)


def analyse(
    recording: Recording,
    *,
    shank: str = "midstance_shank",
    pelvis: str = "midstance_pelvis",
    functional_s: tuple[float, float] | None = None,
    wearer: Wearer = ANYBODY,
) -> Analysis:
    """Find every running stance in `recording` and measure how it is loaded.

    Works with any subset of pelvis, left and right shank, any mounting, with or without
    gyroscopes; what cannot be computed is NaN and ``quality`` says why. `shank` and `pelvis` name
    the detectors of contact (`imu.segmentation.DETECTORS`). `functional_s` is (start, stop) on the
    session clock of knee bends with a bow, which then give the pods' alignment (`functional`).
    `wearer` says what is known of the runner beforehand (`Wearer`): it bears on the speed alone.
    Raises ValueError, in one sentence, only for unusable input (see
    `imu.recording.recording.check`).
    """
    check(recording)
    check_streams_differ(recording)
    recording, impossible = without_impossible_readings(recording)
    rate_hz = recording.rate_hz
    movement = None if functional_s is None else declared(recording, functional_s)
    sensors = dict(recording.sensors)
    recording = replace(recording, sensors={})  # frees the samples, unless the caller holds them
    segments = worn_pods.turned(sensors, rate_hz=rate_hz, movement=movement)
    found = find_stances(
        segments,
        rate_hz=rate_hz,
        start_s=recording.start_s,
        shank=shank,
        pelvis=pelvis,
    )
    events = found.events
    clocks = clock_agreement.judged(segments, found.searched, rate_hz=rate_hz)
    late_s = clocks.late_at_s(found.start / rate_hz)
    windows = partial(
        cut,
        found,
        segments,
        rate_hz=rate_hz,
        sync_s=recording.sync_s,
        late_s=late_s,
        wearer=wearer,
    )
    # In place, for nobody else has these samples yet.
    quaternions = on_demand.oriented(segments, rate_hz=rate_hz, in_place=True)
    signals = windows(quaternions)
    measured, curves = measured_in_turn(signals, quaternions)
    quaternions = on_demand.oriented(segments, rate_hz=rate_hz)
    slips = pod_slip.find_slips(segments, events, rate_hz=rate_hz, start_s=recording.start_s)
    both = "pelvis" in segments and found.searched
    unmatched = event_agreement.unmatched(events) if both else []
    zero = [] if "pelvis" in slips else _lost_zero(segments, events, recording)
    flags = stance_reasons.reason_flags(signals, measured, events, slips, clocks)
    words = stance_reasons.in_words(flags, measured.implausible)
    table = StanceTable(events, measured.metrics, {**measured.columns, "quality": words})
    return Analysis(
        stances=table,
        bouts=gait_bouts.bouts(events, segments, rate_hz=rate_hz, start_s=recording.start_s),
        curves=curves,
        orientation=on_demand.rotations(quaternions),
        alignment={placement: segment.alignment for placement, segment in segments.items()},
        wearer=wearer,
        clocks=clocks,
        signals=partial(windows, quaternions),
        quality=judge(
            recording,
            segments,
            table,
            implausible=count_implausible(measured.implausible),
            blocking_problem=swapped_pods.problem(
                signals,
                signs_known=recording.signs_known,
                signs_stated=recording.signs_stated,
                one_clock=not clocks.sentences,
            ),
            found=[
                *named(impossible),
                *(clocks.sentences or unmatched),
                *leg_pods.sentences(found.searched),
                *pod_slip.sentences(slips, start_s=recording.start_s),
                *zero,
            ],
            searched=found.searched,
        ),
        parameters={
            "edition": EDITION,
            **PARAMETERS,
            "shank": shank,
            "pelvis": pelvis,
            **({} if functional_s is None else {"functional_s": functional_s}),
            **({} if wearer == ANYBODY else {"wearer": asdict(wearer)}),
        },
    )


def _lost_zero(
    segments: Mapping[Placement, Segment], events: Stances, recording: Recording
) -> list[str]:
    rate_hz = recording.rate_hz
    n = max(len(segment.valid) for segment in segments.values())
    running = pod_slip.running_samples(events, n, rate_hz, recording.start_s)
    return lost_zero.sentences(segments, running, rate_hz)
