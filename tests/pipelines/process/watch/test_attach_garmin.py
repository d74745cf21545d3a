"""An activity of Garmin Connect, asked for with the runner's own key from a local server."""

import os

import pytest
from runs.virtual_days import SESSION
from services.garmin_server import (
    FILE_PATH,
    KEY,
    LIST_PATH,
    TOKEN,
    TOKEN_PATH,
    activity,
    dripping,
    elsewhere,
    garmin_server,
    silent,
    status,
    zipped,
)
from typer.testing import CliRunner
from watches.watch_of_run import watch

from pipelines.cli import app
from pipelines.process.watch.attach_garmin import attach_activity
from pipelines.sources.watch.garmin_service import GARMIN
from pipelines.store.stated.context_file import read_context
from pipelines.web_service import bounded_http

RUN, EARLIER = 20123456789, 20123450000
LIST = [
    activity(RUN, "2026-11-22 08:29:40", 220.0),
    {"activityId": None},
    {"activityId": RUN, "startTimeGMT": "yesterday", "duration": 1},
    activity(EARLIER, "2026-11-22 06:00:00", 1800.0),
    "nonsense",
]


@pytest.fixture
def use(monkeypatch):
    """Let the command ask a server, with a key."""

    def using(server, key=KEY):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")  # a key must not go through one
        monkeypatch.setenv(GARMIN.variable, key)
        monkeypatch.setenv(GARMIN.url_variable, server.url)

    return using


@pytest.fixture
def fit(tmp_path):
    folder = tmp_path / "watch"
    folder.mkdir()
    return watch(folder).read_bytes()


def unchanged(files):
    return not (files.watch.exists() or files.context.exists())


@pytest.mark.parametrize("which", ["last", str(RUN)])
def test_the_activity_of_the_run_is_fetched_and_attached(files, fit, use, which):
    with garmin_server(LIST, {RUN: zipped(fit), EARLIER: zipped(b"")}) as server:
        use(server)
        done = attach_activity(files, which)
    assert done.speed_mps == pytest.approx(2.8, abs=0.01)
    assert "the clocks agree within 3 s" in done.words[0]
    assert read_context(files).watch_file == f"garmin-{RUN}.fit"
    paths = [(how, path) for how, path, _ in server.asked]
    of_list = [("GET", LIST_PATH)] if which == "last" else []
    assert paths == [("POST", TOKEN_PATH), *of_list, ("GET", f"{FILE_PATH}{RUN}")]
    if which == "last":
        assert server.asked[1][2] == {
            "start": ["0"],
            "limit": ["20"],
            "startDate": ["2026-11-21"],
            "endDate": ["2026-11-23"],
        }


def test_the_command_takes_a_file_or_an_activity(files, fit, use, tmp_path):
    words = ["attach", "ana", "last", "--store", str(tmp_path)]
    with garmin_server(LIST, {RUN: zipped(fit)}) as server:
        use(server)
        done = CliRunner().invoke(app, [*words, "--garmin", "last"])
        assert done.exit_code == 0, done.output
        assert done.stdout.startswith(f"ana {SESSION}: ")
        asked = len(server.asked)
        for more in ([], ["run.fit", "--garmin", "last"]):
            done = CliRunner().invoke(app, [*words, *more])
            assert "say what to attach: a watch file, or --garmin last" in str(done.exception)
        assert len(server.asked) == asked


def big(handler):
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(2_000):
            handler.wfile.write(bytes(1 << 16))
    except OSError:
        return


