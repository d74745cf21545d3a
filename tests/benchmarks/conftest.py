"""What the benchmarks share: one run of three pods, and what its cost is compared with.

Cost is CPU time as a multiple of a fixed piece of work on the same machine in the same process:
following the orientation of one pod for all of the run (`vqf`, compiled). Such a ratio holds on any
machine that does nothing else; on a busy one it wanders. So limits, about twice what was measured,
hold with ``--benchmark-enable`` only, where the run lasts an hour and figures are printed.
Ordinarily the run is short, everything is called once after warming up, and its results are tested.
"""

import subprocess
import sys
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from vqf import VQF

from imu import simulation

ROOT = Path(__file__).resolve().parents[2]
RATE_HZ = 200.0
STANDING_S = 20.0
SHORT_S, HOUR_S = 120.0, 3600.0


def pytest_collection_modifyitems(items):
    """Let the table of pytest-benchmark show CPU time too."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.benchmark(timer=process_time))


@pytest.fixture(scope="session")
def timed(request):
    """Whether figures are wanted rather than a test that all of it works at a usual cost."""
    option = request.config.getoption
    return option("benchmark_enable") or not option("benchmark_disable")


@pytest.fixture(scope="session")
def run(timed):
    """A run of three pods that sit as people wear them."""
    length_s = HOUR_S if timed else SHORT_S
    script = (simulation.Stand(STANDING_S), simulation.Run(length_s - STANDING_S))
    pods = simulation.realistic(1)
    return simulation.simulate(simulation.Runner(), script, seed=1, pods=pods, rate_hz=RATE_HZ)


@pytest.fixture(scope="session")
def yardstick_s(run):
    """CPU time of following the orientation of one pod for all of the run."""
    rng = np.random.default_rng(1)
    n = round(run.duration_s * RATE_HZ)
    gyr, acc = rng.normal(0, 1, (n, 3)), rng.normal((0, 0, 9.81), 1, (n, 3))
    return min(_seconds(lambda: VQF(1 / RATE_HZ).updateBatch(gyr, acc)) for _ in range(5))


def _seconds(work):
    begin = process_time()
    work()
    return process_time() - begin


@pytest.fixture
def cost(benchmark, yardstick_s, run, timed, capsys):
    """Return a function that runs some work and returns (result, cost in yardsticks)."""

    def measured(work, *, rounds=3):
        seconds = []

        def once():
            begin = process_time()
            result = work()
            seconds.append(process_time() - begin)
            return result

        once()  # imports, and memory that is touched for the first time
        seconds.clear()
        result = benchmark.pedantic(once, rounds=rounds)
        ratio = min(seconds) / yardstick_s
        speed = run.duration_s / HOUR_S / min(seconds)
        benchmark.extra_info |= {"yardsticks": ratio, "hours_per_second_per_core": speed}
        if timed:
            with capsys.disabled():
                print(
                    f"\n  {benchmark.name}: {min(seconds):.3f} s CPU, {speed:.2f} hours per second "
                    f"and core, {ratio:.2f} yardsticks of {yardstick_s:.3f} s"
                )
        return result, ratio

    return measured


@pytest.fixture
def tell_memory(timed, capsys):
    """Return a function that runs a piece of Python anew and prints its greatest memory."""

    def tell(name, code, *arguments):
        pytest.importorskip("resource", reason="this system does not tell memory")
        unit = 1 if sys.platform == "darwin" else 1024
        ask = "\nimport resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        words = [sys.executable, "-c", code + ask, *map(str, arguments)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
        with capsys.disabled():
            print(f"  {name}: {int(done.stdout.split()[-1]) * unit / 1e6:.0f} MB at most")

    return tell if timed else lambda *_: None
