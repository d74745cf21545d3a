"""Sessions made by hand: the file layer is tested without the science."""

import numpy as np
import pytest
from runs.made_run import contacts_s, left_first, made_events, made_quality

import imu.metrics  # noqa: F401
from imu.alignment.segment import Alignment
from imu.analysis import Analysis
from imu.metrics.registry import METRICS
from imu.metrics.table import StanceTable
from imu.quality.grade import SessionQuality
from imu.recording.samples import SAMPLE, Scale
from imu.segmentation.stances import Bouts
from imu.session.curves import CURVE_POINTS, Curves
from pipelines.store.files import session_files
from pipelines.store.tables.raw_file import RawPod, RawSession, header, write_raw
from pipelines.store.tables.stance_file import write_stances

SCALE = Scale(0.0047884, 156.9, 0.0010653, 34.9)


def hand_made_analysis(count: int = 6, seed: int = 0) -> Analysis:
    rng = np.random.default_rng(seed)
    side = left_first(count)
    contact_s = contacts_s(count, 0.35)
    metrics = {name: rng.normal(size=count) for name in METRICS}
    for values in metrics.values():
        values[1:2] = np.nan
    return Analysis(
        stances=StanceTable(
            made_events(side, contact_s, midstance_s=np.full(count, np.nan)),
            metrics,
            made_quality(
                count,
                clipped=np.arange(count) == 2,
                remarks=np.where(np.arange(count) == 1, "shank_left: gap", ""),
            ),
        ),
        bouts=Bouts(
            np.array([0.0, 10.0, 14.0]),
            np.array([10.0, 14.0, 16.0]),
            np.array(["standing", "running", "walking"]),
        ),
        curves=Curves(
            mean={"pelvis_tilt_deg": rng.normal(size=(2, CURVE_POINTS))},
            sd={"pelvis_tilt_deg": np.full((2, CURVE_POINTS), np.nan)},
            count=np.array([3, 3]),
        ),
        orientation={},
        alignment={"pelvis": Alignment(np.eye(3), 0.9, ("worn upright",))},
        quality=SessionQuality("B", ("shank_left: 1 % lost",), {"pelvis": {"coverage_pct": 99.0}}),
        parameters={"lowpass_hz": 10.0, "gaps": np.float64(0.1)},
    )


def hand_made_pod(
    count: int = 2000, lose: tuple[int, ...] = (100, 101, 500), gyr: bool = True, seed: int = 0
) -> RawPod:
    rng = np.random.default_rng(seed)
    samples = np.zeros(count, SAMPLE)
    samples["index"] = np.arange(count)
    samples["device_us"] = 77_000_000 + 5000 * np.arange(count)
    samples["acc_lsb"] = rng.integers(-3000, 3000, (count, 3))
    samples["gyr_lsb"] = rng.integers(-9000, 9000, (count, 3)) * gyr
    samples = np.delete(samples, list(lose))
    scale = SCALE if gyr else Scale(SCALE.acc_mps2, SCALE.acc_range_mps2, None, None)
    return RawPod(
        samples=samples,
        time_us=samples["index"] * 5001 + 40,
        scale=scale,
        rate_hz=199.96,
        protocol="orp_v1",
        sync_s=0.0004,
        clock={"slope_ppm": 12.0},
        device={"serial": "LSH-1"},
        battery_pct=80,
        trouble={"unknown frame": 2},
        notes=("a note",),
    )


def hand_made_raw(count: int = 2000) -> RawSession:
    return RawSession(
        started_utc="2026-11-22T08:30:00+00:00",
        pods={
            "shank_right": hand_made_pod(count, gyr=False, seed=1),
            "pelvis": hand_made_pod(count, lose=(), seed=2),
        },
        source={"kind": "journal", "name": "2026-11-22-a1b2.journal", "sha256": "ab" * 32},
    )


def save_session(
    root,
    athlete="ana",
    session="2026-11-22-a1b2",
    count=2000,
    stances=6,
    replace=False,
    **about,
):
    files = session_files(root, athlete, session)
    raw = hand_made_raw(count)
    write_raw(files, raw, replace=replace)
    about = {**header(files, raw), **about}
    write_stances(files, hand_made_analysis(stances), about, replace=replace)
    return files


@pytest.fixture
def analysis() -> Analysis:
    return hand_made_analysis()


@pytest.fixture
def raw_session() -> RawSession:
    return hand_made_raw()


@pytest.fixture
def files(tmp_path):
    return session_files(tmp_path, "ana", "2026-11-22-a1b2")


@pytest.fixture
def save(tmp_path):
    """Store a hand-made session; returns its files."""
    return lambda **how: save_session(tmp_path, **how)
