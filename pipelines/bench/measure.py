"""Time a virtual run of three pods through every stage, beside VQF alone on the same samples."""

from __future__ import annotations

import platform
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import numpy as np
from vqf import VQF, BasicVQF

import imu
from imu import compiled, simulation
from imu.recording.timebase import align, track_of
from pipelines.bench import timing
from pipelines.bench.figures import Bench, Figure
from pipelines.demo.past import raw_session
from pipelines.demo.scenario import Day
from pipelines.process.session import process_raw
from pipelines.store.files import SessionFiles, session_files, session_name
from pipelines.store.tables.raw_file import read_raw, write_raw

if TYPE_CHECKING:
    from imu.recording.recording import Recording

RATE_HZ: Final = 200.0
STANDING_S: Final = 10.0
ROUNDS: Final = 4
SHARES: Final = (1 / 6, 1 / 2, 1.0)
"""Of the run, by which its memory is told to grow along a line."""
STARTED: Final = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
IN_TIMES: Final = "x vqf"
PROCESS: Final = """
import sys
from pathlib import Path
from pipelines.process.session import process_raw
process_raw(Path(sys.argv[1]))
"""
WITHOUT: Final = f"""
from imu import compiled
with compiled.forced(use=False):
    {PROCESS.replace(chr(10), chr(10) + "    ")}
"""
HELP: Final = """
import sys
from pipelines import cli
sys.argv = ["midstance", "--help"]
try:
    cli.main()
except SystemExit:
    pass
"""
COMPILED: Final = """
import imu
from imu import compiled, simulation
pods = simulation.clean()
script = (simulation.Stand(10.0), simulation.Run(20.0))
recording = simulation.simulate(simulation.Runner(), script, seed=1, pods=pods).recording()
with compiled.forced(use=True):
    imu.analyse(recording)
"""
PLAIN: Final = COMPILED.replace("use=True", "use=False")
OURS_BEYOND: Final = "import numpy, scipy.signal, scipy.spatial.transform\n"


def bench(hours: float = 1.0, *, say: Callable[[str], None] = lambda _: None) -> Bench:
    """Time a run of so many hours; `say` is told what is being done.

    Everything is CPU time of one thread; ratios are between the least times of the same process,
    taken in turns.
    """
    if hours * 3600 * SHARES[0] < 1.5 * STANDING_S:
        raise ValueError(
            "a run so short cannot be timed; ask for two minutes or more: --hours 0.03"
        )
    with TemporaryDirectory() as folder:
        say(f"making up a run of {hours:g} h")
        run = _run(hours)
        files = _stored(Path(folder), run)
        recording = _on_one_grid(run)
        del run
        say("timing what becomes of it")
        seconds = timing.least_s(_works(recording, files), rounds=ROUNDS)
        own = seconds["vqf"]
        del recording
        say("timing what starts anew")
        asked = [*_in_times_vqf(seconds, own), *_starts(Path(folder))]
        memory, growth = _memory(Path(folder), files, hours)
    return Bench(
        hours=hours,
        about=_about(),
        asked=(*asked, *growth),
        stages=tuple(
            Figure(name, hours / of_it, "h/s") for name, of_it in seconds.items() if name in STAGES
        ),
        memory=tuple(memory),
        peers=(Figure("BasicVQF, which follows no bias", seconds["basic"] / own, IN_TIMES),),
    )


FAST, PLAINLY = "all metrics, with `fast`", "all metrics, without `fast`"
STORED, PLAINLY_STORED = "raw file to stance file, with `fast`", "raw file to stance file, without"
READ, VERTICAL = "reading the raw file", "vqf"
STAGES: Final = (FAST, PLAINLY, STORED, PLAINLY_STORED, READ, VERTICAL)


def _works(recording: Recording, files: SessionFiles) -> dict[str, Callable[[], object]]:
    works: dict[str, Callable[[], object]] = {
        VERTICAL: partial(_filtered, VQF, recording),
        "basic": partial(_filtered, BasicVQF, recording),
        PLAINLY: _using(partial(imu.analyse, recording), fast=False),
        PLAINLY_STORED: _using(partial(process_raw, files.raw), fast=False),
        READ: partial(read_raw, files.raw),
    }
    if find_spec("numba") is not None:
        works[FAST] = _using(partial(imu.analyse, recording), fast=True)
        works[STORED] = _using(partial(process_raw, files.raw), fast=True)
    return works


