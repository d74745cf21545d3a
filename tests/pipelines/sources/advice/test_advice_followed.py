"""The advice of each message, followed to the letter, ends right or is refused again by name."""

import os
from datetime import UTC, datetime

import numpy as np
import pytest
from runs.virtual_table import MS, NEAR_S, POD, TRUE_CONTACT_S, imported, refused, right

from pipelines.sources.conventions.dates import OR_ANOTHER_DAY

# --- tables -----------------------------------------------------------------------------------


def with_line(text, line, at=500):
    lines = text.split("\n")
    return "\n".join([*lines[:at], line, *lines[at:]])


@pytest.mark.parametrize(
    ("line", "match", "advice"),
    [
        ("BATTERY,87", r"write skip = \['BATTERY'\]", 'skip = ["BATTERY"]'),
        ("# pause", r"write comment = '#'", 'comment = "#"'),
    ],
)
def test_rows_that_are_no_samples(shank, take, line, match, advice):
    text = with_line(shank.text(), line)
    refused(take, text, MS + POD, rf"has \d fields in row 500, and its header names 7; .*{match}")
    right(take(text, f"{MS}[csv]\n{advice}\n{POD}"))


def test_decimal_commas(shank, take):
    text = shank.text(sep=";", head="t;ax;ay;az;gx;gy;gz").replace(".", ",")
    refused(take, text, MS + POD, r"in row 1, which is not a number; write decimal = ','")
    right(take(text, f"{MS}[csv]\ndecimal = ','\n{POD}"))


def test_a_table_without_names(shank, take):
    text = shank.text().split("\n", 1)[1]
    refused(take, text, MS + POD, r"write header = \[...\] .* for each of its 7 columns")
    names = '["t", "ax", "ay", "az", "gx", "gy", "gz"]'
    right(take(text, f"{MS}[csv]\nheader = {names}\n{POD}"))


def test_a_column_that_the_header_does_not_name_moves_none_of_the_others(shank, take):
    text = shank.text(head="ax,ay,az,gx,gy,gz")
    match = r"7 fields in line 2, and its header names 6; write header .* 7 .* skip_rows = 1"
    refused(take, text, f"rate_hz = 100\n{POD}", match)
    names = '["t", "ax", "ay", "az", "gx", "gy", "gz"]'
    right(take(text, f"rate_hz = 100\n[csv]\nheader = {names}\nskip_rows = 1\n{POD}"))


@pytest.mark.parametrize("cut", [",", ",1.0"])
def test_a_single_row_with_another_number_of_fields_is_named(shank, take, cut):
    lines = shank.text().split("\n")
    lines[500] += cut
    refused(take, "\n".join(lines), MS + POD, "has 8 fields in row 500, and its header names 7")
    lines[500] = "1,2,3"
    refused(take, "\n".join(lines), MS + POD, "has 3 fields in row 500, and its header names 7")
    ended = "\n".join(shank.text().split("\n")[:900])[:-20]
    refused(take, ended, MS + POD, "in row 899, .*: the file ends in the middle of that row; take")


def test_turns_a_second_and_a_minute_are_named(shank, take):
    for size in (2 * np.pi, 2 * np.pi / 60):
        text = shank.text(gyr=np.round(shank.gyr / size, 5))
        unit = "rad/s" if size > 1 else "deg/s"
        scaled = f"gyr_scale = {size:.4g}"
        refused(take, text, (MS + POD).replace("rad/s", unit), f"'rad/s' and {scaled} would fit")
        right(take(text, f"{MS}{POD}{scaled}\n"))


