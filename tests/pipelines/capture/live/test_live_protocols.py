"""The live view of pods of every protocol that can be recorded, over a lost link."""

import numpy as np
import pytest

pytest.importorskip("bumble")

from pods.recorded_pods import rig_of, running, worn_as
from pods.watched_live import watched

from pipelines.process.from_journal.journal import process_journal
from pipelines.store.tables.stance_file import read_stances

RIGS = {
    "capture2go": rig_of("capture2go", "IMU_aa000"),
    "movesense_gsp": rig_of("movesense_gsp", "Movesense 25023000"),
    "polar_pmd": rig_of("polar_pmd", "Polar Sense AA000"),
    "witmotion": rig_of("witmotion", "WT901BLE6"),
}
RATE_HZ = {"polar_pmd": 208.0}
MOST_OFF = {"cadence_spm": 0.3, "contact_time_s": 0.002, "pelvic_drop_deg": 0.15}


@pytest.mark.parametrize("protocol", RIGS)
def test_live_values_are_those_of_the_stored_session(protocol, tmp_path):
    rig = RIGS[protocol]
    pods = worn_as(running(rate_hz=RATE_HZ.get(protocol, 200.0), stand_s=12.0), rig)
    faults = [(25.0, rig["shank_left"].name, "kill_link")]
    journal, views, said = watched(tmp_path, pods, rig, seconds=38.0, faults=faults)
    assert not any("the live numbers ended" in words for words in said)
    frame = read_stances(process_journal(journal, tmp_path).stances_path).frame
    view = next(view for at_s, view in reversed(views) if at_s < 36.9)
    assert min(view.stances) > 20
    for name, most in MOST_OFF.items():
        stored = frame.groupby("side")[name].median()
        afterwards = [stored["left"], stored["right"]]
        np.testing.assert_allclose(view.medians[name], afterwards, atol=most, err_msg=name)
