"""When a run was, by the runner's own clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import time_zone
from pipelines.time_zone import check_zone, first_known, machine_zone, offset, span_words


def at(text, zone):
    return datetime.fromisoformat(text + "+00:00").astimezone(ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start_utc", "zone", "minutes", "words"),
    [
        ("2026-11-22T07:12", "UTC", 30, "07:12 to 07:42, UTC"),
        ("2026-11-22T07:12", "Etc/UTC", 30, "07:12 to 07:42, UTC"),
        ("2026-11-22T07:12", "Europe/London", 30, "07:12 to 07:42, Europe/London (UTC)"),
        ("2026-11-22T07:12", "Europe/Berlin", 30, "08:12 to 08:42, Europe/Berlin (UTC+1)"),
        ("2026-11-22T07:12", "America/St_Johns", 5, "03:42 to 03:47, America/St_Johns (UTC-3:30)"),
        (
            "2026-11-22T22:40",
            "Europe/Berlin",
            45,
            "23:40 to 00:25 on 23 November, Europe/Berlin (UTC+1)",
        ),
        ("2026-10-25T00:45", "Europe/Berlin", 45, "02:45 (UTC+2) to 02:30 (UTC+1), Europe/Berlin"),
        ("2026-03-29T00:45", "Europe/Berlin", 45, "01:45 (UTC+1) to 03:30 (UTC+2), Europe/Berlin"),
        ("2026-11-22T07:12", "Asia/Tokyo", float("nan"), "16:12 Asia/Tokyo (UTC+9)"),
    ],
)
def test_a_run_is_said_in_its_own_zone(start_utc, zone, minutes, words):
    assert span_words(at(start_utc, zone), 60 * minutes) == words


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
    st.integers(60, 6 * 3600),
)
def test_a_run_is_as_long_as_it_was_whatever_the_clock_did(start, zone, duration_s):
    local = start.replace(second=0, microsecond=0).astimezone(ZoneInfo(zone))
    words = span_words(local, duration_s)
    stop = (local.astimezone(UTC) + timedelta(seconds=duration_s)).astimezone(ZoneInfo(zone))
    assert f" to {stop:%H:%M}" in words
    assert words.count("UTC") == (2 if offset(local) != offset(stop) else 1)
    assert ("on " in words) == (local.date() != stop.date())


@pytest.mark.parametrize("name", ["", "Berlin", "Europe", "/etc/localtime", "../UTC", "a\0b", 3])
def test_what_is_no_zone_is_one_sentence(name):
    with pytest.raises(ValueError, match="give a name from the IANA list"):
        check_zone(name)


def test_the_first_zone_that_is_known_counts():
    assert first_known(["", None, "Mars/Base", "Asia/Tokyo", "UTC"]).key == "Asia/Tokyo"
    assert first_known([]).key == "UTC"


@pytest.mark.parametrize(
    ("stated", "name"),
    [("Asia/Tokyo", "Asia/Tokyo"), (":Asia/Tokyo", "Asia/Tokyo"), ("CET-1CEST,M3", ""), ("", "")],
)
def test_the_machine_is_asked_for_its_zone(monkeypatch, stated, name):
    monkeypatch.setenv("TZ", stated)
    assert machine_zone() == name


@pytest.mark.parametrize(
    ("link", "name"),
    [("share/zoneinfo/Europe/Berlin", "Europe/Berlin"), ("share/zoneinfo", ""), ("copy", "")],
)
def test_the_machine_says_its_zone_by_a_link(monkeypatch, tmp_path, link, name):
    monkeypatch.delenv("TZ", raising=False)
    (tmp_path / "localtime").symlink_to(tmp_path / link)
    monkeypatch.setattr(time_zone, "LOCALTIME", tmp_path / "localtime")
    assert machine_zone() == name