@pytest.mark.parametrize(
    "made",
    [
        lambda s: s.text(sep="\t", head="\t".join(["t", "ax", "ay", "az", "gx", "gy", "gz"])),
        lambda s: ("Gerät\n" + s.text()).encode("cp1252"),
        lambda s: s.text().encode("utf-16"),
        lambda s: "sep=,\n" + s.text(),
        lambda s: "Device: X\nSerial: 1,2,3\n\n" + s.text(),
        lambda s: s.text(head="t,ax,ay,az,gx,gy,gz\nms,m/s²,m/s²,m/s²,rad/s,rad/s,rad/s"),
        lambda s: s.text().replace("\n", "\r\n"),
    ],
)
def test_forms_of_a_table_that_need_no_word(shank, take, made):
    right(take(made(shank), MS + POD))


def test_names_over_two_lines(shank, take):
    text = shank.text(head="time,acc,acc,acc,gyr,gyr,gyr\n,x,y,z,x,y,z")
    mapping = MS.replace('"t"', '"time"') + POD
    for axis in "xyz":
        mapping = mapping.replace(f'"a{axis}"', f'"acc {axis}"')
        mapping = mapping.replace(f'"g{axis}"', f'"gyr {axis}"')
    right(take(text, mapping))


def test_another_unit_in_the_row_of_units(shank, take):
    text = shank.text(
        head="t,ax,ay,az,gx,gy,gz\nms,m/s^2,m/s^2,m/s^2,deg/s,deg/s,deg/s",
        gyr=np.round(np.rad2deg(shank.gyr), 2),
    )
    refused(take, text, MS + POD, "gx is in deg/s, .* in rad/s; write gyr_unit = 'deg/s'")
    right(take(text, MS + POD.replace("rad/s", "deg/s")))


def test_a_word_in_place_of_a_value(shank, take):
    text = shank.text()
    line = text.split("\n")[700]
    words = line.split(",")
    text = text.replace(line, ",".join([words[0], "overrun", *words[2:]]))
    refused(take, text, MS + POD, r"'overrun' in row 700, .* write missing = \['overrun'\]")
    right(take(text, f'{MS}[csv]\nmissing = ["overrun"]\n{POD}'), lost=1)


# --- time -------------------------------------------------------------------------------------


def test_a_counter_in_place_of_a_time(shank, take):
    text = shank.text(np.arange(len(shank)))
    asked = "goes up by one from row to row: .* rate_hz = 1000 .* write counter = 't' and rate_hz"
    refused(take, text, MS + POD, asked)
    right(take(text, f'counter = "t"\nrate_hz = 100\n{POD}'))
    refused(take, text, MS.replace("ms", "s") + POD, "time_unit = 'ms' would fit")


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
def test_counters_of_any_width_show_losses(shank, take, bits):
    kept = [k for k in range(len(shank)) if not 500 <= k < 530]
    counts = (2**bits - 100 + np.arange(len(shank))) % 2**bits
    done = take(shank.text(counts, rows=kept), f'counter = "t"\nrate_hz = 100\n{POD}')
    right(done, lost=30, said=f"its counter of {bits} bits began anew")


