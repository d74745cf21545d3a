"""Rates, units of time and dates that no device writes: each is one sentence."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from as_a_user.refusals import refused

from pipelines.sources.limits import in_calendar


def timed(plain_mapping, unit="ms", more=""):
    return plain_mapping.replace("rate_hz = 200", f'time = "t"\ntime_unit = "{unit}"\n{more}')


@pytest.mark.parametrize(
    ("rate", "match"),
    [
        ("0", "rate_hz is 0; give a number of samples per second"),
        ("-200", "rate_hz is -200; give a number of samples per second"),
        ("nan", "rate_hz is nan; give a number"),
        ("inf", "rate_hz is inf; give a number"),
        ("1e12", r"1e\+12 Hz from rate_hz is impossible; correct it"),
        ("9" * 400, "rate_hz is 9+ …; give a number"),
    ],
)
@pytest.mark.parametrize("stamped", [False, True])
def test_a_rate_that_cannot_be_meant(read, data, plain_mapping, rate, match, stamped):
    mapping = timed(plain_mapping, "ms", "rate_hz = 200\n") if stamped else plain_mapping
    refused(read, match, data, mapping.replace("rate_hz = 200", f"rate_hz = {rate}"))


@pytest.mark.parametrize("declared", ["", "rate_hz = 200\n"])
@pytest.mark.parametrize("said", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize(("really", "step"), [("s", 0.005), ("ms", 5), ("us", 5000), ("ns", 5e6)])
def test_any_mix_up_of_units_of_time_names_the_unit_that_fits(
    read, data, plain_mapping, said, really, step, declared
):
    data["t"] = np.arange(600) * step
    mapping = timed(plain_mapping, said, declared)
    if said == really:
        assert read(data, mapping).pods["shank_left"].rate_hz == pytest.approx(200)
    else:
        refused(read, f"time_unit = '{really}' would fit", data, mapping)


def test_a_rate_beside_stamps_of_another_rate_is_refused(read, data, plain_mapping):
    match = "rate_hz says 400 Hz but 't' in the unit given is typically at 200 Hz; correct one"
    refused(read, match, data, timed(plain_mapping, "ms", "rate_hz = 400\n"))


def test_a_clock_that_was_set_in_the_middle_is_named_with_its_row(read, data, plain_mapping):
    data.loc[300:, "t"] += 10**12
    match = "time 't' jumps forward by 11574.1 days at row 301: .*; cut the file at that row"
    refused(read, match, data, timed(plain_mapping))


@pytest.mark.parametrize("origin", [1e11, 4.2e9])
def test_stamps_of_no_year_of_ours_are_refused_unless_the_mapping_says_when(
    read, data, plain_mapping, origin
):
    data["t"] = origin + np.arange(600) / 200
    mapping = timed(plain_mapping, "s")
    refused(
        read,
        "which is no date of a run; correct time_unit or epoch, or write in the mapping",
        data,
        mapping,
    )
    assert read(data, "started = 2026-11-22T08:30:00Z\n" + mapping).pods


def test_stamps_too_large_to_tell_samples_apart_are_refused(read, data, plain_mapping):
    data["t"] = 1e18 + np.arange(600) / 200
    refused(read, "599 of 600 rows repeat the time stamp", data, timed(plain_mapping, "s"))
    data["t"] = 1e300 * np.linspace(0, 1, 600)
    refused(read, r"'t' reaches 1e\+300, which no clock shows", data, timed(plain_mapping, "s"))


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
@pytest.mark.parametrize("year", ["0001", "1677", "9999"])
def test_dates_at_the_edge_of_the_calendar_do_not_wrap_around(
    read, data, plain_mapping, unit, year
):
    stamps = np.datetime64(f"{year}-06-01", unit) + np.arange(600) * np.timedelta64(1, unit)
    arrays = {name: column.to_numpy() for name, column in data.items()}
    match = "'t' holds impossible dates"
    refused(read, match, {**arrays, "t": stamps}, timed(plain_mapping), suffix=".npz")
    if unit != "s":
        data["t"] = stamps
        refused(read, match, data, timed(plain_mapping), suffix=".parquet")


def test_spans_of_time_need_no_unit(read, data, plain_mapping):
    data["t"] = np.arange(600) * np.timedelta64(5, "ms")
    source = read(data, timed(plain_mapping, "s"), suffix=".parquet")
    assert source.pods["shank_left"].rate_hz == pytest.approx(200)
    assert source.started_utc is None


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=14))),
        datetime(1, 1, 1),
        datetime.max.replace(tzinfo=UTC),
    ],
)
def test_an_offset_never_pushes_a_date_over_the_edge(moment):
    with pytest.raises(ValueError, match="correct the year"):
        in_calendar(moment, "started")


def test_pods_of_which_only_one_has_a_clock_are_not_joined(read, data):
    mapping = (
        '[pods.shank_left]\nacc = ["aX", "aY", "aZ"]\nacc_unit = "m/s2"\nrate_hz = 200\n'
        '[pods.pelvis]\nacc = ["gX", "gY", "gZ"]\nacc_unit = "m/s2"\n'
        'time = "t"\ntime_unit = "s"\n'
    )
    data[["gX", "gY", "gZ"]] = data[["aX", "aY", "aZ"]] * 1.01
    data["t"] = 1_763_800_200 + np.arange(600) / 200
    pods = read(data, mapping).pods
    assert {pod.clock.joined_by for pod in pods.values()} == {"not joined"}
    assert all(np.isinf(pod.clock.sync_s) for pod in pods.values())
