"""Dates by a local clock, repeated headers and unusual units: refused with advice that works."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from runs.virtual_table import MS, POD, refused, right

from imu.dsp.filters import lowpass
from imu.quality.conventions.turned_wrongly import DOUBT

ISO = 'time = "t"\ntime_unit = "iso"\n'
MAPPED = f'time = "t"\ntime_unit = "{{}}"\n{POD}'
VIENNA = 'time_zone = "Europe/Vienna"\n'


def dates(shank, start, change=None, by=timedelta(0), form="%Y-%m-%d %H:%M:%S.%f"):
    """Return local times from `start` on; from `change` on the clock is `by` further."""
    first = datetime.fromisoformat(start)
    times = [first + timedelta(milliseconds=int(ms)) for ms in shank.ms]
    moved = [
        time + by if change and time >= datetime.fromisoformat(change) else time for time in times
    ]
    return [time.strftime(form)[:-3] for time in moved]


@pytest.mark.parametrize(
    ("start", "change", "hours", "how"),
    [
        ("2026-10-25 02:59:55", "2026-10-25 03:00:00", -1, r"runs backward at row 501 .*ended"),
        ("2026-03-29 01:59:55", "2026-03-29 02:00:00", 1, r"jumps forward by 60 min .*began"),
    ],
)
def test_summer_time_that_ends_or_begins_needs_the_zone_and_nothing_else(
    shank, take, start, change, hours, how
):
    text = shank.text(dates(shank, start, change, timedelta(hours=hours)))
    refused(take, text, ISO + POD, f"{how} there, write the zone of its dates .* time_zone = ")
    done = take(text, VIENNA + ISO + POD)
    right(done)
    assert done.stances == 16


def test_hours_up_to_twelve_are_named_as_such(shank, take):
    form = "%d.%m.%Y %I:%M:%S.%f"
    text = shank.text(dates(shank, "2026-11-20 12:59:55", form=form))
    said = f'time = "t"\ntime_unit = "{form.replace("%I", "%H")}"\n'
    refused(take, text, said + POD, r"by 12 h\): hours that begin anew after 12 do not say")


@pytest.mark.parametrize("form", ["%m/%d/%Y %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f"])
@pytest.mark.parametrize(
    ("hour", "said"), [("03", "begin at 03:59 at night"), ("06", "as those of a whole"), ("15", "")]
)
def test_hours_that_may_be_those_of_half_a_day_are_said(shank, take, form, hour, said):
    text = shank.text(dates(shank, f"2026-11-20 {hour}:59:55", form=form))
    done = take(text, f'time = "t"\ntime_unit = "{form}"\n{POD}')
    right(done, said=said)
    assert any("if they go up to 12" in reason for reason in done.reasons) == bool(said)


def test_a_date_of_which_either_number_may_be_the_day_is_said(shank, take):
    form = "%d/%m/%Y %H:%M:%S.%f"
    mapping = MAPPED.format(form)
    done = take(shank.text(dates(shank, "2026-03-11 15:59:55", form=form)), mapping)
    right(done, said="taken as 11 March 2026, as time_unit says; if its numbers")
    assert any("it is 3 November 2026" in reason for reason in done.reasons)
    years = MAPPED.format("%d-%m-%y %H:%M:%S.%f")
    done = take(shank.text(dates(shank, "2026-11-20 15:59:55", form="%y-%m-%d %H:%M:%S.%f")), years)
    right(done, said="it would be 20 November 2026 if its numbers are in another order")
    plain = take(shank.text(dates(shank, "2026-03-20 15:59:55", form=form)), mapping)
    assert not any("another order" in reason for reason in plain.reasons)


def test_minutes_without_hours_are_carried_on(shank, take):
    text = shank.text(dates(shank, "2026-11-20 12:59:55", form="%M:%S.%f"))
    done = take(text, f'time = "t"\ntime_unit = "%M:%S.%f"\n{POD}')
    right(done, said="its clock of an hour began anew 1 time")


def test_names_that_stand_again_among_the_rows_are_no_word_for_a_missing_value(shank, take):
    head, *rows = shank.text().splitlines()
    text = "\n".join([head, *rows[:700], head, *rows[700:], ""])
    right(take(text, MS + POD), said="the names of the columns stand again among the rows")
    words = "\n".join([head, *rows[:700], "# lap,,,,,,", *rows[700:], ""])
    refused(take, words, MS + POD, "write comment = '#' under")
    right(take(words, f"{MS}[csv]\ncomment = '#'\n{POD}"))


def test_a_row_of_blanks_alone_holds_no_sample(shank, take):
    text = shank.text()
    right(take(f"{text}  ", MS + POD), said="rows of blanks alone left out")
    head, *rows = text.splitlines()
    within = "\n".join([head, *rows[:700], " \t ", *rows[700:], "", "   ", ""])
    right(take(within, MS + POD), said="rows of blanks alone left out")
    tabs = text.replace(",", "\t")
    form = f"{MS}[csv]\nseparator = '\\t'\n{POD}"
    right(take(f"{tabs} ", form), said="rows of blanks alone left out")


@pytest.mark.parametrize(
    ("factor", "match", "cure"),
    [
        (100.0, r"acc_unit = 'mg' or acc_unit = 'm/s2' and acc_scale = 0.01 \(for cm", 0.01),
        (1 / 0.3048, r"so acc_unit = 'm/s2' and acc_scale = 0.3048 \(for ft/s²\) would", 0.3048),
    ],
)
def test_units_of_acceleration_that_have_no_word_are_named_by_their_scale(
    shank, take, factor, match, cure
):
    text = shank.text(acc=np.round(factor * shank.acc, 2))
    refused(take, text, MS + POD, match)
    right(take(text, f"{MS}{POD}acc_scale = {cure}\n"))


@pytest.mark.parametrize("unit", ["deg/s", "rad/s"])
def test_thousandths_of_degrees_are_named_by_their_scale(shank, take, unit):
    text = shank.text(gyr=np.round(1000 * np.degrees(shank.gyr), 0))
    mapping = MS + POD.replace("rad/s", unit)
    refused(take, text, mapping, r"gyr_unit = 'deg/s' and gyr_scale = 0.001 \(for m°/s\) would")
    right(take(text, f"{MS}{POD.replace('rad/s', 'deg/s')}gyr_scale = 0.001\n"))


def test_columns_of_a_gyroscope_in_another_order_are_put_right_by_the_advice(shank, take):
    text = shank.text(gyr=shank.gyr[:, [1, 2, 0]])
    refused(take, text, MS + POD, r'write gyr = \["gz", "gx", "gy"\], in the order that fits')
    right(take(text, MS + POD.replace('"gx", "gy", "gz"', '"gz", "gx", "gy"')))


def test_a_gyroscope_that_nothing_makes_fit_is_named(shank, take):
    weak = np.random.default_rng(0).random(len(shank) // 20) < 0.3
    gyr = shank.gyr * np.where(np.repeat(weak, 20), 0.1, 1.0)[:, None]
    done = take(shank.text(gyr=np.round(gyr, 4)), MS + POD)
    assert any(f"shank left: {DOUBT}: turned by it, gravity" in one for one in done.reasons)
    assert done.doubts == ["turned"]


def test_acceleration_that_was_smoothed_before_its_export_is_named(shank, take):
    smooth = lowpass(shank.acc, cutoff_hz=6.0, rate_hz=100.0)
    done = take(shank.text(acc=np.round(smooth, 3)), MS + POD)
    assert any("shank left: acceleration was smoothed before" in one for one in done.reasons)
    assert done.doubts == ["smoothed"]
