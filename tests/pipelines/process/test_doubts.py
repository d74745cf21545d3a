"""What an import found doubtful bears on the grade, and on what is compared with other days."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.metrics import METRICS
from imu.quality.conventions.turned_wrongly import DOUBT
from imu.quality.faults import faults_in, moved_by
from imu.recording.samples import SAMPLE, Scale
from imu.simulation import Run, Runner, Stand, simulate
from pipelines.process.quality_notes import with_remarks
from pipelines.process.swap import exchanged
from pipelines.store.files import session_files
from pipelines.store.tables import raw_file
from pipelines.store.tables.raw_file import RawPod, RawSession, read_raw, read_raw_header, write_raw

OF_PODS = {
    "turned": f"{DOUBT}: turned by it, gravity over whole strides reads 8.9 m/s² and not 9.8",
    "acc_scale": "acceleration may be off by 8 %: quiet standing reads 10.59 m/s² and not 9.81",
    "smoothed": "acceleration was smoothed before: it holds next to none of the shocks of landing",
    "gyr_scale": "gyr_scale is another than that of the shanks, and a pelvis turns too little to",
}
OF_TIMES = {
    "clock_set": 'time "t" jumps forward by 70 ms at row 10, and the movement goes on there as if '
    "nothing was lost: its clock may have been set",
    "lost_regularly": "samples seem to be missing at regular places, where the movement goes on",
}
"""As raw files said it before they held codes: of pods among the session's notes, else the pod's"""


@pytest.fixture(scope="module")
def analysis():
    run = simulate(Runner(), (Stand(3.0), Run(20.0)), seed=4, rate_hz=100.0)
    return imu.analyse(run.recording())


def in_words(**doubts):
    """Return the notes of a session and of each pod (by place) with these doubts."""
    named = {place: place.replace("_", " ") for place in doubts}
    notes = [f"{named[p]}: {OF_PODS[one]}" for p in doubts for one in doubts[p] if one in OF_PODS]
    of_pods = {p: [OF_TIMES[one] for one in doubts[p] if one in OF_TIMES] for p in doubts}
    return notes, of_pods


def header(notes, of_pods, session=None, **more):
    counts = {"samples_count": 2300, "lost_count": 6}
    pods = {p: {**counts, "notes": of_pods[p], "doubts": [], **more.get(p, {})} for p in of_pods}
    return {"notes": notes, "pods": pods, "doubts": session}


@pytest.mark.parametrize(
    ("pelvis", "shank_left", "grade"),
    [
        ((), (), "A"),
        ((), ("turned",), "B"),
        (("acc_scale",), ("turned",), "C"),
        (("acc_scale",), ("acc_scale",), "C"),
        (("smoothed",), ("smoothed",), "B"),
        (("gyr_scale",), (), "B"),
        (("clock_set",), ("clock_set",), "B"),
        (("lost_regularly", "clock_set"), (), "C"),
        (("gyr_scale", "clock_set", "smoothed"), ("turned", "acc_scale"), "D"),
    ],
)
def test_doubts_take_letters_off_the_grade_also_of_files_that_hold_them_in_words(
    analysis, pelvis, shank_left, grade
):
    doubts = {"pelvis": pelvis, "shank_left": shank_left}
    notes, of_pods = in_words(**doubts)
    older = with_remarks(analysis, header(notes, of_pods))
    assert older.quality.grade == grade
    assert set(notes) <= set(older.quality.reasons)
    codes = {place: {"doubts": list(of_pod)} for place, of_pod in doubts.items()}
    reworded = {place: ["likewise"] for place in doubts}
    coded = header(["said otherwise"], reworded, [], **codes)
    assert with_remarks(analysis, coded).quality.grade == grade
    of_session = header([], reworded, [one for of_pod in doubts.values() for one in of_pod])
    assert with_remarks(analysis, of_session).quality.grade == grade


def test_a_file_that_holds_doubts_in_words_does_so_after_its_pods_are_exchanged(
    analysis, tmp_path, monkeypatch
):
    files = session_files(tmp_path, "ana", "2026-11-22-a")
    samples = np.zeros(9, SAMPLE)
    samples["index"] = np.arange(9)
    pod = RawPod(samples, 10_000 * samples["index"], Scale(0.01, None, 0.001, None), 100.0)
    notes, _ = in_words(shank_left=("turned",))
    pods = {"shank_left": pod, "shank_right": replace(pod, notes=(OF_TIMES["clock_set"],))}
    session = RawSession("2026-11-22T08:30:00+00:00", pods, {"kind": "file"}, tuple(notes))
    known = raw_file.header(files, session)
    del (
        known["doubts"],
        known["pods"]["shank_left"]["doubts"],
        known["pods"]["shank_right"]["doubts"],
    )
    with monkeypatch.context() as before:
        before.setattr(raw_file, "header", lambda *_: known)
        write_raw(files, session)
    older = read_raw_header(files.raw)
    assert "doubts" not in older
    write_raw(files, exchanged(read_raw(files.raw), "shank_left", "shank_right"), replace=True)
    for known in (older, read_raw_header(files.raw)):
        assert with_remarks(analysis, known).quality.grade == "C"


def test_what_it_read_from_directions_is_left_out_of_comparisons_on_that_leg():
    (note,), _ = in_words(shank_left=("turned",))
    faults = faults_in(f"no pod on pelvis; {note}")
    left_only = np.array([True, False])
    np.testing.assert_array_equal(
        moved_by(METRICS["shank_inclination_contact_deg"], faults), left_only
    )
    assert not moved_by(METRICS["contact_time_s"], faults).any()


@pytest.mark.parametrize("code", ["acc_units", "steps", "not_measured", "other_day"])
def test_newer_doubts_take_a_letter_each(analysis, code):
    assert with_remarks(analysis, header([], {}, [code, code])).quality.grade == "B"
