"""What joins the clocks of several columns and files is chosen, stored and said."""

import numpy as np
import pytest

from imu.metrics import METRICS
from imu.simulation import Run, Runner, Stand, realistic, simulate
from pipelines.process.imported import import_file
from pipelines.report.parts.tables import pods as pods_table
from pipelines.store.tables.raw_file import read_raw_header
from pipelines.store.tables.stance_file import read_header, read_stances

PLACES = ("pelvis", "shank_left", "shank_right")


@pytest.fixture(scope="module")
def sensors():
    simulation = simulate(
        Runner(), (Stand(3.0), Run(25.0)), seed=4, pods=realistic(4), rate_hz=100.0
    )
    return simulation.recording().sensors


@pytest.fixture
def take(sensors, tmp_path):
    """Import the three pods, each from a file of its own, with its own origin of time in ms."""

    def run(origin_ms, more="", skip=(0, 0, 0)):
        mapping = f'time = "t"\ntime_unit = "ms"\n{more}'
        paths = []
        for place, origin, first in zip(PLACES, origin_ms, skip, strict=True):
            sensor = sensors[place]
            time = origin + 10 * np.arange(len(sensor.valid))
            rows = np.column_stack([time, sensor.acc_mps2, sensor.gyr_radps])[first:]
            paths.append(tmp_path / f"{place}.csv")
            header = "t,ax,ay,az,gx,gy,gz"
            np.savetxt(paths[-1], rows, "%.4f", ",", header=header, comments="")
            mapping += (
                f'[pods.{place}]\nfile = "{place}"\nacc = ["ax", "ay", "az"]\nacc_unit = "m/s2"\n'
                'gyr = ["gx", "gy", "gz"]\ngyr_unit = "rad/s"\n'
            )
        (tmp_path / "m.toml").write_text(mapping)
        return import_file(paths, tmp_path / "m.toml", tmp_path / "store", athlete="ana")

    return run


def joined_by(done):
    header = read_raw_header(done.raw_path)
    return {pod["clock"]["joined_by"] for pod in header["pods"].values()}


def test_clocks_that_each_begin_at_zero_are_not_joined(take):
    done = take((0, 0, 0), skip=(0, 30, 60))
    assert joined_by(done) == {"not joined"}
    assert any(reason.startswith("nothing joins the clocks of the pods") for reason in done.reasons)
    frame = read_stances(done.stances_path).frame
    assert len(frame) > 40
    assert frame["contact_time_s"].notna().mean() > 0.8
    needs_both = [
        name
        for name, metric in METRICS.items()
        if np.isfinite(min(metric.sync_s, metric.legs_sync_s)) and name in frame
    ]
    assert len(needs_both) > 10
    assert frame[needs_both].isna().all(axis=None)
    assert frame["quality"].str.contains("nothing joins the clocks of pelvis and shank").all()
    shown = pods_table(read_header(done.stances_path)["pods"])
    assert {row["sync"] for row in shown} == {"not joined"}


@pytest.mark.parametrize(
    ("origin_ms", "more", "words"),
    [
        ((1_795_852_800_000,) * 3, "", "stamps of one calendar"),
        ((0, 0, 0), 'clock = "one"\n', "one clock, as the mapping says"),
        ((5_000_000, 5_000_000, 5_000_000), "", "stamps that begin together"),
    ],
)
def test_what_joins_clocks_is_stored(take, origin_ms, more, words):
    done = take(origin_ms, more)
    assert joined_by(done) == {words}
    assert not any("nothing joins" in reason for reason in done.reasons)


def test_clocks_of_their_own_still_say_the_day(take):
    done = take((1_795_852_800_000,) * 3, 'clock = "own"\n')
    assert joined_by(done) == {"not joined"}
    assert done.session.startswith("2026-11-28")


@pytest.mark.parametrize("late_ms", [60, 150, 400])
def test_calendars_that_differ_are_found_in_the_movement(take, late_ms):
    done = take((1_795_852_800_000, 1_795_852_800_000, 1_795_852_800_000 + late_ms))
    assert done.grade != "A"
    assert any("right shank pod stamps" in reason for reason in done.reasons), done.reasons