OTHER = [activity(EARLIER, "2026-11-22 06:00:00", 1800.0)]
DOWNLOAD = f"{FILE_PATH}{RUN}"
WRONG = {
    "the key is wrong": (TOKEN_PATH, status(401), r"does not accept the key \(it may have exp"),
    "the key may not": (LIST_PATH, status(403), "does not accept the key"),
    "too often": (LIST_PATH, status(429), "was asked too often; wait some minutes"),
    "down": (TOKEN_PATH, status(503), "answers with error 503; try again later"),
    "sent elsewhere": (LIST_PATH, elsewhere("http://127.0.0.1:9/x"), "the key must not go"),
    "silent": (LIST_PATH, silent(1.0), "is too slow; try again later, or export the file"),
    "dripping": (DOWNLOAD, dripping, "is too slow; try again later"),
    "endless": (DOWNLOAD, big, "sends more than a run has; export the file"),
    "no token": (TOKEN_PATH, b"<html>sign in</html>", "gives no token for the key; try again"),
    "no list": (LIST_PATH, b"<html>sign in</html>", "gives no list of activities; try again"),
    "deep list": (LIST_PATH, b"[" * 100_000, "gives no list of activities"),
    "no activity": (LIST_PATH, b"[]", "has no activity from 2026-11-22 08:30 to 08:33 UTC; sync"),
    "none said": (LIST_PATH, b"", "has no activity from 2026-11-22 08:30"),
    "no zip": (DOWNLOAD, b"<html>sign in</html>", f"activity {RUN} is damaged or no ZIP"),
    "nothing": (DOWNLOAD, b"", f"activity {RUN} is damaged or no ZIP"),
    "no file in it": (DOWNLOAD, zipped(b"x", "x.txt"), "has no FIT, GPX or TCX file"),
    "no FIT": (DOWNLOAD, zipped(b"nonsense"), "is neither FIT nor GPX nor TCX"),
    "zip bomb": (DOWNLOAD, zipped(bytes(70 << 20)), "is larger than a run's"),
    "XML bomb": (
        DOWNLOAD,
        zipped(b'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aa">]><gpx>&a;</gpx>', "a.gpx"),
        "has a DOCTYPE, which no watch writes",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_goes_wrong_is_one_sentence_without_the_key(name, files, use, monkeypatch, capfd):
    path, answer, said = WRONG[name]
    if name in ("silent", "dripping"):
        monkeypatch.setattr(bounded_http, "Limits", lambda: IMPATIENT)
    with garmin_server(LIST, by_path={path: answer}) as server:
        use(server)
        with pytest.raises((OSError, ValueError), match=said) as caught:
            attach_activity(files)
    words = str(caught.value)
    assert words.isprintable()
    assert KEY not in words + repr(caught.value) + "".join(capfd.readouterr())
    assert TOKEN not in words
    assert "/tmp" not in words
    assert unchanged(files)


IMPATIENT = bounded_http.Limits(silence_s=0.3, total_s=0.6)


def test_nothing_that_day_is_said_with_the_time_of_the_run(files, use):
    with garmin_server(OTHER) as server:
        use(server)
        with pytest.raises(ValueError, match=r"no activity from 2026-11-22 08:30 .*; sync the wat"):
            attach_activity(files)


def test_a_server_that_is_not_there_is_one_sentence(files, use):
    with garmin_server() as server:
        use(server)
    with pytest.raises(OSError, match=r"cannot be reached \(connection refused\); check the netw"):
        attach_activity(files)


@pytest.mark.parametrize("which", ["", "0", "-3", "first", "1/../2", "9" * 30, "٣"])
def test_what_is_no_number_asks_nobody(files, use, which):
    with garmin_server() as server:
        use(server)
        with pytest.raises(ValueError, match="is no activity of Garmin Connect; give last"):
            attach_activity(files, which)
    assert server.asked == []


# --- the key ----------------------------------------------------------------------------------


def with_key_file(home, text, mode=0o600):
    path = home / ".config" / "garmin" / "connect-personal-api-key"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    path.chmod(mode)
    return {"HOME": str(home)}


def test_without_a_key_nothing_is_asked_and_the_sentence_says_how_to_get_one(tmp_path):
    with pytest.raises(ValueError, match="there is no key to Garmin Connect; create one in the"):
        GARMIN.configured({"HOME": str(tmp_path)})


def test_the_key_is_where_garmins_own_client_looks_for_it(tmp_path):
    known = with_key_file(tmp_path, f"{KEY}\n")
    assert (GARMIN.configured(known).key, GARMIN.configured(known).base_url) == (KEY, GARMIN.url)
    assert GARMIN.configured({**known, GARMIN.variable: "another-key"}).key == "another-key"
    assert KEY not in repr(GARMIN.configured(known))


@pytest.mark.skipif(os.name == "nt", reason="files have no such modes there")
def test_a_key_that_others_can_read_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"others can read the key in .*; run chmod 600 on it"):
        GARMIN.configured(with_key_file(tmp_path, KEY, 0o640))


@pytest.mark.parametrize(
    "key", ["two words", "a\nX-Evil: 1", "schlüssel-schlüssel", "short", "\0" * 9]
)
def test_what_is_no_key_is_refused_without_showing_it(tmp_path, key):
    with pytest.raises(ValueError, match="is no key of Garmin Connect; create one") as caught:
        GARMIN.configured({GARMIN.variable: key})
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["http://garmin.example", "ftp://localhost", "file:///etc/passwd", "https://", "https://a@b.c"],
)
def test_a_key_goes_over_https_or_stays_on_this_machine(url):
    with pytest.raises(
        ValueError, match="is no https address; unset it to use that of Garmin Connect"
    ):
        GARMIN.configured({GARMIN.variable: KEY, GARMIN.url_variable: url})
