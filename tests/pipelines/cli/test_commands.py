"""The command as a person meets it: words, exit codes, nothing half done."""

import json
import os
import stat
import sys
from pathlib import Path

import numpy as np
import pytest
from as_a_user.typed import typed

from imu import simulation
from pipelines.cli.called import with_own_pip

NAME = "pelvic_rotation_over_leg_deg"


def test_import_process_report_verify_go_hand_in_hand(imported, tmp_path, monkeypatch, capsys):
    store, done = imported
    assert done["stances"] > 40
    code, out, _ = typed(monkeypatch, capsys, "process", done["raw_path"], "--json")
    assert code == 0
    assert json.loads(out)["stances"] == done["stances"]
    page = tmp_path / "page.html"
    code, out, err = typed(
        monkeypatch, capsys, "report", "ana", "--store", store, "--out", page, "--json"
    )
    assert code == 0, err
    said = json.loads(out, parse_constant=pytest.fail)  # NaN is no JSON
    assert said["findings"] == []
    assert said["headline"] == "Building your baseline (0/5)."
    assert {c["state"] for c in said["comparisons"]} <= {"building baseline", "not measured"}
    assert "Building your baseline" in page.read_text(encoding="utf-8")
    code, out, err = typed(monkeypatch, capsys, "report", "ana", "--store", store, "--out", page)
    assert out.startswith("Building your baseline (0/5)"), "no verdict where nothing was compared"
    short = ("report", "ana", "--store", store, "--out", page, "--for", "runner")
    code, _, err = typed(monkeypatch, capsys, *short)
    assert code == 0, err
    assert "--for coach" in page.read_text(encoding="utf-8")
    code, out, _ = typed(monkeypatch, capsys, "verify", store)
    assert code == 0
    assert ": ok\n" in out


def test_a_movement_is_declared_with_two_numbers(imported, monkeypatch, capsys):
    _, done = imported
    words = ("process", done["raw_path"], "--movement")
    code, out, _ = typed(monkeypatch, capsys, *words, 0, 4, "--json")
    assert code == 0
    assert "the movement declared from 0 to 4 s is not used" in json.loads(out)["reasons"][-1]
    code, _, err = typed(monkeypatch, capsys, *words, 4, 0)
    assert code == 1
    assert "a movement from 4 to 0 s cannot be used; give the start and the stop" in err
    code, out, _ = typed(monkeypatch, capsys, *words, 0, 0, "--json")  # forgotten again
    assert json.loads(out)["reasons"] == list(done["reasons"])


def test_a_folder_of_sessions_is_processed_completely_and_one_bad_file_costs_no_other(
    imported, monkeypatch, capsys
):
    store, done = imported
    raw = Path(done["raw_path"])
    for session in ("2020-01-01-bad", "2020-01-02-bad"):
        raw.with_name(f"{session}.raw.parquet").write_bytes(b"no Parquet")
    Path(done["stances_path"]).unlink()
    code, out, err = typed(monkeypatch, capsys, "process", raw.parent, "--json")
    result = json.loads(out)
    assert code == 1
    assert [one["stances"] for one in result["processed"]] == [done["stances"]]
    assert [said.count("-bad.raw.parquet is damaged") for said in result["failed"]] == [1, 1]
    assert err.strip().endswith("2 of 3 sessions gave no stances and keep their raw files")
    for bad in raw.parent.glob("*-bad.*"):
        bad.unlink()
    code, out, _ = typed(monkeypatch, capsys, "process", store)
    assert code == 0
    assert out.startswith(f"ana {done['session']}: {done['stances']} stances")


def test_a_movement_is_never_declared_for_a_folder(imported, monkeypatch, capsys):
    store, _ = imported
    code, out, err = typed(monkeypatch, capsys, "process", store, "--movement", 0, 4)
    assert (code, out) == (1, "")
    assert "a movement belongs to one run; name its raw file" in err


def test_importing_twice_is_refused_and_changes_nothing(csv, imported, monkeypatch, capsys):
    store, _ = imported
    before = {path: path.stat().st_mtime_ns for path in store.rglob("*.parquet")}
    words = ("import", csv / "run.csv", "--mapping", csv / "map.toml", "--athlete", "ana")
    code, _, err = typed(monkeypatch, capsys, *words, "--store", store)
    assert code == 1
    assert "exists" in err
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*.parquet")} == before


def test_what_is_stated_at_import_is_kept_and_the_file_of_an_earlier_import_stays(
    csv, tmp_path, monkeypatch, capsys
):
    words = ("import", csv / "run.csv", "--mapping", csv / "map.toml", "--athlete", "ana")
    words += ("--store", tmp_path / "s")
    code, _, err = typed(monkeypatch, capsys, *words, "--shoes", "blue pair", "--tag", "healthy")
    assert code == 0, err
    (context,) = (tmp_path / "s").rglob("*.context.toml")
    before = context.read_bytes()
    assert b'shoes = "blue pair"' in before
    assert typed(monkeypatch, capsys, *words, "--shoes", "another")[0] == 1
    assert context.read_bytes() == before


