"""More forms that people's files take: read right, or refused with a sentence that helps."""

import re

import numpy as np
import pytest
from runs.virtual_table import MS, POD, imported, refused, right

COUNTED = 'counter = "t"\nrate_hz = 100\n'


def without(shank, start, stop):
    return [k for k in range(len(shank)) if not start <= k < stop]


# --- numbers ----------------------------------------------------------------------------------


def with_commas(text):
    """Return a table whose fields have decimal commas, between semicolons."""
    return text.replace(",", ";").replace(".", ",")


def test_decimal_commas_between_commas_are_read_in_quotes_and_refused_without(shank, take):
    head, *rows = with_commas(shank.text()).splitlines()
    quoted = "\n".join(
        [
            head.replace(";", ","),
            *(",".join(f'"{x}"' for x in row.split(";")) for row in rows),
            "",
        ]
    )
    refused(take, quoted, MS + POD, r"write decimal = ','")
    right(take(quoted, f'{MS}[csv]\ndecimal = ","\n{POD}'))
    bare = quoted.replace('"', "")
    refused(take, bare, MS + POD, "its decimal commas look like the commas between columns; exp")


@pytest.mark.parametrize("sign", ["'", ",", " ", "\u202f"])
def test_signs_between_thousands_are_no_decimals(shank, take, sign):
    stamps = [f'"{ms:,}"'.replace(",", sign) for ms in shank.ms]
    match = "in row 101, which is not a number; export it without signs between thousands"
    refused(take, shank.text(stamps), MS + POD, match)


def test_points_between_thousands_beside_decimal_commas_are_none(shank, take):
    text = with_commas(shank.text([f"{ms:,}".replace(",", "_") for ms in shank.ms]))
    text = text.replace("_", ".")
    match = "holds '1.000' in row 101, .* export it without signs between thousands"
    refused(take, text, f'{MS}[csv]\ndecimal = ","\n{POD}', match)


@pytest.mark.parametrize("form", ["0x{:X}", "{:04X}"])
def test_hexadecimal_counts_are_refused(shank, take, form):
    text = shank.text([form.format(0xEA60 + k) for k in range(len(shank))])
    refused(take, text, COUNTED + POD, "is not a decimal number; export it in decimal")


@pytest.mark.parametrize("form", ["{} g", "({})", "[{}, 1.0]"])
def test_numbers_with_more_around_them_are_not_taken_for_a_word_for_none(shank, take, form):
    words = np.array([[f'"{form.format(x)}"' for x in row] for row in shank.acc], dtype=object)
    refused(take, shank.text(acc=words), MS + POD, "not a plain number; export it as numbers alone")


# --- dates ------------------------------------------------------------------------------------


def dates(shank, form, start="2026-11-28T12:59:55"):
    """Return the moments of all samples in a form of strftime, %f with three digits."""
    moments = (np.datetime64(start, "ms") + shank.ms).tolist()
    return [one.strftime(form.replace("%f", f"{one.microsecond // 1000:03d}")) for one in moments]


@pytest.mark.parametrize(
    ("form", "asked", "advice"),
    [
        ("%m/%d/%Y %I:%M:%S.%f %p", "'%m/%d/%Y %I:%M:%S.%f %p' in", "%m/%d/%Y %I:%M:%S.%f %p"),
        ("%d-%m-%y %H:%M:%S,%f", None, "%d-%m-%y %H:%M:%S,%f"),
        ("%Y/%m/%d %H:%M:%S:%f", "'%Y/%m/%d %H:%M:%S:%f' in", "%Y/%m/%d %H:%M:%S:%f"),
        ("%Y-%m-%d %H:%M:%S.%f UTC", None, "iso"),
    ],
)
def test_dates_in_any_form_are_read_as_advised(shank, take, form, asked, advice):
    text = shank.text([f'"{date}"' for date in dates(shank, form)])
    if asked:
        refused(take, text, MS + POD, f"write time_unit = {asked}")
    done = take(text, f'time = "t"\ntime_unit = "{advice}"\n{POD}')
    right(done)
    assert done.day == "2026-11-28"


