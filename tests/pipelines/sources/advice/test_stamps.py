"""Stamps that jitter, come in tight bursts, count in days or name no day of a run."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from runs.virtual_table import MS, POD, refused, right

S = 'time = "t"\ntime_unit = "s"\n'
ISO = 'time = "t"\ntime_unit = "iso"\n'
BEGAN = datetime(2026, 11, 20, 8)


@pytest.mark.parametrize("apart_ms", [0.3, 0.05])
def test_rows_that_come_in_one_go_are_in_bursts_however_alike_their_steps(shank, take, apart_ms):
    row = np.arange(len(shank))
    waits = np.random.default_rng(1).uniform(0, 20, len(shank))
    text = shank.text((row // 6 * 60 + waits[row // 6] + row % 6 * apart_ms).round(2))
    refused(take, text, MS + POD, "rows come in bursts, about 100 a second; write rate_hz")
    done = take(text, f"{MS}rate_hz = 103\n{POD}")
    right(done, said="rate_hz says 103 Hz and its stamps 100 Hz: taken as its stamps say")


@pytest.mark.parametrize("jitter_ms", [4.0])
def test_stamps_that_jitter_by_more_than_a_row_keep_their_rows_in_order(shank, take, jitter_ms):
    jitter = np.random.default_rng(2).normal(0, jitter_ms, len(shank))
    text = shank.text((shank.ms + jitter + 100).round(1))
    refused(take, text, MS + POD, "times of arrival: .* write rate_hz")
    right(take(text, f"{MS}rate_hz = 100\n{POD}"), said="its stamps jitter")


def test_minutes_are_a_unit_that_is_named(shank, take):
    text = shank.text(np.round(shank.ms / 60e3, 7))
    refused(take, text, S + POD, r"Hz from 't' in the unit given is impossible; .*'min' would fit")
    right(take(text, S.replace('"s"', '"min"') + POD))


def test_days_of_a_spreadsheet_are_read_where_their_epoch_is_named(shank, take):
    days = (BEGAN - datetime(1899, 12, 30)) / timedelta(days=1) + shank.ms / 86400e3
    text = shank.text([f"{day:.10f}" for day in days])
    refused(take, text, S + POD, "time_unit = 'day' would fit")
    by_day = S.replace('"s"', '"day"')
    refused(take, text, by_day + POD, 'still to come; counted from 1899-12-30 .*epoch = "1899-12')
    done = take(text, f'epoch = "1899-12-30"\n{by_day}{POD}')
    right(done)
    assert done.day == "2026-11-20"


@pytest.mark.parametrize(
    ("first", "why"),
    [("2000-01-01T00:00:05", "before there were pods"), ("2093-05-01T08:00:00", "still to come")],
)
def test_a_day_of_a_clock_that_was_not_set_is_asked_about(shank, take, first, why):
    began = datetime.fromisoformat(first)
    times = [f"{began + timedelta(milliseconds=int(ms)):%Y-%m-%dT%H:%M:%S.%f}Z" for ms in shank.ms]
    text = shank.text(times)
    refused(take, text, ISO + POD, f"begin on {first[:10]} .*{why}; .*write started = ")
    done = take(text, f"started = 2026-11-20T08:00:00Z\n{ISO}{POD}")
    right(done)
    assert done.day == "2026-11-20"


def test_seconds_of_1904_are_no_day_to_come(shank, take):
    seconds = (BEGAN - datetime(1904, 1, 1)).total_seconds() + shank.ms / 1e3
    text = shank.text(seconds)
    refused(take, text, S + POD, '2092-11-20 .*from 1904-01-01 it is 2026-11-20 .*"1904-01-01"')
    assert take(text, f'epoch = "1904-01-01"\n{S}{POD}').day == "2026-11-20"


def test_rows_that_were_sorted_as_words_are_to_be_sorted_by_time(shank, take):
    head, *rows = shank.text().splitlines()
    match = "as its rows stand in no order; sort them by their time"
    refused(take, "\n".join([head, *sorted(rows), ""]), MS + POD, match)
