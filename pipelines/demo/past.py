"""Simulate a run of the demo, store its samples, process it like any other."""

from pathlib import Path

import numpy as np

from imu.frames import Placement
from imu.simulation import Simulation
from pipelines.demo.scenario import ATHLETE, RATE_HZ, Day, Plan, lived
from pipelines.process.session import Processed, process_raw
from pipelines.store.files import session_files, session_name
from pipelines.store.tables.raw_file import RawPod, RawSession, write_raw
from pipelines.time_zone import machine_zone


def keep_run(store: Path, plan: Plan) -> Processed:
    """Simulate a run into `store`, and process it."""
    day = lived(plan)
    files = session_files(store, ATHLETE, session_name(day.started, day.word))
    write_raw(files, raw_session(day))
    return process_raw(files.raw)


def raw_session(day: Day) -> RawSession:
    """Return the samples of the simulated pods on the true clock: a perfect synchronisation."""
    return RawSession(
        started_utc=day.started.isoformat(),
        pods=true_pods(day.simulation),
        source={"kind": "simulation", "name": day.word, "sha256": ""},
        timezone=machine_zone(),
    )


def true_pods(simulation: Simulation) -> dict[Placement, RawPod]:
    """Return every pod with the true time of each of its samples."""
    return {
        place: RawPod(
            samples=stream.samples,
            time_us=np.round(stream.true_time_s * 1e6).astype(np.int64),
            scale=stream.scale,
            rate_hz=RATE_HZ,
        )
        for place, stream in simulation.streams.items()
    }