def test_both_orders_of_day_and_month_are_named_where_both_may_be(shank, take):
    text = shank.text(dates(shank, "%m/%d/%Y %H:%M:%S.%f", start="2026-11-05T08:00"))
    match = "'%d/%m/%Y %H:%M:%S.%f' if the day comes first, or '%m/%d/%Y %H:%M:%S.%f' if the m"
    refused(take, text, MS + POD, match)


def test_hours_up_to_twelve_need_a_word_for_the_half_of_the_day(shank, take):
    for form in ("%H:%M:%S.%f %p", "%I:%M:%S.%f"):
        mapping = f'time = "t"\ntime_unit = "{form}"\n{POD}'
        refused(take, shank.text(), mapping, "write %I and %p together")


def test_times_of_day_pass_midnight_and_say_no_day(shank, take):
    text = shank.text(dates(shank, "%H:%M:%S.%f", start="2026-11-28T23:59:55"))
    refused(take, text, MS + POD, "write time_unit = '%H:%M:%S.%f'")
    done = take(text, f'time = "t"\ntime_unit = "%H:%M:%S.%f"\n{POD}')
    right(done, said="nothing says when this run was")
    seconds = (shank.ms / 1000 + 86395) % 86400
    right(take(shank.text(seconds.round(2)), MS.replace("ms", "s") + POD), said="a day began anew")


def test_fractions_that_are_left_out_or_cut_short(shank, take):
    whole = [date.removesuffix(".000") for date in dates(shank, "%d.%m.%Y %H:%M:%S.%f")]
    mapping = f'time = "t"\ntime_unit = "%d.%m.%Y %H:%M:%S.%f"\n{POD}'
    right(take(shank.text(whole), mapping))
    plain = dates(shank, "%d.%m.%Y %H:%M:%S.")
    cut = [f"{date}{ms % 1000}" for date, ms in zip(plain, shank.ms, strict=True)]
    refused(take, shank.text(cut), mapping, "without their leading zeros, as .*; export it with")


# --- counters and clocks ----------------------------------------------------------------------


def test_losses_that_a_counter_does_not_show_are_seen_by_stamps_beside_it(shank, take):
    mapping = f'counter = "c"\nrate_hz = 100\n{MS}{POD}'
    for lost, turn in ((256, 256), (90, 10**6)):
        rows = without(shank, 700, 700 + lost)
        counts = np.arange(len(shank)) % turn if lost == turn else None
        at = {row: place for place, row in enumerate(rows)}  # else the exporter's row numbers
        said = [
            f"{counts[k] if counts is not None else at.get(k, 0)},{k * 10}"
            for k in range(len(shank))
        ]
        text = shank.text(said, rows=rows, head="c,t,ax,ay,az,gx,gy,gz")
        done = take(text, mapping)
        right(done, lost=lost, said=f"{lost} samples that its counter does not show as lost")


@pytest.mark.parametrize(("low", "turn"), [(1, 255), (0, 100), (-128, 256)])
def test_counters_of_an_odd_turn_or_with_a_sign(shank, take, low, turn):
    counts = low + (np.arange(len(shank)) + 40) % turn
    done = take(shank.text(counts, rows=without(shank, 700, 730)), COUNTED + POD)
    right(done, lost=30, said="began anew")


def test_a_counter_that_begins_anew_far_from_its_top_is_a_pod_that_did(shank, take):
    counts = np.arange(len(shank)) % 900
    text = shank.text(counts)
    refused(take, text, COUNTED + POD, "falls by 899 at row 901: the pod began anew there; cut")


def test_signed_ticks_wrap_and_a_clock_of_minutes_does_not_pass_for_bits(shank, take):
    ticks = (2**31 - 5_000_000 + shank.ms * 1000 + 2**31) % 2**32 - 2**31
    right(take(shank.text(ticks), MS.replace("ms", "us") + POD), said="clock of 32 bits began")
    seconds = (shank.ms / 1000 + 50) % 60
    refused(take, shank.text(seconds.round(2)), MS.replace("ms", "s") + POD, "runs backward")


