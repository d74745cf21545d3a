"""Write example_run.npz, a short virtual run, and checksums.sha256; from the simulator alone.

Run it from anywhere: `python data/make_example.py`. The same simulator gives the same samples.
"""

import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from imu import simulation

FOLDER = Path(__file__).resolve().parent
RATE_HZ = 200.0
SCRIPT = (simulation.Stand(4.0), simulation.Run(22.0))


def arrays() -> dict[str, npt.NDArray[np.float32]]:
    """Return the samples of three pods in sensor axes: m/s² and rad/s, (n, 3) each."""
    run = simulation.simulate(simulation.Runner(), SCRIPT, seed=1, rate_hz=RATE_HZ)
    samples = {}
    for place, sensor in run.recording().sensors.items():
        assert sensor.gyr_radps is not None  # every virtual pod has a gyroscope
        samples[f"acc_{place}"] = sensor.acc_mps2.astype(np.float32)
        samples[f"gyr_{place}"] = sensor.gyr_radps.astype(np.float32)
    return samples


def write(folder: Path) -> None:
    """Write the recording and its checksum to `folder`."""
    path = folder / "example_run.npz"
    np.savez_compressed(path, **arrays())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "checksums.sha256").write_text(f"{digest}  {path.name}\n", encoding="utf-8")


if __name__ == "__main__":
    write(FOLDER)
