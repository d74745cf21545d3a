import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from pipelines.report.mounting import turned_since


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