@pytest.mark.skipif(sys.platform != "linux", reason="file names are Unicode there")
def test_a_file_whose_name_is_no_utf8_is_imported(csv, tmp_path, monkeypatch, capsys):
    data = Path(os.fsdecode(os.fsencode(tmp_path) + b"/l\xe4uf\x1b.csv"))
    data.write_bytes((csv / "run.csv").read_bytes())
    words = ("import", data, "--mapping", csv / "map.toml", "--athlete", "ana")
    code, _, err = typed(monkeypatch, capsys, *words, "--store", tmp_path / "s")
    assert code == 0, err


def test_a_damaged_page_is_found(imported, monkeypatch, capsys):
    store, done = imported
    path = next(store.rglob("*.raw.parquet"))
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0x10
    path.chmod(path.stat().st_mode | stat.S_IWUSR)
    path.write_bytes(content)
    code, _, err = typed(monkeypatch, capsys, "verify", store)
    assert code == 1
    assert "restore" in err
    code, _, err = typed(monkeypatch, capsys, "process", done["raw_path"])
    assert code == 1
    assert len(err.strip().splitlines()) == 1


def test_walking_only_is_kept_and_said(csv, tmp_path, monkeypatch, capsys):
    walk = simulation.simulate(simulation.Runner(), (simulation.Walk(10),), seed=5)
    pod = walk.recording().sensors["shank_left"]
    table = np.hstack([pod.acc_mps2, pod.gyr_radps])
    data = tmp_path / "walk.csv"
    np.savetxt(data, table, "%.5f", ",", header="ax,ay,az,gx,gy,gz", comments="")
    words = ("import", data, "--mapping", csv / "map.toml", "--athlete", "ana")
    code, _, err = typed(monkeypatch, capsys, *words, "--store", tmp_path / "s")
    assert code == 1
    assert "no running was found" in err
    assert list((tmp_path / "s").rglob("*.raw.parquet"))


def test_metrics_are_a_dictionary(monkeypatch, capsys):
    code, out, _ = typed(monkeypatch, capsys, "metrics", "--json")
    assert code == 0
    names = [entry["name"] for entry in json.loads(out)["metrics"]]
    assert "pelvic_rotation_over_leg_deg" in names
    code, out, _ = typed(monkeypatch, capsys, "metrics", "pelvic_rotation_over_leg_deg")
    assert code == 0
    assert "hypothesis" in out
    code, _, err = typed(monkeypatch, capsys, "metrics", "knees")
    assert code == 1
    assert "there is no metric 'knees'" in err


def test_nothing_to_recover_is_no_failure(tmp_path, monkeypatch, capsys):
    code, out, _ = typed(monkeypatch, capsys, "recover", "--store", tmp_path)
    assert code == 0
    assert "nothing to recover" in out


def journals(store):
    """Three interrupted recordings, of which none can give a stance."""
    folder = store / "journal" / "ana"
    folder.mkdir(parents=True)
    for day, content in ((20, b""), (21, b"no journal"), (22, bytes(range(256)))):
        (folder / f"2026-11-{day}-aaaa.journal").write_bytes(content)
    return folder


def test_a_command_that_is_stopped_before_it_began_says_so(monkeypatch, capsys):
    def stopped(words):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipelines.cli.entry._run", stopped)
    code, out, err = typed(monkeypatch, capsys, "metrics")
    assert (code, out) == (1, "")
    assert err == "midstance: stopped; what was finished before is kept\n"


def test_what_is_yes_or_no_of_a_metric_is_said_so(monkeypatch, capsys):
    assert "compared with the baseline: yes" in typed(monkeypatch, capsys, "metrics", NAME)[1]
    as_json = typed(monkeypatch, capsys, "metrics", NAME, "--json")[1]
    assert json.loads(as_json)["compared with the baseline"] is True


def test_every_journal_is_tried_and_every_trouble_said(tmp_path, monkeypatch, capsys):
    folder = journals(tmp_path)
    (folder / "2026-11-23-aaaa.journal").mkdir()
    code, out, err = typed(monkeypatch, capsys, "recover", "--store", tmp_path, "--json")
    assert code == 1
    result = json.loads(out)
    assert result["recovered"] == []
    assert len(result["failed"]) == 4
    assert all(f"2026-11-{20 + k}" in said for k, said in enumerate(result["failed"]))
    assert "4 of 4 journals gave no stances" in err.strip().splitlines()[-1]


def test_the_pip_that_is_named_installs_beside_the_program(monkeypatch):
    beside = Path(sys.executable).parent
    told = 'it is not installed; run pip install "midstance[sim]"'
    monkeypatch.setattr("pipelines.cli.called.which", lambda name: str(beside / name))
    assert with_own_pip(told) == told
    monkeypatch.setattr("pipelines.cli.called.which", lambda name: f"/elsewhere/{name}")
    assert ' -m pip install "midstance[sim]"' in with_own_pip(told)
    assert str(beside) in with_own_pip(told)


def test_what_to_try_next_can_be_typed_where_the_command_is_not_on_the_path(monkeypatch):
    from pipelines.cli.called import called

    monkeypatch.setattr("sys.argv", [".venv/bin/midstance", "demo"])
    monkeypatch.setattr("pipelines.cli.called.which", lambda _: None)
    assert called() == str(Path(".venv/bin/midstance"))
    monkeypatch.setattr("pipelines.cli.called.which", lambda name: f"/usr/bin/{name}")
    assert called() == "midstance"
