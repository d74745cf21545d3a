"""The command as a person meets it: words, exit codes, nothing half done."""

import json
import os
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from imu import simulation
from pipelines import cli

MAPPING = """
rate_hz = 200.0

[pods.shank_left]
acc = ["ax", "ay", "az"]
acc_unit = "m/s2"
gyr = ["gx", "gy", "gz"]
gyr_unit = "rad/s"
"""


def run(monkeypatch, capsys, *words):
    """Run the command in this process; return exit code, standard output, standard error."""
    monkeypatch.setattr("sys.argv", ["midstance", *map(str, words)])
    code = 0
    try:
        cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1 if end.code else 0
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.fixture(scope="module")
def csv(tmp_path_factory):
    """A minute of running of one shank, as another system would write it."""
    folder = tmp_path_factory.mktemp("csv")
    run_ = simulation.simulate(
        simulation.Runner(), (simulation.Stand(6), simulation.Run(40)), seed=5
    )
    pod = run_.recording().sensors["shank_left"]
    table = np.hstack([pod.acc_mps2, pod.gyr_radps])
    np.savetxt(folder / "run.csv", table, "%.5f", ",", header="ax,ay,az,gx,gy,gz", comments="")
    (folder / "map.toml").write_text(MAPPING, encoding="utf-8")
    return folder


@pytest.fixture
def imported(csv, tmp_path, monkeypatch, capsys):
    """A store with that run in it."""
    store = tmp_path / "store"
    words = ("import", csv / "run.csv", "--mapping", csv / "map.toml", "--athlete", "ana")
    code, out, err = run(monkeypatch, capsys, *words, "--store", store, "--json")
    assert code == 0, err
    return store, json.loads(out)


def test_import_process_report_verify_go_hand_in_hand(imported, tmp_path, monkeypatch, capsys):
    store, done = imported
    assert done["stances"] > 40
    code, out, _ = run(monkeypatch, capsys, "process", done["raw_path"], "--json")
    assert code == 0
    assert json.loads(out)["stances"] == done["stances"]
    page = tmp_path / "page.html"
    code, out, err = run(
        monkeypatch, capsys, "report", "ana", "--store", store, "--out", page, "--json"
    )
    assert code == 0, err
    said = json.loads(out, parse_constant=pytest.fail)  # NaN is no JSON
    assert said["findings"] == []
    assert said["headline"] == "Building your baseline (0/5)."
    assert {c["state"] for c in said["comparisons"]} <= {"building baseline", "not measured"}
    assert "Building your baseline" in page.read_text(encoding="utf-8")
    code, out, err = run(monkeypatch, capsys, "report", "ana", "--store", store, "--out", page)
    assert out.startswith("Building your baseline (0/5)"), "no verdict where nothing was compared"
    short = ("report", "ana", "--store", store, "--out", page, "--for", "runner")
    code, _, err = run(monkeypatch, capsys, *short)
    assert code == 0, err
    assert "--for coach" in page.read_text(encoding="utf-8")
    code, out, _ = run(monkeypatch, capsys, "verify", store)
    assert code == 0
    assert ": ok\n" in out


def test_a_movement_is_declared_with_two_numbers(imported, monkeypatch, capsys):
    _, done = imported
    words = ("process", done["raw_path"], "--movement")
    code, out, _ = run(monkeypatch, capsys, *words, 0, 4, "--json")
    assert code == 0
    assert "the movement declared from 0 to 4 s is not used" in json.loads(out)["reasons"][-1]
    code, _, err = run(monkeypatch, capsys, *words, 4, 0)
    assert code == 1
    assert "a movement from 4 to 0 s cannot be used; give the start and the stop" in err
    code, out, _ = run(monkeypatch, capsys, *words, 0, 0, "--json")  # forgotten again
    assert json.loads(out)["reasons"] == list(done["reasons"])


def test_a_folder_of_sessions_is_processed_completely_and_one_bad_file_costs_no_other(
    imported, monkeypatch, capsys
):
    store, done = imported
    raw = Path(done["raw_path"])
    for session in ("2020-01-01-bad", "2020-01-02-bad"):
        raw.with_name(f"{session}.raw.parquet").write_bytes(b"no Parquet")
    Path(done["stances_path"]).unlink()
    code, out, err = run(monkeypatch, capsys, "process", raw.parent, "--json")
    result = json.loads(out)
    assert code == 1
    assert [one["stances"] for one in result["processed"]] == [done["stances"]]
    assert [said.count("-bad.raw.parquet is damaged") for said in result["failed"]] == [1, 1]
    assert err.strip().endswith("2 of 3 sessions gave no stances and keep their raw files")
    for bad in raw.parent.glob("*-bad.*"):
        bad.unlink()
    code, out, _ = run(monkeypatch, capsys, "process", store)
    assert code == 0
    assert out.startswith(f"ana {done['session']}: {done['stances']} stances")


