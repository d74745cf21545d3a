"""Streams for intervals.icu: the pack, and their way into an activity of a local server."""

import json
import os
from datetime import UTC, datetime

import duckdb
import numpy as np
import pytest
from as_a_user.refusals import refused
from services.garmin_server import elsewhere, silent, status
from services.intervals_server import KEY, intervals_server
from watches.watch_of_run import PACES, START_S

from pipelines.export.intervals.pack import code
from pipelines.export.intervals.service import INTERVALS
from pipelines.export.per_second import by_second
from pipelines.export.run import load
from pipelines.web_service import bounded_http

NUMBER = "i55610271"
PATH = f"/api/v1/activity/{NUMBER}"
STREAMS = ("GET", f"{PATH}/streams.json")


def activity(ahead_s=0, day=0):
    """The run as a watch has it, from 20 s before to 20 s after."""
    speeds = [0.0] * 20 + [v for s, v in PACES for _ in range(int(s))] + [0.0] * 20
    start = datetime.fromtimestamp(START_S - 20 + ahead_s + 86_400 * day, UTC)
    return {
        "start_date": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "streams": {"time": list(range(len(speeds))), "velocity_smooth": speeds},
    }


@pytest.fixture
def use(monkeypatch):
    def using(server, key=KEY):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")  # a key must not go through one
        monkeypatch.setenv(INTERVALS.variable, key)
        monkeypatch.setenv(INTERVALS.url_variable, server.url)

    return using


@pytest.fixture
def codes(files):
    run = load(files)
    seconds = by_second(run, np.array([int(run.start_s) + 60]))
    return {code(name) for name in (*seconds.both, *seconds.legs)}


def test_the_pack_is_read_by_another_reader_and_says_what_its_streams_are(exported, files):
    done = exported("intervals")
    table = duckdb.read_csv(str(done.path / "streams.csv")).df()
    run = load(files)
    seconds = by_second(run, np.asarray(table["time"] + int(run.start_s)))
    everything = {**seconds.both, **seconds.legs}
    assert set(table.columns) == {"time", *map(code, everything)}
    for name, values in everything.items():
        np.testing.assert_allclose(table[code(name)], values, rtol=1e-5)
    custom = json.loads((done.path / "custom_streams.json").read_text(encoding="utf-8"))
    assert {one["code"] for one in custom} == set(table.columns) - {"time"}
    assert all(one["units"] and one["name"] and one["description"] for one in custom)
    assert "above 50 the left foot stays longer" in (done.path / "README.txt").read_text("utf-8")


@pytest.mark.parametrize("ahead_s", [0, 25])
def test_streams_arrive_in_the_activitys_own_rows(exported, files, use, codes, ahead_s):
    there = activity(ahead_s)
    before = {name: list(values) for name, values in there["streams"].items()}
    with intervals_server({NUMBER: there}, codes) as server:
        use(server)
        done = exported("intervals", activity=NUMBER)
    streams = there["streams"]
    assert {name: streams[name] for name in before} == before
    assert set(streams) == {*before, *codes}
    contact = np.array(streams["LeftContactTimeS"], dtype=float)
    known = np.flatnonzero(np.isfinite(contact))
    assert done.rows == len(known) == 149
    began_s = load(files).header["bouts"]["start_s"][2]
    assert known[0] == pytest.approx(20 + began_s, abs=3.1)  # as good as the clocks are known
    assert np.nanmedian(contact) == pytest.approx(0.257, abs=0.01)
    assert f"intervals.icu has {len(codes)} of {len(codes)} streams" in done.words
    assert ("25 s" in done.words[0] or "24 s" in done.words[0]) == bool(ahead_s)
    assert ("PUT", f"{PATH}/streams.csv") in server.asked


def test_codes_that_the_account_lacks_are_named(exported, use):
    with intervals_server({NUMBER: activity()}, {"LeftContactTimeS"}) as server:
        use(server)
        done = exported("intervals", activity=NUMBER)
    assert "intervals.icu has 1 of 30 streams" in done.words
    assert any("no custom stream of the codes" in words for words in done.words)


