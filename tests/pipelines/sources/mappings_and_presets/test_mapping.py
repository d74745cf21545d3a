from itertools import permutations, product

import numpy as np
import pytest

from imu.frames import GRAVITY_MPS2, PLACEMENTS
from pipelines.sources.mapping import read_mapping
from pipelines.sources.mapping.axes import matrix_of

POD = 'acc = ["a", "b", "c"]\nacc_unit = "g"\n'


def refused(mapping_of, text, match):
    with pytest.raises(ValueError, match=match) as caught:
        mapping_of(text)
    assert "\n" not in str(caught.value)
    assert str(caught.value).count(". ") == 0


def test_a_mapping_with_every_key_is_read(mapping_of):
    mapping = mapping_of(
        'time = "t"\ntime_unit = "us"\nstarted = 2026-11-22T08:30:00+02:00\n'
        '[csv]\nseparator = ";"\n'
        "[pods.pelvis]\n" + POD + 'acc_range = 16\naxes = "+z-y+x"\n'
        '[pods.shank_right]\nacc = "array"\nacc_unit = "lsb"\nacc_scale = 0.0048\nrate_hz = 100\n'
        'acc_range = 32767\ngyr = ["d", "e", "f"]\ngyr_unit = "deg/s"\ngyr_scale = 0.061\n'
    )
    pelvis, right = mapping.pods
    assert (pelvis.placement, pelvis.time.column, pelvis.time.unit_s) == ("pelvis", "t", 1e-6)
    assert pelvis.acc.range_si == pytest.approx(16 * GRAVITY_MPS2)
    assert pelvis.gyr is None
    assert right.acc.range_si == pytest.approx(32767 * 0.0048)
    assert right.gyr is not None
    assert right.gyr.factor == pytest.approx(np.deg2rad(0.061))
    assert right.time.rate_hz == 100
    assert mapping.started_utc is not None
    assert mapping.started_utc.isoformat() == "2026-11-22T06:30:00+00:00"
    assert mapping.csv == {"separator": ";", "skip": [], "missing": []}


def test_an_unknown_placement_lists_the_legal_ones(mapping_of):
    text = "rate_hz = 100\n[pods.foot_left]\n" + POD
    refused(mapping_of, text, f"'foot_left' is not a placement; use one of {', '.join(PLACEMENTS)}")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("rate_hz = = 1", r"is not valid TOML \(.*\); correct that place"),
        ("rate_hz = 100", r"no pod is described; add \[pods\.shank_left\]"),
        ("rat_hz = 100\n[pods.pelvis]\n" + POD, r"the file has no key 'rat_hz'; it takes time,"),
        ("rate_hz = 100\n[pods.pelvis]\nacc_unt = 1\n" + POD, r"has no key 'acc_unt'; it takes"),
        ("[pods.pelvis]\n" + POD, r"neither time nor rate_hz is given; name one of them"),
        ('time = "t"\n[pods.pelvis]\n' + POD, r"time_unit is None; use one of s, ms, us, ns"),
        (
            "rate_hz = 100\n[pods.pelvis]\nacc_unit='g'",
            r"pelvis has no acc; name its three columns",
        ),
        ("rate_hz = 100\n[pods.pelvis]\nacc=['a','b','c']", r"acc_unit is None; use one of m/s2"),
        (
            "rate_hz = 100\n[pods.pelvis]\nacc=['a','b','c']\nacc_unit='lsb'",
            r"acc_unit is lsb; add acc_scale",
        ),
        ("rate_hz = 100\n[pods.pelvis]\nacc=['a','b']\nacc_unit='g'", r"must name three columns"),
        ("rate_hz = 100\n[pods.pelvis]\nacc=[0,0,0]\nacc_unit='g'", r"acc names no column"),
        ("rate_hz = 100\n[pods.pelvis]\nacc_range=-2\n" + POD, r"acc_range is -2; give a number"),
        ("rate_hz = true\n[pods.pelvis]\n" + POD, r"rate_hz is True; give a number"),
        ("started = 3\nrate_hz = 9\n[pods.pelvis]\n" + POD, r"started must be a date and time"),
        ("csv = 3\nrate_hz = 9\n[pods.pelvis]\n" + POD, r"\[csv\] must be a table"),
        ("csv = {separator = 5}\nrate_hz = 99\n[pods.pelvis]\n" + POD, r"separator is 5; give one"),
        ("csv = {separator = ''}\nrate_hz = 99\n[pods.pelvis]\n" + POD, r"give one character"),
        ("csv = {decimal = ',,'}\nrate_hz = 99\n[pods.pelvis]\n" + POD, r"give one character"),
        ("csv = {skip_rows = -1}\nrate_hz = 99\n[pods.pelvis]\n" + POD, r"skip_rows is -1; give"),
        (
            "started = 0001-01-01T00:00:00Z\nrate_hz = 99\n[pods.pelvis]\n" + POD,
            r"correct the year",
        ),
        ("time = 5\ntime_unit = 's'\n[pods.pelvis]\n" + POD, r"time is 5; name a column"),
        ("time = 't'\ntime_unit = ['s']\n[pods.pelvis]\n" + POD, r"time_unit is \['s'\]; use one"),
        ("rate_hz = 99\n[pods.pelvis]\nacc_range=inf\n" + POD, r"acc_range is inf; give a number"),
        (
            "rate_hz = 99\n[pods.pelvis]\nacc_scale=true\n" + POD,
            r"acc_scale is True; give a number",
        ),
        (
            "rate_hz = 99\n[pods.pelvis]\nacc_unit='g'\nacc=[['a'],'b','c']",
            r"acc holds \['a'\]; name a column, or give a number",
        ),
        ("rate_hz = 100\npods = 3", r"no pod is described"),
        ("rate_hz = 100\n[pods]\npelvis = 3", r"must be a table"),
        ("rate_hz = 100\n[pods.pelvis]\naxes = '+x+y'\n" + POD, r"axes is '\+x\+y'; name the axes"),
    ],
)
def test_a_wrong_mapping_is_one_sentence(mapping_of, text, match):
    refused(mapping_of, text, match)


