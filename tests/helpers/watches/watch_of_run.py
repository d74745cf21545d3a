"""A watch file of a virtual run whose pace changes, for the tests of what a watch adds."""

from runs.virtual_days import STARTED, a_day, keep_true

from imu.simulation import Run, Stand
from pipelines.process.session import process_raw
from watches.fit_file import fit_file

PACES = ((20.0, 0.0), (50.0, 2.6), (50.0, 3.3), (50.0, 2.8), (10.0, 0.0))  # seconds, m/s
START_S = STARTED.timestamp()


def of_paces(root):
    """Store and process that run."""
    script = [Run(s, speed_mps=v) if v else Stand(s) for s, v in PACES]
    process_raw(keep_true(a_day(*script), root).raw)
    return root


def watch(tmp_path, *, ahead_s=0, day=0, paces=PACES, around=0.0):
    """A watch file of that run: 1 Hz, its clock ahead, 20 s more before and after."""
    speeds = [
        speed
        for seconds, speed in ((20, around), *paces, (20, around))
        for _ in range(int(seconds))
    ]
    start = int(START_S) - 20 + ahead_s + 86_400 * day
    rows = [
        {"timestamp": start + k, "enhanced_speed": v, "heart_rate": 130 + round(5 * v)}
        for k, v in enumerate(speeds)
    ]
    path = tmp_path / "run.fit"
    path.write_bytes(fit_file(rows))
    return path