def test_without_any_of_our_streams_there_it_is_said_what_to_create(exported, use, tmp_path):
    with intervals_server({NUMBER: activity()}) as server:
        use(server)
        refused(exported, "create them as custom_streams.json says", "intervals", activity=NUMBER)
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def rows_gone(handler):
    handler.server.activities[NUMBER]["streams"]["time"] = [0.0, 1.0]
    handler.send(b"[]")


def other_values(handler):
    streams = handler.server.activities[NUMBER]["streams"]
    streams["LeftContactTimeS"] = [0.3] * len(streams["time"])
    handler.send(b"[]")


@pytest.mark.parametrize(
    ("asked", "answer", "said", "kind"),
    [
        (("GET", PATH), status(401), "does not accept the key", OSError),
        (("GET", PATH), status(404), "no such activity", OSError),
        (("GET", PATH), status(500), "answers with error 500", OSError),
        (("GET", PATH), elsewhere("http://127.0.0.1:9/"), "the key must not go", OSError),
        (("GET", PATH), lambda h: h.send(b"<html>"), "no JSON", ValueError),
        (("GET", PATH), lambda h: h.say({}), "does not say when", ValueError),
        (("GET", PATH), silent(1.5), "too slow", OSError),
        (STREAMS, lambda h: h.say([]), "no rows to put streams beside", ValueError),
        (STREAMS, lambda h: h.say({"a": 1}), "no rows to put streams beside", ValueError),
        (("PUT", f"{PATH}/streams.csv"), status(403), "for supporters", OSError),
        (("PUT", f"{PATH}/streams.csv"), status(422), "custom streams of these codes", OSError),
        (("PUT", f"{PATH}/streams.csv"), rows_gone, "has other rows than before", ValueError),
        (("PUT", f"{PATH}/streams.csv"), other_values, "other values of LeftContact", ValueError),
    ],
)
def test_what_goes_wrong_is_one_sentence_without_the_key(
    exported, use, tmp_path, monkeypatch, asked, answer, said, kind
):
    short = bounded_http.Limits(silence_s=0.5, total_s=3.0)
    monkeypatch.setattr(bounded_http, "Limits", lambda: short)
    with intervals_server({NUMBER: activity()}, instead={asked: answer}) as server:
        use(server)
        with pytest.raises(kind, match=said) as caught:
            exported("intervals", activity=NUMBER)
    assert KEY not in str(caught.value)
    assert str(caught.value).isprintable()
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_an_activity_of_another_day_is_refused(exported, use):
    with intervals_server({NUMBER: activity(day=1)}) as server:
        use(server)
        refused(exported, "the activity i55610271 is of", "intervals", activity=NUMBER)
    assert all(how == "GET" for how, _ in server.asked)


@pytest.mark.parametrize("number", ["../athlete/0", "i", "55 6", "i5?x=1", "i" + 30 * "1"])
def test_what_is_no_number_of_an_activity_is_never_asked_for(exported, use, number):
    with intervals_server({}) as server:
        use(server)
        refused(exported, "is no activity of intervals.icu", "intervals", activity=number)
    assert server.asked == []


def test_the_key_is_in_a_file_that_nobody_else_reads(tmp_path):
    home = {"HOME": str(tmp_path)}
    refused(INTERVALS.configured, "there is no key to intervals.icu", home)
    path = tmp_path.joinpath(*INTERVALS.file.parts[1:])
    path.parent.mkdir(parents=True)
    path.write_text(f"{KEY}\n", encoding="ascii")
    path.chmod(0o644)
    if os.name != "nt":
        refused(INTERVALS.configured, "others can read the key", home)
    path.chmod(0o600)
    found = INTERVALS.configured(home)
    assert (found.key, found.base_url) == (KEY, INTERVALS.url)
    assert KEY not in repr(found)
    path.write_text("two words", encoding="ascii")
    refused(INTERVALS.configured, "is no key of intervals.icu", home)
    for url in ("http://intervals.icu", "ftp://x", "https://a:b@intervals.icu", "nonsense"):
        refused(
            INTERVALS.configured,
            "no https address",
            {INTERVALS.variable: KEY, INTERVALS.url_variable: url},
        )
