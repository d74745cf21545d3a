"""The demo's own promises: what it finds, and that the live path equals the offline one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from runs.demo_store import lived

from pipelines.demo import scenario
from pipelines.demo.past import raw_session
from pipelines.demo.run import demonstrate, fresh_folder
from pipelines.process.session import process_raw
from pipelines.protocols import PROTOCOLS
from pipelines.store.files import session_files, session_name
from pipelines.store.journal.reader import read_journal
from pipelines.store.tables.raw_file import write_raw


def test_the_compensating_leg_is_named_with_the_right_signs_and_nothing_else(demo_compensating):
    _, _, _, report = demo_compensating
    found = {(f.metric, f.side, f.direction) for f in report.findings}
    assert found == {
        ("pelvic_rotation_over_leg_deg", "left", "lower"),
        ("pelvic_tilt_after_midstance_deg", "left", "higher"),
        ("pelvic_drop_deg", "left", "higher"),
        ("shank_internal_rotation_deg", "left", "higher"),
    }
    assert report.pattern == "left"
    assert report.headline.startswith(
        "Left leg: the pelvis turns less over the leg, tips forward more after mid-stance and "
        "drops more, and the shin turns in more: "
    )
    outside = {(c.metric, c.side) for c in report.comparisons if c.state == "outside"}
    assert not [named for named in outside if named[1] == "right"]


def test_a_usual_day_names_nothing(demo_past, tmp_path):
    _, _, done, report = lived(demo_past, tmp_path, "usual")
    assert report.findings == ()
    assert report.pattern == ""
    assert done.grade == "A"
    assert "Nothing stands out" in report.path.read_text(encoding="utf-8")


def test_the_radio_loses_no_sample_and_changes_none(demo_compensating):
    day, path, done, _ = demo_compensating
    journal = read_journal(path)
    assert set(done.lost.values()) == {0}
    for number, pod in journal.header.pods.items():
        received = PROTOCOLS[pod.protocol].decode(journal.packets[number]).samples
        said = day.simulation.streams[pod.placement].samples[-len(received) :]
        for name in ("acc_lsb", "gyr_lsb"):
            np.testing.assert_array_equal(received[name], said[name])
        # A frame carries the time of its first sample; the others are rounded from it.
        np.testing.assert_allclose(received["device_us"], said["device_us"], rtol=0, atol=1)


def test_live_equals_offline(demo_compensating, tmp_path):
    """Same run, true clocks instead of fitted ones: same stances, events within 1 ms.

    The live session's clock starts when the recorder does, which shifts all events alike.
    """
    day, _, done, _ = demo_compensating
    files = session_files(tmp_path, scenario.ATHLETE, session_name(day.started, "offline"))
    write_raw(files, raw_session(day))
    process_raw(files.raw)
    live_, offline = pd.read_parquet(done.stances_path), pd.read_parquet(files.stances)
    assert live_["side"].tolist() == offline["side"].tolist()
    apart_s = {
        event: np.abs(apart - np.median(apart))
        for event in ("initial_contact_s", "toe_off_s", "midstance_s")
        if len(apart := (live_[event] - offline[event]).to_numpy())
    }
    assert apart_s["initial_contact_s"].max() < 0.001
    assert apart_s["toe_off_s"].max() < 0.001
    assert apart_s["midstance_s"].max() < 0.001


def test_a_demo_never_overwrites_the_one_before(tmp_path):
    assert fresh_folder(tmp_path / "demo") == tmp_path / "demo"
    (tmp_path / "demo").mkdir()
    assert fresh_folder(tmp_path / "demo") == tmp_path / "demo-2"
    (tmp_path / "x" / "store").mkdir(parents=True)
    with pytest.raises(FileExistsError):
        demonstrate(tmp_path / "x", today="usual", say=print)


@pytest.mark.skipif(os.name == "nt", reason="sends a signal to a group of processes")
@pytest.mark.parametrize("words", [(), ("--gallery",)])
@pytest.mark.parametrize("after_s", [0.0, 0.2])
def test_ctrl_c_ends_the_demo_at_once_with_one_sentence(tmp_path, after_s, words):
    command = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    command += "from pipelines.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", command, "demo", *words, "--folder", tmp_path / "demo"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    ) as demo:
        assert demo.stderr is not None
        first = demo.stderr.readline()
        time.sleep(after_s)
        os.killpg(demo.pid, signal.SIGINT)
        printed = demo.stderr.read()  # ends when no worker holds it open any more
    assert first.startswith("Simulating")
    assert demo.returncode == 1
    assert printed.startswith("midstance: stopped;")
    assert "is not complete: delete it" in printed
    assert len(printed.strip().splitlines()) == 1, printed
    assert not list((tmp_path / "demo").rglob("*today*"))
    assert not list((tmp_path / "demo").rglob("*.html"))
