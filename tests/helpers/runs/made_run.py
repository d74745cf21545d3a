"""A run as analysed, made by hand from its contacts and its metrics: what is not said is plain."""

import numpy as np

from imu.analysis import Analysis
from imu.edition import EDITION
from imu.metrics.table import StanceTable
from imu.quality.grade import SessionQuality
from imu.segmentation.stances import Bouts, Stances
from imu.sensors import SENSORS, column
from imu.session.curves import CURVE_POINTS, Curves

PLAIN = SessionQuality("B", ("hand-made",), {"pelvis": {"coverage_pct": 99.0}})
NO_CURVES = Curves(*2 * ({"pelvis_tilt_deg": np.zeros((2, CURVE_POINTS))},), np.array([100, 100]))


def left_first(count):
    return np.where(np.arange(count) % 2 == 0, "left", "right")


def contacts_s(count, step_s=0.36):
    return 10 + step_s * np.arange(count)


def made_events(side, contact_s, *, midstance_s=None):
    count = side.size
    return Stances(
        side=side,
        bout=np.zeros(count, dtype=np.int64),
        initial_contact_s=contact_s,
        midstance_s=contact_s + 0.1 if midstance_s is None else midstance_s,
        toe_off_s=contact_s + 0.25,
        agreement_s=np.full(count, 0.002),
        pelvis_agreement_s=np.full(count, 0.004),
        side_agreement_pct=np.full(count, np.nan),
    )


def made_quality(count, *, clipped=None, remarks=None):
    """Return the columns of quality; what clipped did so on the accelerometer of the shank."""
    no = np.zeros(count, dtype=bool)
    clipped = no if clipped is None else clipped
    return {
        "coverage_pct": np.full(count, 99.5),
        "clipped": clipped,
        **{column(sensor): clipped & (sensor == "shank accelerometer") for sensor in SENSORS},
        "seen_by_pelvis": no,
        "implausible_count": np.zeros(count, dtype=np.int64),
        "quality": np.full(count, "") if remarks is None else remarks,
    }


def made_run(side, metrics, *, contact_s=None, quality=None, grade="B", curves=NO_CURVES, **how):
    """Return the analysis of a run of which every stance is running; `how`: its parameters."""
    contact_s = contacts_s(side.size) if contact_s is None else contact_s
    quality = made_quality(side.size) if quality is None else quality
    return Analysis(
        stances=StanceTable(made_events(side, contact_s), metrics, quality),
        bouts=Bouts(contact_s[:1], contact_s[-1:] + np.diff(contact_s[:2]), np.array(["running"])),
        curves=curves,
        orientation={},
        alignment={},
        quality=SessionQuality(grade, PLAIN.reasons, PLAIN.pods),
        parameters={"edition": EDITION, **how},
    )