def test_a_folder_in_place_of_a_mapping_is_one_sentence(tmp_path):
    with pytest.raises(ValueError, match="is a folder; name the mapping file in it"):
        read_mapping(tmp_path)


def test_a_missing_mapping_is_one_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no mapping .*; check its name"):
        read_mapping(tmp_path / "none.toml")


def rotation_or_none(axes):
    try:
        return matrix_of(axes, "right")
    except ValueError:
        return None


def test_a_mirror_image_is_refused():
    for axes in ("+x+y-z", "+y+x+z"):
        for handed in (None, "right"):
            with pytest.raises(ValueError, match=r'mirror image .*; look again .* handed = "left"'):
                matrix_of(axes, handed)
        assert np.linalg.det(matrix_of(axes, "left")) == pytest.approx(-1)
    with pytest.raises(ValueError, match="name one axis twice; name each of x, y and z once"):
        matrix_of("+x+x+z", None)
    with pytest.raises(ValueError, match="are right-handed but handed says left; correct one"):
        matrix_of("+x+y+z", "left")


def test_exactly_24_mountings_are_legal():
    words = [
        "".join(f"{sign}{axis}" for sign, axis in zip(signs, axes, strict=True))
        for signs in product("+-", repeat=3)
        for axes in product("xyz", repeat=3)
    ]
    legal = [rotation for word in words if (rotation := rotation_or_none(word)) is not None]
    assert len(legal) == 24
    assert len({rotation.tobytes() for rotation in legal}) == 24
    for rotation in legal:
        np.testing.assert_allclose(rotation @ rotation.T, np.eye(3))
        assert np.linalg.det(rotation) == pytest.approx(1)
    assert len(list(permutations("xyz"))) * 4 == 24


def test_axes_name_what_points_forward_left_and_up():
    rotation = matrix_of("+z-y+x", None)
    np.testing.assert_array_equal(rotation @ [9.81, 0, 0], [0, 0, 9.81])
    np.testing.assert_array_equal(rotation @ [0, 1, 0], [0, -1, 0])
    np.testing.assert_array_equal(rotation @ [0, 0, 1], [1, 0, 0])
