"""Where the vertical is not known, on bends and between close gaps, nothing that reads it is."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.metrics import METRICS
from imu.quality.stance_reasons import REASONS
from imu.simulation import Run, Runner, Stand, clean, simulate


def on_a_bend(radius_m, *, worn=("pelvis", "shank_left", "shank_right")):
    turned_deg = np.degrees(3.0 * 40 / radius_m)
    pods = {place: pod for place, pod in clean().items() if place in worn}
    script = (Stand(8), Run(40, turn_deg=turned_deg))
    return imu.analyse(simulate(Runner(), script, seed=3, pods=pods).recording()).stances


@pytest.mark.parametrize("radius_m", [12.0, -12.0, 37.0])
def test_on_a_bend_what_reads_the_vertical_is_withheld_with_a_word(radius_m):
    table = on_a_bend(radius_m)
    told = np.char.find(table.quality["quality"], REASONS["on_a_bend"]) >= 0
    assert told[20:-2].all()
    for name, metric in METRICS.items():
        wide = 3.0 / abs(radius_m) < metric.most_turning_radps
        assert (
            np.isfinite(table.metrics[name][20:-4]).mean() > 0.9
            if wide
            else (np.isnan(table.metrics[name][told]).all())
        ), name


def test_a_shank_pod_alone_knows_the_bend_too():
    table = on_a_bend(20.0, worn=("shank_left",))
    assert np.isnan(table.metrics["shank_lean_deg"][10:-2]).all()
    assert np.isfinite(table.metrics["shank_internal_rotation_deg"][10:-2]).all()
    straight = on_a_bend(1e6, worn=("shank_left",))
    assert np.isfinite(straight.metrics["shank_lean_deg"]).mean() > 0.9


def interrupted(every_s, *, placement, gap_s=0.3, after_s=15.0):
    """Return stances of a run whose pod at `placement` was not received now and then."""
    script = (Stand(4), Run(44))
    recording = simulate(Runner(), script, seed=3, pods=clean()).recording()
    pod, time_s = recording.sensors[placement], np.arange(len(recording)) / recording.rate_hz
    away = (time_s > after_s) & (time_s % every_s < gap_s)
    sensors = {**recording.sensors, placement: replace(pod, valid=pod.valid & ~away)}
    return imu.analyse(replace(recording, sensors=sensors)).stances


@pytest.mark.parametrize(
    ("every_s", "placement", "withheld"),
    [
        (1.7, "pelvis", {"pelvic_tilt_midstance_deg", "hip_adduction_estimate_deg"}),
        (5.0, "pelvis", set()),
        (1.7, "shank_left", {"shank_lean_deg", "shank_inclination_contact_deg"}),
        (5.0, "shank_left", {"shank_inclination_contact_deg"}),
        (12.0, "shank_left", set()),
    ],
)
def test_between_gaps_too_close_together_what_reads_the_vertical_is_withheld(
    every_s, placement, withheld
):
    table = interrupted(every_s, placement=placement)
    own = (table.events.side == "left") & (table.events.initial_contact_s > 17.0)
    own &= table.events.initial_contact_s < 44.0
    told = np.char.find(table.quality["quality"][own], REASONS["interrupted"]) >= 0
    assert told.all() if withheld else not told.any()
    for name in ("pelvic_tilt_midstance_deg", "shank_lean_deg", "shank_inclination_contact_deg"):
        known = np.isfinite(table.metrics[name][own])
        assert not known.any() if name in withheld else known.mean() > 0.5, name
    assert np.isnan(table.metrics["hip_adduction_estimate_deg"][own]).all() or every_s > 2.0
    other = table.events.side == "right"
    assert placement == "pelvis" or np.isfinite(table.metrics["shank_lean_deg"][other]).mean() > 0.9


def test_a_part_in_which_a_pod_rested_knows_the_vertical_however_short_it_is():
    table = interrupted(7.0, placement="shank_left", after_s=6.9)
    contact_s = table.events.initial_contact_s
    inclination = table.metrics["shank_inclination_contact_deg"][table.events.side == "left"]
    known, contact_s = np.isfinite(inclination), contact_s[table.events.side == "left"]
    assert known[contact_s < 6.5].mean() > 0.8
    assert not known[(contact_s > 7.5) & (contact_s < 34.0)].any()
