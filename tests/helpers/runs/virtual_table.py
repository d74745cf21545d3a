"""A virtual runner's shank as the table of another system, and what came of importing it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from imu.simulation import Run, Runner, Stand, realistic, simulate
from pipelines.process.imported import import_file
from pipelines.store.tables.raw_file import read_raw_header
from pipelines.store.tables.stance_file import read_stances

RATE_HZ = 100.0
TRUE_CONTACT_S = 0.2467
NEAR_S = 0.003
NAMES = "t,ax,ay,az,gx,gy,gz"
POD = (
    '[pods.shank_left]\nacc = ["ax", "ay", "az"]\nacc_unit = "m/s2"\n'
    'gyr = ["gx", "gy", "gz"]\ngyr_unit = "rad/s"\n'
)
MS = 'time = "t"\ntime_unit = "ms"\n'


@dataclass(frozen=True)
class Shank:
    """Samples (n, 3) of a left shank: 3 s of standing, 12 s of running."""

    acc: np.ndarray
    gyr: np.ndarray

    def __len__(self) -> int:
        return len(self.acc)

    @property
    def ms(self) -> np.ndarray:
        return np.arange(len(self)) * 10

    def text(self, time=None, *, rows=None, head=NAMES, sep=",", acc=None, gyr=None) -> str:
        """Return it as text; `time` (n,) are words or numbers, `rows` which rows in which order."""
        time = self.ms if time is None else time
        acc = self.acc if acc is None else acc
        gyr = self.gyr if gyr is None else gyr
        rows = range(len(self)) if rows is None else rows
        lines = [sep.join([str(time[k]), *map(str, acc[k]), *map(str, gyr[k])]) for k in rows]
        return "\n".join([head, *lines, ""])


def a_shank() -> Shank:
    simulation = simulate(
        Runner(), (Stand(3.0), Run(12.0)), seed=3, pods=realistic(3), rate_hz=RATE_HZ
    )
    sensor = simulation.recording().sensors["shank_left"]
    return Shank(np.round(sensor.acc_mps2, 3), np.round(sensor.gyr_radps, 3))


@dataclass(frozen=True)
class Imported:
    """What an import gave."""

    contact_s: float
    stances: int
    lost: int
    reasons: tuple[str, ...]
    doubts: list[str]
    day: str
    blocking: str


def imported(folder: Path, files: dict[str, str | bytes], mapping: str, **how) -> Imported:
    """Import files, name to content, under a mapping; ValueError or OSError where refused."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    paths = [folder / name for name in files]
    return outcome(paths, folder / "mapping.toml", folder / "store", **how)


def outcome(paths, mapping: Path, store: Path, **how) -> Imported:
    done = import_file(paths, mapping, store, athlete="ana", **how)
    frame = read_stances(done.stances_path).frame
    known = read_raw_header(done.raw_path)
    return Imported(
        contact_s=float((frame["toe_off_s"] - frame["initial_contact_s"]).median()),
        stances=len(frame),
        lost=sum(done.lost.values()),
        reasons=done.reasons,
        doubts=[
            *known["doubts"],
            *(one for pod in known["pods"].values() for one in pod["doubts"]),
        ],
        day=done.session[:10],
        blocking=done.blocking_problem,
    )


def refused(take, text, mapping, match):
    """Assert that a file is refused in one sentence."""
    with pytest.raises(ValueError, match=match) as caught:
        take(text, mapping)
    assert "\n" not in str(caught.value)


def right(done, *, lost=0, said=""):
    """Assert that an import tells the truth about the run of `a_shank`, and says so much."""
    assert done.contact_s == pytest.approx(TRUE_CONTACT_S, abs=NEAR_S), done.reasons
    assert not done.blocking
    assert done.lost == lost
    assert any(said in reason for reason in done.reasons), done.reasons