def _using(work: Callable[[], object], *, fast: bool) -> Callable[[], object]:
    def used() -> object:
        with compiled.forced(use=fast):
            return work()

    return used


def _filtered(filter_: type, recording: Recording) -> None:
    for sensor in recording.sensors.values():
        gyr, acc = (np.ascontiguousarray(x) for x in (sensor.gyr_radps, sensor.acc_mps2))
        filter_(1 / RATE_HZ).updateBatch(gyr, acc)


def _in_times_vqf(seconds: dict[str, float], own_s: float) -> list[Figure]:
    asked = {FAST: 0.5, PLAINLY: 1.2, STORED: 0.7, PLAINLY_STORED: None}
    return [
        Figure(name, seconds[name] / own_s, IN_TIMES, most)
        for name, most in asked.items()
        if name in seconds
    ]


def _starts(folder: Path) -> list[Figure]:
    """Return what the first use costs: help, import, compiling."""

    def least(code: str, **environment: str) -> float:
        return min(timing.alone(code, **environment).cpu_s for _ in range(ROUNDS))

    found = [
        Figure("midstance --help", least(HELP), "s", 0.1),
        Figure(
            "import imu, beyond numpy and scipy",
            least(OURS_BEYOND + "import imu") - least(OURS_BEYOND),
            "s",
            0.35,
        ),
    ]
    if find_spec("numba") is not None:
        cache = {"NUMBA_CACHE_DIR": str(folder / "compiled")}
        plain = least(PLAIN)
        first = timing.alone(COMPILED, **cache).cpu_s - plain
        found += [
            Figure("compiling, at the first use", first, "s", 5.0),
            Figure("loading numba and what is compiled", least(COMPILED, **cache) - plain, "s"),
        ]
    return found


def _memory(folder: Path, files: SessionFiles, hours: float) -> tuple[list[Figure], list[Figure]]:
    """Return the greatest memory of raw file to stance file, and how straight it grows."""
    stored = [files if share == 1 else _stored(folder, _run(hours * share)) for share in SHARES]
    found, most = [], []
    for share, one in zip(SHARES, stored, strict=True):
        most.append(timing.alone(PROCESS, [str(one.raw)]).most_mb)
        name = f"raw file to stance file of {hours * share:.3g} h"
        found.append(Figure(name, most[-1], "MB"))
    plain = timing.alone(WITHOUT, [str(files.raw)]).most_mb
    found.append(Figure(f"the same of {hours:.3g} h, without `fast`", plain, "MB"))
    idle = timing.alone("import pipelines.process.session, imu.analysis, vqf").most_mb
    found.append(Figure("what is loaded, before a sample is read", idle, "MB"))
    straight = np.interp(SHARES[1], SHARES[::2], most[::2])
    off = 100 * abs(most[1] / straight - 1) if straight else np.nan
    asked = {1.0: 290.0, 10.0: 400.0}.get(hours)
    return found, [
        Figure(f"greatest memory, {hours:.3g} h", most[-1], "MB", asked),
        Figure("memory of half of it, off the straight line", float(off), "%", 5.0),
    ]


def _run(hours: float) -> simulation.Simulation:
    script = (simulation.Stand(STANDING_S), simulation.Run(hours * 3600 - STANDING_S))
    pods = simulation.realistic(1)
    return simulation.simulate(simulation.Runner(), script, seed=1, pods=pods, rate_hz=RATE_HZ)


def _stored(folder: Path, run: simulation.Simulation) -> SessionFiles:
    word = f"of{round(run.duration_s)}s"
    files = session_files(folder, "ana", session_name(STARTED, word))
    write_raw(files, raw_session(Day(STARTED, word, run)))
    return files


def _on_one_grid(run: simulation.Simulation) -> Recording:
    return align(
        [
            track_of(place, stream.true_time_s, stream.samples, stream.scale)
            for place, stream in run.streams.items()
        ]
    )


def _about() -> tuple[str, ...]:
    names = ["numpy", "scipy", "vqf", "pyarrow", *(["numba"] if find_spec("numba") else [])]
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    machine = f"{platform.system()} on {platform.machine()}, Python {platform.python_version()}"
    return (machine, packages)