@pytest.mark.parametrize(("bits", "tick_hz"), [(16, 32768), (24, 32768), (32, 1_000_000)])
def test_ticks_of_any_width_are_unrolled(shank, take, bits, tick_hz):
    ticks = (2**bits - 20_000 + shank.ms * tick_hz // 1000) % 2**bits
    done = take(shank.text(ticks), f'time = "t"\ntick_hz = {tick_hz}\n{POD}')
    right(done, said=f"its clock of {bits} bits began anew")


def twice(count, size, every):
    """Return rows in packets of `size`, of which each one of `every` was sent twice."""
    blocks = [list(range(k, k + size)) for k in range(0, count - size + 1, size)]
    return [row for at, block in enumerate(blocks) for row in block * (1 + (at % every == 0))]


@pytest.mark.parametrize(("size", "one_stamp"), [(1, False), (10, False), (10, True), (3, True)])
@pytest.mark.parametrize("every", [1, 7])
def test_what_was_sent_twice_is_one_sample(shank, take, size, one_stamp, every):
    stamps = shank.ms // (10 * size) * 10 * size if one_stamp else shank.ms
    done = take(shank.text(stamps, rows=twice(len(shank), size, every)), MS + POD)
    right(done, said="rows that were sent twice left out")


def test_a_clock_that_was_set_is_told_with_row_and_size(shank, take):
    for jump_ms, match in (
        (-500, r"runs backward at row 701 \(by 0.49 s\): its clock was set there; cut the file"),
        (1_200_000, r"jumps forward by 20 min at row 701: .*; cut the file at that row"),
    ):
        stamps = shank.ms + np.where(np.arange(len(shank)) < 700, 0, jump_ms)
        refused(take, shank.text(stamps), MS + POD, match)
        for part in (range(700), range(700, len(shank))):
            done = take(shank.text(stamps, rows=part), MS + POD)
            assert done.contact_s == pytest.approx(TRUE_CONTACT_S, abs=2 * NEAR_S)


def test_a_packet_that_came_late_is_put_in_its_place(shank, take):
    rows = [*range(600), *range(610, 620), *range(600, 610), *range(620, len(shank))]
    right(take(shank.text(rows=rows), MS + POD), said="10 rows that came late were put in")


def test_stamps_stretched_over_a_loss_are_no_samples(shank, take):
    stamps = shank.ms + np.where(np.arange(len(shank)) < 700, 0, 400)
    stamps = stamps.astype(float)
    stamps[690:771] = np.round(np.linspace(stamps[690], stamps[770], 81), 2)
    done = take(shank.text(stamps), MS + POD)
    right(done, lost=119, said="whose stamps were stretched over a loss left out")


def test_times_of_arrival_want_the_rate(shank, take):
    waits = np.random.default_rng(1).exponential(25, len(shank))
    stamps = np.round(np.maximum.accumulate(shank.ms + waits), 2)
    refused(take, shank.text(stamps), MS + POD, "about 100 a second; write rate_hz")
    right(take(shank.text(stamps), f"{MS}rate_hz = 100\n{POD}"), said="are times of arrival")
    match = "rate_hz says 120 Hz but the rows arrive at 99.*; correct rate_hz"
    refused(take, shank.text(stamps), f"{MS}rate_hz = 120\n{POD}", match)
    kept = [k for k in range(len(shank)) if not 800 <= k < 840]
    done = take(shank.text(stamps, rows=kept), f"{MS}rate_hz = 100\n{POD}")
    assert 37 <= done.lost <= 43
    assert done.contact_s == pytest.approx(TRUE_CONTACT_S, abs=NEAR_S)


def test_a_time_in_whole_seconds_is_refused(shank, take):
    text = shank.text(shank.ms // 1000)
    refused(take, text, MS.replace("ms", "s") + POD, "changes only every 1 s, .* too coarse; name")


@pytest.mark.parametrize(
    ("epoch", "from_1970_s"),
    [
        ("1980", 315532800),
        ("1980-01-06", 315964800),
        ("1989-12-31", 631065600),
        ("2000", 946684800),  # after which fewer seconds have passed than stand for a date
        ("2001", 978307200),
    ],
)
def test_stamps_of_another_epoch_are_asked_about(shank, take, epoch, from_1970_s):
    now_s = int(np.datetime64("now").astype("datetime64[s]").astype(np.int64)) - 86400
    text = shank.text(now_s - from_1970_s + shank.ms / 1000)
    seconds = MS.replace("ms", "s")
    refused(take, text, seconds + POD, f'counted from 1970, or .*epoch = "{epoch}"')
    done = take(text, f'{seconds}epoch = "{epoch}"\n{POD}')
    right(done)
    assert done.day == str(np.datetime64(now_s, "s"))[:10]


def test_an_epoch_that_is_stated_is_held_against_the_others(shank, take):
    now_s = int(np.datetime64("now").astype("datetime64[s]").astype(np.int64)) - 86400
    seconds = MS.replace("ms", "s")
    text = shank.text(now_s - 315964800 + shank.ms / 1000)
    done = take(text, f'{seconds}epoch = "1970"\n{POD}')
    right(done, said=OR_ANOTHER_DAY)
    text = shank.text(now_s - 946684800 + shank.ms / 1000)
    stated = take(text, seconds + POD, started=datetime(2026, 11, 20, 8, tzinfo=UTC))
    right(stated)
    assert stated.day == "2026-11-20"


def test_large_steps_of_a_sensor_are_said(shank, take):
    done = take(shank.text(acc=np.round(shank.acc * 4) / 4), MS + POD)
    right(done, said="shank left: acc comes in steps of 0.25 m/s²")
    assert not any("comes in steps of" in reason for reason in take(shank.text(), MS + POD).reasons)


@pytest.mark.parametrize(
    ("form", "unit", "more", "day"),
    [
        ("2026-11-28T00:30:{:02d}.{:03d}+02:00", "iso", "", "2026-11-27"),
        ("2026-11-28 00:30:{:02d}.{:03d} UTC+02:00", "iso", "", "2026-11-27"),
        ("2026-11-28T00:30:{:02d}.{:03d}+02:00[Europe/Helsinki]", "iso", "", "2026-11-27"),
        ("2026-11-28 00:30:{:02d}.{:03d}", "iso", 'time_zone = "Asia/Tokyo"\n', "2026-11-27"),
        ("28.11.2026 00:30:{:02d}.{:03d}", "%d.%m.%Y %H:%M:%S.%f", "", "2026-11-28"),
    ],
)
def test_dates_that_are_written_out(shank, take, monkeypatch, form, unit, more, day):
    monkeypatch.setenv("TZ", "UTC")
    text = shank.text([form.format(ms // 1000, ms % 1000) for ms in shank.ms])
    refused(take, text, MS + POD, f"if it is a time, write time_unit = '{unit}' in the mapping")
    done = take(text, f'{more}time = "t"\ntime_unit = "{unit}"\n{POD}')
    right(done)
    assert done.day == day
    assert any("no time zone" in reason for reason in done.reasons) == (
        "+" not in form and not more
    )


def test_a_day_that_nothing_says_is_said_and_can_be_corrected(shank, tmp_path):
    files, mapping = {"run.csv": shank.text()}, MS + POD
    done = imported(tmp_path, files, mapping)
    assert any("nothing says when this run was: the day" in reason for reason in done.reasons)
    os.utime(tmp_path / "run.csv", (1e9, 1e9))
    from pipelines.process.imported import moment
    from pipelines.store.tables.raw_file import read_raw_header

    done = imported(tmp_path, files, mapping, started=moment("2026-03-01T08:00+01:00"))
    assert not any("nothing says when" in reason for reason in done.reasons)
    (stored,) = (tmp_path / "store").rglob("*.raw.parquet")
    assert read_raw_header(stored)["started_utc"] == "2026-03-01T07:00:00+00:00"


# --- conventions ------------------------------------------------------------------------------


def test_negated_acceleration_is_never_taken_for_a_pod_on_the_other_leg(shank, take):
    text = shank.text(acc=-shank.acc)
    done = take(text, MS + POD)
    assert "shank left is seen as in a mirror: acceleration has the opp" in done.blocking
    assert "midstance swap" not in done.blocking
    right(take(text, f'acc_sign = "-"\nhanded = "right"\n{MS}{POD}'))


@pytest.mark.parametrize("wrong", ["mirror", "turns"])
def test_rotation_that_contradicts_gravity_names_both_explanations(shank, take, wrong):
    mirror = np.array([1, 1, -1]) if wrong == "mirror" else np.ones(3)
    text = shank.text(acc=shank.acc * mirror, gyr=shank.gyr * (mirror if wrong == "mirror" else -1))
    refused(take, text, MS + POD, 'write gyr_sign = "-"\\) or .* \\(write handed = "left"\\)')
    left, sign = f'handed = "left"\n{MS}{POD}', f'{MS}{POD}gyr_sign = "-"\n'
    true, other = (left, sign) if wrong == "mirror" else (sign, left)
    right(take(text, true))
    assert "seen as in a mirror" in take(text, other).blocking


def test_a_pod_upside_down_or_negated_is_asked_about_where_axes_are_given(shank, take):
    up = shank.acc[:100].mean(axis=0)
    axis = int(np.argmax(np.abs(up)))
    names = {0: "+y+z{}x", 1: "+z+x{}y", 2: "+x+y{}z"}
    axes = names[axis].format("-" if up[axis] > 0 else "+")
    flipped = axes if np.sign(up[axis]) < 0 else axes[2:4] + axes[:2] + axes[4:]
    match = 'upward: either .* \\(write acc_sign = "-"\\) or axes name the pod upside down'
    refused(take, shank.text(), f'{MS}{POD}axes = "{flipped}"\n', match)


def test_acceleration_without_gravity_is_refused_with_and_without_standing(shank, take):
    still = shank.acc[:250].mean(axis=0)
    refused(take, shank.text(acc=np.round(shank.acc - still, 3)), MS + POD, "gravity was taken off")
    running = range(300, len(shank))
    moving = np.round(shank.acc - shank.acc[300:].mean(axis=0), 3)
    text = shank.text(acc=moving, rows=running)
    refused(take, text, MS + POD, "gravity was taken off .*the mean of all movement is")


# --- losses that the exporter hid -------------------------------------------------------------


@pytest.mark.parametrize("kind", ["held", "straight", "repeated", "zero"])
def test_samples_that_no_sensor_read_are_gaps(shank, take, kind):
    both = np.hstack([shank.acc, shank.gyr])
    at, size = 700, 12
    share = (np.arange(1, size + 1) / (size + 1))[:, None]
    both[at : at + size] = {
        "held": both[at - 1],
        "straight": np.round(both[at - 1] * (1 - share) + both[at + size] * share, 3),
        "repeated": both[at - size : at],
        "zero": np.zeros(6),
    }[kind]
    done = take(shank.text(acc=both[:, :3], gyr=both[:, 3:]), MS + POD)
    right(done, lost=size, said="12 samples are no readings")


def test_a_sensor_that_ended_while_the_other_went_on_is_cut_off(shank, take):
    gyr = shank.gyr.copy()
    gyr[700:] = 0
    text = shank.text(gyr=gyr)
    cut = "of gyr are no readings .*, from row 701 on; cut the file there"
    refused(take, text, MS + POD, cut)
    right(take("\n".join(text.split("\n")[:701]), MS + POD))


def test_a_sensor_that_was_filled_in_alone_is_a_gap_of_its_pod(shank, take):
    acc = shank.acc.copy()
    acc[700:712] = acc[699]
    said = (
        "12 samples of acc are no readings (held at one value), from 7.0 to 7.1 s of its recording"
    )
    right(take(shank.text(acc=acc), MS + POD), lost=12, said=said)


def test_readings_that_stand_twice_are_those_of_a_slower_sensor(shank, take):
    acc, gyr = (np.repeat(one[::2], 2, axis=0)[: len(shank)] for one in (shank.acc, shank.gyr))
    done = take(shank.text(acc=acc, gyr=gyr), MS + POD)
    right(done, lost=0, said="were measured, the others are held from the one before: taken as ")
    assert any("peaks read low" in reason for reason in done.reasons)
    right(take(shank.text(gyr=gyr), MS + POD), lost=0, said="interpolated at the 100 Hz of acc")
    slow = np.repeat(shank.acc[::3], 3, axis=0)[: len(shank)]
    refused(take, shank.text(acc=slow), MS + POD, "of acc were measured.* too slow to time a foot")
