"""Days of the virtual runner, and their samples as a raw file, for the tests of processing."""

from dataclasses import replace
from datetime import UTC, datetime

from imu.simulation import Runner, realistic, simulate
from pipelines.demo.past import true_pods
from pipelines.demo.scenario import RATE_ERROR_PCT, Day
from pipelines.store.files import session_files
from pipelines.store.tables.raw_file import RawSession, write_raw

STARTED = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
SESSION = "2026-11-22-a1b2"


def a_day(*script, seed=5):
    pods = {
        place: replace(pod, rate_error_pct=RATE_ERROR_PCT[place])
        for place, pod in realistic(seed).items()
    }
    simulation = simulate(Runner(), script, seed=seed, pods=pods, rate_hz=200.0)
    return Day(STARTED, "a1b2", simulation)


def keep_true(day, root, athlete="ana", session=SESSION):
    return _kept(day, root, true_pods(day.simulation), athlete, session)


def only_pelvis(day, root, athlete="ana", session=SESSION):
    pods = {"pelvis": true_pods(day.simulation)["pelvis"]}
    return _kept(day, root, pods, athlete, session)


def _kept(day, root, pods, athlete, session):
    files = session_files(root, athlete, session)
    source = {"kind": "simulation", "name": "x", "sha256": "00"}
    write_raw(files, RawSession(day.started.isoformat(), pods, source))
    return files
