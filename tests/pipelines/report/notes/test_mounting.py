import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from pipelines.report.notes.mounting import moved_since, turned_since


def header(**turns_deg):
    return {
        "alignment": {
            place: {
                "segment_from_sensor": Rotation.from_rotvec([0, 0, np.radians(angle)])
                .as_matrix()
                .tolist()
            }
            for place, angle in turns_deg.items()
        }
    }


def test_a_pod_worn_the_other_way_round_is_named_with_its_angle():
    said = turned_since(header(pelvis=180, shank_left=3), header(pelvis=0, shank_left=0))
    assert len(said) == 1
    assert "pelvis pod was turned by 180°" in said[0]


@pytest.mark.parametrize("other", [{}, {"alignment": None}, header(shank_left=0)])
def test_what_is_not_known_is_not_said(other):
    assert turned_since(header(pelvis=90), other) == []


def heights(**height_m):
    return {"pods": {place: {"height_m": value} for place, value in height_m.items()}}


def test_a_leg_pod_that_sat_elsewhere_is_named_with_the_distance():
    today = heights(shank_left=0.12, shank_right=0.21, pelvis=None)
    said = moved_since(today, heights(shank_left=0.22, shank_right=0.19, pelvis=None))
    assert len(said) == 1
    assert "left shank pod sat some 10 cm lower" in said[0]


@pytest.mark.parametrize("other", [{}, {"pods": None}, heights(shank_right=0.1)])
def test_an_unknown_height_is_not_compared(other):
    assert moved_since(heights(shank_left=0.3), other) == []
