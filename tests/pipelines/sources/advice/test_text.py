"""Text as old programs, typographers and spreadsheets write it: read, or refused in true words."""

import re

import pytest
from runs.virtual_table import MS, POD, refused, right

from pipelines.sources.formats.date_forms import form_of

ISO = 'time = "t"\ntime_unit = "iso"\n'


def csv(words):
    return f"{MS}[csv]\n{words}\n{POD}"


def test_a_sign_of_the_end_of_a_file_and_a_minus_of_typographers_are_read(shank, take):
    right(take(shank.text() + "\x1a", MS + POD))
    right(take(shank.text().replace("-", "\u2212"), MS + POD))


@pytest.mark.parametrize("encoding", ["utf-32", "utf-16"])
def test_wide_encodings_are_known_by_their_marks(shank, take, encoding):
    right(take(shank.text().encode(encoding), MS + POD))


def test_words_for_missing_values_are_advised_together(shank, take):
    head, *rows = shank.text().splitlines()
    for at, word in ((700, "-"), (705, "--"), (710, "#N/A")):
        rows[at] = f"{rows[at].split(',')[0]},{','.join([word] * 6)}"
    text = "\n".join([head, *rows, ""])
    refused(take, text, MS + POD, r"write missing = \['-'\] under")
    refused(take, text, csv("missing = ['-']"), r"write missing = \['-', '--'\] under")
    right(take(text, csv("missing = ['-', '--']")), lost=3)


def test_names_of_another_language_between_semicolons_are_listed(shank, take):
    text = shank.text(head="Zeit;Besch x;Besch y;Besch z;Dreh x;Dreh y;Dreh z", sep=";")
    words = text.replace(".", ",")
    refused(take, words, MS + POD, "there is no column 'ax'; the file has Zeit, Besch x, Besch y")


def test_names_and_rows_that_are_cut_differently_are_told(shank, take):
    head, *rows = shank.text(sep="\t").splitlines()
    text = "\n".join([head, *rows, ""])
    refused(take, text, MS + POD, r"',' between its names and \"\\t\" between .* its 7 names")
    names = "separator = \"\\t\"\nskip_rows = 1\nheader = ['t','ax','ay','az','gx','gy','gz']"
    right(take(text, csv(names)))


def test_a_row_of_words_that_no_mapping_can_hold_is_to_be_taken_out(shank, take):
    head, *rows = shank.text().splitlines()
    text = "\n".join([head, *rows[:700], '"lost\nstrap",,,,,,', *rows[700:], ""])
    refused(take, text, MS + POD, "correct that row, or take it out of the file")


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("20 Nov 2026 08:00:00.000", "'%d %b %Y %H:%M:%S.%f'"),
        ("20-November-2026 08:00:00 AM", "'%d-%B-%Y %I:%M:%S %p'"),
        ("2026-11-20 09:00:00.000 CET", "'%Y-%m-%d %H:%M:%S.%f CET' and time_zone, such as"),
        ("20.11.2026 09:00:00 CEST", "'%d.%m.%Y %H:%M:%S CEST' and time_zone, such as"),
        ("20.11.2026 09:00:00 AM", "'%d.%m.%Y %I:%M:%S %p'"),
        ("26-11-20 09:00:00", "'%d-%m-%y %H:%M:%S' if the day comes first, or '%y-%m-%d %H"),
        ("99-11-20 09:00:00", "'%y-%m-%d %H:%M:%S'"),
    ],
)
def test_months_and_zones_by_name_are_in_the_form_that_is_advised(word, form):
    assert form_of(word).startswith(form)


@pytest.mark.parametrize("word", ["20/11/2026 09:00:00 p. m.", "2026-324T08:00:00.000", "20. Okt."])
def test_dates_in_a_form_that_no_mapping_names_are_to_be_exported_in_another(shank, take, word):
    assert form_of(word) == ""
    refused(take, shank.text([word] * len(shank)), ISO + POD, "export it as 2026-11-20 14:05:09.1")


def test_decimal_commas_with_an_exponent_are_named(shank, take):
    sep = "separator = ';'\n"
    head, *rows = shank.text(sep=";", head="t;ax;ay;az;gx;gy;gz").splitlines()
    text = "\n".join([head, *(re.sub(r"\.(\d+)", r",\1E+00", row) for row in rows), ""])
    refused(take, text, csv(sep), "holds '-?\\d,\\d+E\\+00' in row 1, .*write decimal = ','")
    right(take(text, csv(f"{sep}decimal = ','")))


def test_dates_with_the_name_of_their_zone_are_placed_by_the_advice(shank, take):
    times = [f"2026-11-20 09:00:{ms / 1000:06.3f} CET" for ms in shank.ms]
    text = shank.text(times)
    refused(take, text, ISO + POD, r"time_unit = '%Y-%m-%d %H:%M:%S.%f CET' and time_zone")
    form = 'time = "t"\ntime_unit = "%Y-%m-%d %H:%M:%S.%f CET"\n'
    refused(
        take, text, form + POD, r"by the clock of CET, a name .* write time_zone in the mapping"
    )
    zone = 'time_zone = "Europe/Berlin"\ntime_unit = "%Y-%m-%d %H:%M:%S.%f CET"\ntime = "t"\n'
    right(take(text, zone + POD))


def test_five_rows_are_no_riddle(shank, take):
    done = take(shank.text(rows=range(5)), MS + POD)
    assert done.stances == 0
    assert "no running was found" in done.reasons
