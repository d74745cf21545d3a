"""MVNX: sensors of a suit are read, what lacks them or would burst is refused."""

import numpy as np
import pytest
from runs.virtual_table import outcome, right

from pipelines.sources import read

LABELS = ["Pelvis", "RightLowerLeg", "LeftLowerLeg"]


def mvnx(shank, *, kinds=("sensorAcceleration", "sensorAngularVelocity"), rows=None, head=""):
    def triples(values):
        return " ".join(f"{x:.6f}" for x in np.tile(values, len(LABELS)))

    given = dict(zip(kinds, (shank.acc, shank.gyr), strict=False))
    frames = [
        f'<frame time="{k * 10}" index="{k}" ms="{1795336200000 + k * 10}" type="normal">'
        "<orientation>1 0 0 0</orientation>"
        + "".join(f"<{name}>{triples(values[k])}</{name}>" for name, values in given.items())
        + "</frame>"
        for k in (range(len(shank)) if rows is None else rows)
    ]
    sensors = "".join(f'<sensor label="{label}"/>' for label in LABELS)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<mvnx version="3"><subject label="S" '
        f'frameRate="100"><sensors>{sensors}</sensors><frames sensorCount="3">'
        '<frame time="0" index="" type="identity"><orientation>1 0 0 0</orientation></frame>'
        f"{''.join(frames)}</frames></subject></mvnx>"
    )


def test_sensors_of_a_suit_are_pods(shank, tmp_path):
    path = tmp_path / "run.mvnx"
    path.write_text(mvnx(shank, rows=[k for k in range(len(shank)) if not 700 <= k < 720]))
    found = read(path, "auto")
    assert set(found.pods) == {"pelvis", "shank_left", "shank_right"}
    assert f"{found.started_utc:%Y-%m-%d %H:%M}" == "2026-11-22 08:30"
    done = outcome([path], "auto", tmp_path / "store", pods={"shank_left": "LeftLowerLeg"})
    right(done, lost=20)
    with pytest.raises(ValueError, match="no sensor 'Shin'; there are Pelvis, RightLowerLeg"):
        read(path, "xsens-mvnx", pods={"shank_left": "Shin"})


def test_what_cannot_be_measured_with_or_would_burst_is_one_sentence(shank, tmp_path):
    path = tmp_path / "run.mvnx"
    laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    for content, match in (
        (mvnx(shank, kinds=["sensorFreeAcceleration"], rows=range(9)), "only acceleration witho"),
        (mvnx(shank, kinds=[], rows=range(9)), "holds no acceleration of its sensors"),
        (mvnx(shank, head=laughs), "has a DOCTYPE, which MVN never writes"),
        (mvnx(shank)[:-4000], "is damaged or no MVNX"),
        ("<mvnx>" + "<a>" * 100, "nests too deeply"),
        ("<mvnx><a " + "x" * 2_000_000, "has a tag without an end"),
        ("<mvnx></mvnx>", "holds no frames of sensors"),
        ("", "is damaged or no MVNX"),
    ):
        path.write_text(content)
        with pytest.raises(ValueError, match=match) as caught:
            read(path, "xsens-mvnx", pods={"shank_left": "LeftLowerLeg"})
        assert "\n" not in str(caught.value)