def test_a_movement_is_never_declared_for_a_folder(imported, monkeypatch, capsys):
    store, _ = imported
    code, out, err = run(monkeypatch, capsys, "process", store, "--movement", 0, 4)
    assert (code, out) == (1, "")
    assert "a movement belongs to one run; name its raw file" in err


def test_importing_twice_is_refused_and_changes_nothing(csv, imported, monkeypatch, capsys):
    store, _ = imported
    before = {path: path.stat().st_mtime_ns for path in store.rglob("*.parquet")}
    words = ("import", csv / "run.csv", "--mapping", csv / "map.toml", "--athlete", "ana")
    code, _, err = run(monkeypatch, capsys, *words, "--store", store)
    assert code == 1
    assert "exists" in err
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*.parquet")} == before


def test_what_is_stated_at_import_is_kept_and_the_file_of_an_earlier_import_stays(
    csv, tmp_path, monkeypatch, capsys
):
    words = ("import", csv / "run.csv", "--mapping", csv / "map.toml", "--athlete", "ana")
    words += ("--store", tmp_path / "s")
    code, _, err = run(monkeypatch, capsys, *words, "--shoes", "blue pair", "--tag", "healthy")
    assert code == 0, err
    (context,) = (tmp_path / "s").rglob("*.context.toml")
    before = context.read_bytes()
    assert b'shoes = "blue pair"' in before
    assert run(monkeypatch, capsys, *words, "--shoes", "another")[0] == 1
    assert context.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--surface", "lava"), "surface is 'lava'; give one of road"),
        (("--treadmill", "--surface", "trail"), "treadmill is true and surface is trail"),
        (("--pain", "knee=11"), "pain at knee is 11.0; give a number from 0 to 10"),
        (("--strapped", "kept", "--strapped-min", "1"), "strapped is kept, since an earlier run"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_begins(
    words, sentence, csv, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("pipelines.capture.run.record_run", pytest.fail)
    imported = ("import", csv / "run.csv", "--mapping", csv / "map.toml", "--athlete", "ana")
    for command in (("record", "ana"), imported):
        code, out, err = run(monkeypatch, capsys, *command, *words, "--store", tmp_path / "s")
        assert (code, out) == (1, "")
        assert sentence in err
        assert len(err.splitlines()) == 1
        assert not (tmp_path / "s").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="file names are Unicode there")
def test_a_file_whose_name_is_no_utf8_is_imported(csv, tmp_path, monkeypatch, capsys):
    data = Path(os.fsdecode(os.fsencode(tmp_path) + b"/l\xe4uf\x1b.csv"))
    data.write_bytes((csv / "run.csv").read_bytes())
    words = ("import", data, "--mapping", csv / "map.toml", "--athlete", "ana")
    code, _, err = run(monkeypatch, capsys, *words, "--store", tmp_path / "s")
    assert code == 0, err


@pytest.mark.parametrize("athlete", ["../x", "007", "Ana", ""])
def test_an_unsafe_athlete_id_is_refused(athlete, csv, tmp_path, monkeypatch, capsys):
    words = ("import", csv / "run.csv", "--mapping", csv / "map.toml", "--athlete", athlete)
    code, _, err = run(monkeypatch, capsys, *words, "--store", tmp_path / "s")
    assert code == 1
    assert "athlete id" in err
    assert not (tmp_path / "s").exists()


def test_a_damaged_page_is_found(imported, monkeypatch, capsys):
    store, done = imported
    path = next(store.rglob("*.raw.parquet"))
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0x10
    path.chmod(path.stat().st_mode | stat.S_IWUSR)
    path.write_bytes(content)
    code, _, err = run(monkeypatch, capsys, "verify", store)
    assert code == 1
    assert "restore" in err
    code, _, err = run(monkeypatch, capsys, "process", done["raw_path"])
    assert code == 1
    assert len(err.strip().splitlines()) == 1


def test_walking_only_is_kept_and_said(csv, tmp_path, monkeypatch, capsys):
    walk = simulation.simulate(simulation.Runner(), (simulation.Walk(10),), seed=5)
    pod = walk.recording().sensors["shank_left"]
    table = np.hstack([pod.acc_mps2, pod.gyr_radps])
    data = tmp_path / "walk.csv"
    np.savetxt(data, table, "%.5f", ",", header="ax,ay,az,gx,gy,gz", comments="")
    words = ("import", data, "--mapping", csv / "map.toml", "--athlete", "ana")
    code, _, err = run(monkeypatch, capsys, *words, "--store", tmp_path / "s")
    assert code == 1
    assert "no running was found" in err
    assert list((tmp_path / "s").rglob("*.raw.parquet"))


def test_metrics_are_a_dictionary(monkeypatch, capsys):
    code, out, _ = run(monkeypatch, capsys, "metrics", "--json")
    assert code == 0
    names = [entry["name"] for entry in json.loads(out)["metrics"]]
    assert "pelvic_rotation_over_leg_deg" in names
    code, out, _ = run(monkeypatch, capsys, "metrics", "pelvic_rotation_over_leg_deg")
    assert code == 0
    assert "hypothesis" in out
    code, _, err = run(monkeypatch, capsys, "metrics", "knees")
    assert code == 1
    assert "there is no metric 'knees'" in err


@pytest.mark.skipif(Path("/var/run/dbus/system_bus_socket").exists(), reason="has Bluetooth")
def test_recording_without_bluetooth_says_what_to_do(tmp_path, monkeypatch, capsys):
    code, _, err = run(monkeypatch, capsys, "record", "ana", "--store", tmp_path / "s")
    assert code == 1
    assert "Bluetooth is not available on this machine" in err
    assert not list(tmp_path.rglob("*.journal"))


def test_nothing_to_recover_is_no_failure(tmp_path, monkeypatch, capsys):
    code, out, _ = run(monkeypatch, capsys, "recover", "--store", tmp_path)
    assert code == 0
    assert "nothing to recover" in out


def test_a_missing_store_or_athlete_is_one_sentence(imported, tmp_path, monkeypatch, capsys):
    store, _ = imported
    code, _, err = run(monkeypatch, capsys, "report", "ana", "--store", tmp_path / "nowhere")
    assert code == 1
    assert "there is no store" in err
    code, _, err = run(monkeypatch, capsys, "report", "bob", "--store", store)
    assert code == 1
    assert "no athlete bob" in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("report",), "Missing argument 'athlete'"),
        (("knees",), "No such command 'knees'"),
        (("metrics", "--knees"), "No such option"),
        (("demo", "--today", "never"), "'never' is not one of"),
        (("demo", "--gallery", "--today", "usual"), "--gallery shows every case; leave out"),
        (("demo", "--gallery", "--folder", ""), "wants a folder of its own"),
        (("demo", "--folder", ""), "wants a folder of its own"),
        (("demo", "--folder", "file/inside"), "file/inside/store: not a directory"),
        (("process", "none.journal"), "none.journal: no such file or directory; name another"),
        (("process", "."), "no raw session files in .; name a store or a session file"),
        (("recover", "--store", "nowhere"), "there is no store in nowhere"),
        (("recover", "--store", "file"), "there is no store in file"),
        (("record", "ana", "--store", "file"), "file is a file; name a folder"),
        (("validate", "--baseline", "--signals", "-1"), "Invalid value for '--signals'"),
        (("scan", "--seconds", "-1"), "seconds is -1; give a number above 0"),
        (("scan", "--seconds", "nan"), "seconds is nan; give a number above 0"),
    ],
)
def test_wrong_words_are_one_sentence(words, sentence, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    code, out, err = run(monkeypatch, capsys, *words)
    assert (code, out) == (1, "")
    assert sentence in err
    assert len(err.strip().splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_without_words_it_says_what_it_can_do(monkeypatch, capsys):
    code, out, err = run(monkeypatch, capsys)
    assert (code, err) == (0, "")
    assert "recover" in out


@pytest.mark.parametrize("out", ["", ".", "page.parquet"])
def test_a_report_never_takes_the_place_of_another_kind_of_file(out, imported, monkeypatch, capsys):
    store, _ = imported
    code, _, err = run(monkeypatch, capsys, "report", "ana", "--store", store, "--out", out)
    assert code == 1
    assert "ends in .html or .pdf" in err


@pytest.mark.parametrize("found", [True, False])
def test_a_report_is_shown_in_the_browser_where_there_is_one(
    found, imported, tmp_path, monkeypatch, capsys
):
    store, _ = imported
    shown = []
    monkeypatch.setattr("webbrowser.open", lambda url: shown.append(url) or found)
    page = tmp_path / "my page.html"
    words = ("report", "ana", "--store", store, "--out", page)
    assert run(monkeypatch, capsys, *words)[0] == 0
    assert shown == []
    code, _, err = run(monkeypatch, capsys, *words, "--open")
    assert (code, shown) == (0, [page.as_uri()])
    assert ("no browser was found here" in err) == (not found)


def test_a_pdf_is_asked_for_by_its_name_or_by_the_option(imported, tmp_path, monkeypatch, capsys):
    store, done = imported
    monkeypatch.setattr("pipelines.report.pdf.as_pdf", lambda page: b"%PDF " + page.encode())
    monkeypatch.setattr("pipelines.report.pdf.need_pdf", lambda: None)
    monkeypatch.chdir(tmp_path)
    words = ("report", "ana", "--store", store)
    for more, name in (
        (("--out", "x.pdf"), "x.pdf"),
        (("--pdf",), f"ana-{done['session']}.pdf"),
    ):
        code, _, err = run(monkeypatch, capsys, *words, *more)
        assert code == 0, err
        assert Path(name).read_bytes().startswith(b"%PDF <!doctype html>")
    code, _, err = run(monkeypatch, capsys, *words, "--pdf", "--out", "x.html")
    assert code == 1
    assert "ends in .pdf" in err
    assert not Path("x.html").exists()


def journals(store):
    """Three interrupted recordings, of which none can give a stance."""
    folder = store / "journal" / "ana"
    folder.mkdir(parents=True)
    for day, content in ((20, b""), (21, b"no journal"), (22, bytes(range(256)))):
        (folder / f"2026-11-{day}-aaaa.journal").write_bytes(content)
    return folder


def test_every_journal_is_tried_and_every_trouble_said(tmp_path, monkeypatch, capsys):
    folder = journals(tmp_path)
    (folder / "2026-11-23-aaaa.journal").mkdir()
    code, out, err = run(monkeypatch, capsys, "recover", "--store", tmp_path, "--json")
    assert code == 1
    result = json.loads(out)
    assert result["recovered"] == []
    assert len(result["failed"]) == 4
    assert all(f"2026-11-{20 + k}" in said for k, said in enumerate(result["failed"]))
    assert "4 of 4 journals gave no stances" in err.strip().splitlines()[-1]


def test_a_session_without_stances_says_how_to_get_them(imported, monkeypatch, capsys):
    store, done = imported
    Path(done["stances_path"]).unlink()
    code, _, err = run(monkeypatch, capsys, "report", "ana", done["session"], "--store", store)
    assert code == 1
    assert f"run midstance process {done['raw_path']}" in err


def test_a_demo_without_bumble_says_so_before_it_begins(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "bumble", None)
    monkeypatch.setattr("pipelines.demo.run.demonstrate", pytest.fail)
    code, out, err = run(monkeypatch, capsys, "demo", "--folder", tmp_path / "demo")
    assert (code, out) == (1, "")
    assert 'pip install "midstance[sim]"' in err
    assert len(err.strip().splitlines()) == 1
    assert not (tmp_path / "demo").exists()


def test_what_to_try_next_can_be_typed_where_the_command_is_not_on_the_path(monkeypatch):
    from pipelines.cli.called import called

    monkeypatch.setattr("sys.argv", [".venv/bin/midstance", "demo"])
    monkeypatch.setattr("pipelines.cli.called.which", lambda _: None)
    assert called() == str(Path(".venv/bin/midstance"))
    monkeypatch.setattr("pipelines.cli.called.which", lambda name: f"/usr/bin/{name}")
    assert called() == "midstance"


def test_a_bad_file_beside_is_one_line_and_stops_no_report(imported, tmp_path):
    """In a process of its own: here every warning is an error."""
    store, done = imported
    raw = Path(done["raw_path"])
    stances = Path(done["stances_path"]).parent
    (stances / "foo.stances.parquet").write_bytes(b"x")
    (stances / "2099-01-01-bad.stances.parquet").write_bytes(b"x")
    (store / "stances" / "athlete=Bad Name").mkdir()
    words = ("report", "ana", "--store", store, "--out", tmp_path / "r.html", "--json")
    result = midstance(*words)
    assert result.returncode == 0
    assert (tmp_path / "r.html").exists()
    lines = result.stderr.splitlines()
    assert len(lines) == len([line for line in lines if line.startswith("midstance: left out: ")])
    assert any("foo.stances.parquet' is not named as a session" in line for line in lines)
    assert any("2099-01-01-bad.stances.parquet is damaged" in line for line in lines)
    assert json.loads(result.stdout)["report"] == str(tmp_path / "r.html")
    unnamed = Path(os.fsdecode(os.fsencode(raw.parent) + b"/\xff.raw.parquet"))
    with suppress(OSError):  # some file systems take names of text alone
        unnamed.write_bytes(b"x")
    result = midstance("verify", store)
    assert result.returncode == 1
    assert "athlete=Bad Name" in result.stdout
    assert f"{raw}: " in result.stdout


def midstance(*words):
    code = "from pipelines.cli import main; main()"
    root = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-c", code, *map(str, words)]
    strict = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=root, env=strict
    )
