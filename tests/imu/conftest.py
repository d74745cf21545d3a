"""Virtual runs that several tests look at: simulated once."""

import pytest

import imu
from imu import simulation


@pytest.fixture(scope="session")
def easy_simulation() -> simulation.Simulation:
    """Two minutes at 3 m/s from standing, pods as people wear them."""
    return simulation.simulate(
        simulation.Runner(),
        (simulation.Stand(10.0), simulation.Run(80.0)),
        seed=1,
        pods=simulation.realistic(1),
    )


@pytest.fixture(scope="session")
def easy_recording(easy_simulation: simulation.Simulation) -> imu.Recording:
    return easy_simulation.recording()


@pytest.fixture(scope="session")
def easy_analysis(easy_recording: imu.Recording) -> imu.Analysis:
    return imu.analyse(easy_recording)