@pytest.mark.parametrize("last", [False, True])
def test_packets_whose_stamp_stands_in_one_of_their_rows(shank, take, last):
    stamps = [str(k * 10) if k % 10 == 9 * last else "" for k in range(len(shank))]
    done = take(shank.text(stamps, rows=without(shank, 700, 740)), MS + POD)
    right(done, lost=40, said="10 rows share a time stamp")


def test_rows_from_last_to_first_are_turned_round(shank, take):
    done = take(shank.text(rows=range(len(shank) - 1, -1, -1)), MS + POD)
    right(done, said="its rows stand from last to first")


# --- rates ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [50, 200])
def test_a_rate_at_which_turns_contradict_gravity_is_refused(shank, take, rate_hz):
    right(take(shank.text(), f"rate_hz = 100\n{POD}"))
    match = f"only if multiplied by about .* than {rate_hz} Hz .correct rate_hz"
    refused(take, shank.text(), f"rate_hz = {rate_hz}\n{POD}", match)


def test_a_wrong_scale_of_angular_rate_is_refused_and_the_one_that_fits_is_right(shank, take):
    for factor in (0.25, 0.5, 2.0):
        text = shank.text(gyr=np.round(shank.gyr * factor, 4))
        refused(take, text, MS + POD, "only if multiplied by about .*correct gyr_unit or gyr_scale")
    text = shank.text(gyr=np.round(shank.gyr * 1.2, 4))
    with pytest.raises(ValueError, match=r"gyr_scale = 0.8\d* would fit") as caught:
        take(text, MS + POD)
    scale = re.search(r"gyr_scale = (0.8\d*)", str(caught.value))[1]
    assert float(scale) == pytest.approx(1 / 1.2, rel=0.03)
    right(take(text, f"{MS}{POD}gyr_scale = {scale}\n"))


def test_samples_held_often_are_found_however_many_there_are(shank, take):
    both = np.hstack([shank.acc, shank.gyr])
    for at in range(400, 1400, 25):
        both[at : at + 4] = both[at - 1]
    done = take(shank.text(acc=both[:, :3], gyr=both[:, 3:]), MS + POD)
    assert done.lost > 0.9 * 4 * 40


@pytest.mark.parametrize("late", [-15, 15])
def test_sensors_whose_clocks_do_not_agree_are_told_by_how_much(shank, tmp_path, late):
    names = {"Acc.csv": ("t,ax,ay,az", shank.acc), "Gyr.csv": ("t,gx,gy,gz", shank.gyr)}
    text = {}
    for name, (head, values) in names.items():
        stamps = 1_795_852_800_000 + shank.ms + (10 * late if name == "Gyr.csv" else 0)
        rows = [",".join(map(str, (t, *row))) for t, row in zip(stamps, values, strict=True)]
        text[name] = "\n".join([head, *rows, ""])
    mapping = f'{MS}{POD}file = "Acc"\ngyr_file = "Gyr"\n'
    word = "earlier" if late > 0 else "later"
    with pytest.raises(ValueError, match=f"gyr fits acc only about 1[3-7]0 ms {word} than its t"):
        imported(tmp_path, text, mapping)


@pytest.mark.parametrize("late", [-10, 10])
def test_a_gyroscope_that_comes_late_in_the_same_rows_is_refused(shank, take, late):
    text = shank.text(gyr=np.roll(shank.gyr, late, axis=0))
    refused(take, text, MS + POD, "gyr fits acc only about|turns the wrong way|only if multiplied")


def test_acceleration_that_reads_a_little_too_much_at_rest_is_said(shank, take):
    text = shank.text(acc=np.round(1.08 * shank.acc, 3))
    done = take(text, MS + POD)
    right(done, said="shank left: acceleration may be off by 6 %: quiet standing")
    assert done.doubts == ["acc_scale"]
    done = take(text, f"{MS}{POD}acc_scale = 0.926\n")
    right(done)
    assert not any("may be off by" in reason for reason in done.reasons)
    assert done.doubts == []
