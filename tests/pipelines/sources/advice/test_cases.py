"""The small recordings in shared/cases, shaped as people report them: right or refused by name.

They lie beside the public recordings, are read in place, and skipped where they are absent. The
runner touches the ground for 0.247 s a stance.
"""

import pytest
from runs.virtual_table import outcome

TRUE_CONTACT_S = 0.247
NEAR_S = 0.006
C2 = (
    'time = "t"\ntime_unit = "iso"\n[csv]\nheader = ["t", "ax", "ay", "az", "gx", "gy", "gz"]\n'
    '[pods.shank_left]\nacc = ["ax", "ay", "az"]\nacc_unit = "g"\n'
    'gyr = ["gx", "gy", "gz"]\ngyr_unit = "deg/s"\n'
)
C3 = (
    'time = "epoch (ms)"\ntime_unit = "ms"\n[pods.shank_left]\nfile = "Accelerometer"\n'
    'acc = ["x-axis (g)", "y-axis (g)", "z-axis (g)"]\nacc_unit = "g"\ngyr_file = "Gyroscope"\n'
    'gyr = ["x-axis (deg/s)", "y-axis (deg/s)", "z-axis (deg/s)"]\ngyr_unit = "deg/s"\n'
)
COUNTED = {
    'time = "PacketCounter"': 'counter = "PacketCounter"',
    'time_unit = "ms"': "rate_hz = 100",
}
BOTH = ("c3_pod_Accelerometer.csv", "c3_pod_Gyroscope.csv")


@pytest.fixture
def take(shared_data, tmp_path):
    """Import files of the cases, with a mapping of theirs or a text in its place."""
    folder = shared_data.parent / "cases"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: it holds the cases that people report")

    def run(names, mapping, replaced=None):
        text = mapping if "\n" in mapping else (folder / mapping).read_text()
        for old, new in (replaced or {}).items():
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "m.toml").write_text(text)
        files = [names] if isinstance(names, str) else names
        return outcome([folder / name for name in files], tmp_path / "m.toml", tmp_path / "store")

    return run


@pytest.mark.parametrize(
    ("name", "mapping", "match"),
    [
        ("b1_linear_acceleration.csv", "b_s.toml", r"gravity was taken off .*quiet standing reads"),
        ("b4_packet_counter.csv", "b4_counter.toml", r"counts rows .*; write counter = 'PacketC"),
        ("b7_clock_set_1970.csv", "b_ms.toml", r"forward by 20785.3 days at row 301: .*; cut the"),
        (
            "b7_clock_set_35h.csv",
            "b_ms.toml",
            r"jumps forward by 35 h at row 301: .*; cut the file",
        ),
        (
            "c2_iso_no_header.csv",
            C2.replace("header", "skip_rows = 0\n#"),
            r"no names; write header",
        ),
        ("c2_iso_no_header.csv", C2.replace('"iso"', '"ms"'), r"write time_unit = 'iso'"),
        (
            "c4_arrival_bursts.csv",
            "b_ms.toml",
            r"times of arrival: .*about 100 a second; write rate",
        ),
        (
            BOTH,
            "c3.toml",
            r"2 files are given .* which is which pod's; write under each pod file =",
        ),
        (BOTH, C3.replace("epoch (ms)", "elapsed (s)").replace('"ms"', '"s"'), r"own zero; name a"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(take, name, mapping, match):
    with pytest.raises(ValueError, match=match) as caught:
        take(name, mapping)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "mapping", "replaced", "said"),
    [
        ("b3_trailing_comma.csv", "b3_acc.toml", None, "ends in a separator with nothing after"),
        ("b3_trailing_comma.csv", "b_rate.toml", None, "ends in a separator with nothing after"),
        (
            "b4_packet_counter.csv",
            "b4_counter.toml",
            COUNTED,
            "counter of 16 bits began anew 1 time",
        ),
        ("b8_gyro_half_rate.csv", "b_s.toml", None, "gyr has 750 rows of its own at 100 Hz"),
        ("c1_units_row.csv", "c1.toml", None, ""),
        ("c2_iso_no_header.csv", C2, None, "name no time zone and were taken as of"),
        ("c3_pod_Accelerometer.csv", "c3.toml", None, "3 rows share a time stamp and were spread"),
        (BOTH, C3, None, "gyr has 1100 rows of its own at 100 Hz"),
        (
            "c4_arrival_bursts.csv",
            "b_ms.toml",
            {'time_unit = "ms"\n': 'time_unit = "ms"\nrate_hz = 100\n'},
            "its stamps are times of arrival, in bursts",
        ),
    ],
)
def test_what_can_be_right_is(take, name, mapping, replaced, said):
    done = take(name, mapping, replaced)
    assert done.contact_s == pytest.approx(TRUE_CONTACT_S, abs=NEAR_S)
    assert any(said in reason for reason in done.reasons), done.reasons


def test_losses_that_only_a_counter_shows_are_gaps(take):
    assert take("b4_packet_counter.csv", "b4_counter.toml", COUNTED).lost == 68


def test_units_that_the_file_says_are_held_against_the_mapping(take):
    wrong = {'gyr_unit = "deg/s"': 'gyr_unit = "rad/s"'}
    with pytest.raises(
        ValueError, match=r"says that S_AB12_Gyro_X_CAL is in deg/s, .*; write gyr_un"
    ):
        take("c1_units_row.csv", "c1.toml", wrong)


def test_the_day_is_that_of_the_stamps(take):
    assert take(BOTH, C3).day == "2026-11-28"
