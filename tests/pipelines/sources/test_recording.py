import numpy as np
import pandas as pd
import pytest
from as_a_user.refusals import refused

from imu.frames import GRAVITY_MPS2
from pipelines.sources.one_recording.recording import NOT_SCALED, OTHER_SCALE

COLUMNS = ("aX", "aY", "aZ", "gX", "gY", "gZ")


def timed(plain_mapping, unit="ms"):
    return plain_mapping.replace("rate_hz = 200", f'time = "t"\ntime_unit = "{unit}"')


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_columns_become_si_arrays(read, make_signals, make_table, suffix):
    time_s, acc, gyr = make_signals()
    pod = read(make_table(acc, gyr), suffix=suffix).pods["shank_left"]
    np.testing.assert_allclose(pod.acc_mps2, acc)
    np.testing.assert_allclose(pod.gyr_radps, gyr)
    np.testing.assert_allclose(pod.time_s, time_s)
    np.testing.assert_array_equal(pod.index, np.arange(600))
    assert pod.rate_hz == 200


def test_arrays_of_an_npz_and_a_rate_stored_with_them(read, make_signals):
    _, acc, _ = make_signals()
    mapping = 'rate_hz = "fs"\n[pods.pelvis]\nacc = "acc"\nacc_unit = "g"\n'
    source = read({"acc": acc / GRAVITY_MPS2, "fs": np.array(142.857)}, mapping, suffix=".npz")
    np.testing.assert_allclose(source.pods["pelvis"].acc_mps2, acc)
    assert source.pods["pelvis"].gyr_radps is None
    assert source.pods["pelvis"].rate_hz == 142.857


def test_a_csv_as_another_country_writes_it(read, make_signals, make_table, plain_mapping):
    _, acc, gyr = make_signals()
    text = make_table(acc, gyr).to_csv(index=False, sep=";", decimal=",")
    content = f"exported by a device\n\ufeff{text}".encode()
    mapping = plain_mapping + '[csv]\nseparator = ";"\ndecimal = ","\nskip_rows = 1\n'
    pod = read(content.replace(b"\xef\xbb\xbf", b""), mapping).pods["shank_left"]
    np.testing.assert_allclose(pod.acc_mps2, acc)


def test_missing_samples_are_left_out_and_leave_a_gap(read, make_signals, make_table):
    _, acc, gyr = make_signals()
    acc[10, 1] = np.nan
    gyr[20:23] = np.nan
    pod = read(make_table(acc, gyr)).pods["shank_left"]
    assert len(pod.index) == 596
    assert np.flatnonzero(np.diff(pod.index) > 1).tolist() == [9, 18]
    assert np.isfinite(pod.acc_mps2).all()


def test_irregular_time_is_kept_and_gaps_are_counted(read, make_signals, make_table, plain_mapping):
    _, acc, gyr = make_signals(400)
    steps_ms = np.where(np.arange(400) % 50 == 0, 15, 5) + np.arange(400) % 2
    time_ms = 161_129 + np.cumsum(steps_ms)
    source = read(make_table(acc, gyr, t=time_ms), timed(plain_mapping))
    pod = source.pods["shank_left"]
    np.testing.assert_allclose(pod.time_s, (time_ms - time_ms[0]) / 1000)
    assert pod.index[-1] == 399 + 7 * 2  # every fiftieth step is three periods long
    assert source.started_utc is None


def test_a_rate_that_is_not_the_nominal_one_collects_no_gaps(
    read, make_signals, make_table, plain_mapping
):
    _, acc, gyr = make_signals(5000)
    time_ms = np.arange(5000) * 5.2
    mapping = timed(plain_mapping) + "rate_hz = 200\n"
    pod = read(make_table(acc, gyr, t=time_ms), mapping).pods["shank_left"]
    np.testing.assert_array_equal(pod.index, np.arange(5000))
    assert pod.rate_hz == pytest.approx(1000 / 5.2)


@pytest.mark.parametrize(
    ("ranges", "said"), [("", True), ("gyr_range = {}\n", False)], ids=["unsaid", "ranges"]
)
def test_a_pelvis_whose_gyroscope_counts_in_another_scale_is_said(read, make_signals, ranges, said):
    _, acc, gyr = make_signals(300)
    data = pd.DataFrame({f"{s}{k}": acc[:, k] for s in "ps" for k in range(3)})
    data[[f"{s}g{k}" for s in "ps" for k in range(3)]] = np.round(np.hstack([gyr, gyr]) * 500)
    mapping = "rate_hz = 200\n" + "".join(
        f'[pods.{place}]\nacc = ["{s}0", "{s}1", "{s}2"]\nacc_unit = "m/s2"\n'
        f'gyr = ["{s}g0", "{s}g1", "{s}g2"]\ngyr_unit = "lsb"\ngyr_scale = {scale}\n'
        + ranges.format(32768)
        for s, place, scale in (("p", "pelvis", 0.001), ("s", "shank_left", 0.002))
    )
    assert any(NOT_SCALED in note for note in read(data, mapping).notes) == said


def test_units_that_differ_by_little_are_said(read, make_signals):
    _, acc, _ = make_signals(300)
    data = pd.DataFrame({f"p{k}": acc[:, k] / 9.80665e-3 for k in range(3)})
    data[[f"s{k}" for k in range(3)]] = acc * 100
    mapping = (
        'rate_hz = 200\n[pods.pelvis]\nacc = ["p0", "p1", "p2"]\nacc_unit = "mg"\n'
        '[pods.shank_left]\nacc = ["s0", "s1", "s2"]\nacc_unit = "m/s2"\nacc_scale = 0.01\n'
    )
    assert any(
        f"pelvis and shank left: {OTHER_SCALE}" in note for note in read(data, mapping).notes
    )
    data[[f"s{k}" for k in range(3)]] = acc
    alike = mapping.replace("acc_scale = 0.01\n", "")
    assert not any(OTHER_SCALE in note for note in read(data, alike).notes)


def test_pods_with_their_own_time_columns_stay_on_one_clock(read, make_signals):
    _, acc, _ = make_signals(300)
    data = pd.DataFrame({f"p{k}": acc[:, k] for k in range(3)})
    data[[f"s{k}" for k in range(3)]] = acc
    data["tp"] = 1_000_000 + np.arange(300) * 5.0
    data["ts"] = data["tp"] + 40
    mapping = (
        'time_unit = "ms"\n'
        '[pods.pelvis]\nacc = ["p0", "p1", "p2"]\nacc_unit = "mps2"\ntime = "tp"\n'
        '[pods.shank_left]\nacc = ["s0", "s1", "s2"]\nacc_unit = "mps2"\ntime = "ts"\n'
    )
    source = read(data, mapping)
    assert source.pods["pelvis"].time_s[0] == 0.0
    assert source.pods["shank_left"].time_s[0] == pytest.approx(0.040, abs=1e-9)


def test_dates_give_the_start_of_the_session(read, make_signals, make_table, plain_mapping):
    _, acc, gyr = make_signals()
    epoch_s = 1_763_800_200 + np.arange(600) / 200
    mapping = timed(plain_mapping, "s")
    source = read(make_table(acc, gyr, t=epoch_s), mapping)
    assert source.started_utc is not None
    assert source.started_utc.isoformat() == "2025-11-22T08:30:00+00:00"
    stamps = pd.to_datetime(epoch_s, unit="s", utc=True)
    as_dates = read(make_table(acc, gyr, t=stamps), mapping, suffix=".parquet")
    assert as_dates.started_utc == source.started_utc
    np.testing.assert_allclose(as_dates.pods["shank_left"].time_s, np.arange(600) / 200, atol=1e-6)


def test_known_axes_are_turned_to_forward_left_up(read, make_signals, make_table, plain_mapping):
    _, acc, gyr = make_signals()
    pod = read(make_table(acc, gyr), plain_mapping + 'axes = "+z-y+x"\n').pods["shank_left"]
    np.testing.assert_allclose(pod.acc_mps2, acc[:, [2, 1, 0]] * [1, -1, 1])
    assert pod.words["axes"] == "+z-y+x were turned to forward, left, up"


def test_an_axis_that_was_not_measured_is_said(read, make_signals, make_table):
    _, acc, _ = make_signals()
    mapping = 'rate_hz = 200\n[pods.pelvis]\nacc = ["aX", 0, "aZ"]\nacc_unit = "m/s2"\n'
    pod = read(make_table(acc), mapping).pods["pelvis"]
    assert (pod.acc_mps2[:, 1] == 0).all()
    assert "axis y was not measured and is taken as 0" in pod.notes


def test_integer_counts_keep_their_own_scale(read, make_signals, make_table):
    _, acc, _ = make_signals()
    counts = np.rint(acc / 0.0048).astype(int)
    mapping = (
        'rate_hz = 200\n[pods.pelvis]\nacc = ["aX", "aY", "aZ"]\n'
        'acc_unit = "lsb"\nacc_scale = 0.0048\n'
    )
    pod = read(make_table(counts), mapping).pods["pelvis"]
    assert pod.acc_scale_mps2 == 0.0048
    np.testing.assert_array_equal(np.rint(pod.acc_mps2 / 0.0048), counts)
    assert read(make_table(counts + 0.5), mapping).pods["pelvis"].acc_scale_mps2 == 1e-4


# --- what cannot be meant ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "really", "hint"),
    [
        ("m/s2", GRAVITY_MPS2, "acc_unit = 'g' would fit"),
        ("g", 1.0, "acc_unit = 'm/s2' would fit"),
        ("g", GRAVITY_MPS2 / 1000, "acc_unit = 'mg' would fit"),
    ],
)
def test_standing_that_does_not_read_gravity_names_the_unit(
    read, make_signals, make_table, plain_mapping, declared, really, hint
):
    _, acc, gyr = make_signals()
    mapping = plain_mapping.replace('"m/s2"', f'"{declared}"')
    match = f"shank_left: acceleration is typically .* m/s², not near 9.81; {hint}"
    refused(read, match, make_table(acc / really, gyr), mapping)


@pytest.mark.parametrize("size", [0.2, 20.0])
def test_acceleration_without_gravity_is_no_matter_of_its_unit(
    read, make_signals, make_table, plain_mapping, size
):
    """Whatever the unit, its quietest second reads far less than the rest."""
    _, acc, gyr = make_signals()
    shaken = np.random.default_rng(3).normal(0, 4.0 * size, acc.shape)
    shaken[100:320] *= 0.01
    match = "in its quietest second: gravity was taken off it"
    refused(read, match, make_table(shaken, gyr), plain_mapping)


@pytest.mark.parametrize(
    ("declared", "factor", "hint"),
    [
        ("rad/s", 180 / np.pi, "gyr_unit = 'deg/s' would fit"),
        ("deg/s", 1.0, "gyr_unit = 'rad/s' would fit"),
    ],
)
def test_an_angular_rate_no_runner_has_names_the_unit(
    read, make_signals, make_table, plain_mapping, declared, factor, hint
):
    _, acc, gyr = make_signals()
    mapping = plain_mapping.replace('"rad/s"', f'"{declared}"')
    refused(read, f"which does not fit a runner; {hint}", make_table(acc, gyr * factor), mapping)


def test_under_50_hz_is_refused(read, make_signals, make_table, plain_mapping):
    _, acc, gyr = make_signals()
    match = "49 Hz from rate_hz is too slow to time a foot contact; record at 50 Hz or more"
    refused(read, match, make_table(acc, gyr), plain_mapping.replace("200", "49"))
    assert read(make_table(acc, gyr), plain_mapping.replace("200", "50")).pods


def test_a_time_unit_that_cannot_be_meant_names_the_one_that_can(
    read, make_signals, make_table, plain_mapping
):
    _, acc, gyr = make_signals()
    data = make_table(acc, gyr, t=np.arange(600) * 5)
    match = "0.2 Hz from 't' in the unit given is too slow .*time_unit = 'ms' would fit"
    refused(read, match, data, timed(plain_mapping, "s"))
    match = "200000 Hz from 't' in the unit given is impossible; .*time_unit = 'ms' would fit"
    refused(read, match, data, timed(plain_mapping, "us"))


def test_time_that_runs_backward_is_refused_with_its_row(
    read, make_signals, make_table, plain_mapping
):
    _, acc, gyr = make_signals()
    time_ms = np.arange(600) * 5
    time_ms[300:] -= 1000
    match = (
        r"time 't' runs backward at row 301 \(by 0.995 s\): its clock was set there; cut the file"
    )
    refused(read, match, make_table(acc, gyr, t=time_ms), timed(plain_mapping))


def test_a_few_repeated_stamps_are_left_out_and_those_of_packets_spread(
    read, make_signals, make_table, plain_mapping
):
    _, acc, gyr = make_signals()
    time_ms = np.arange(600) * 5
    time_ms[10] = time_ms[9]
    pod = read(make_table(acc, gyr, t=time_ms), timed(plain_mapping)).pods["shank_left"]
    assert len(pod.index) == 599
    assert pod.notes == ("1 rows with a repeated time stamp left out",)
    batched = np.arange(600) // 10 * 50
    pod = read(make_table(acc, gyr, t=batched), timed(plain_mapping)).pods["shank_left"]
    np.testing.assert_allclose(pod.time_s, np.arange(600) / 200, atol=1e-9)
    assert pod.notes == ("10 rows share a time stamp and were spread until the next",)
    seconds = make_table(acc, gyr, t=np.arange(600) // 200 * 1000)
    match = "changes only every 1 s, for 200 rows at a time, which is too coarse; name a finer"
    refused(read, match, seconds, timed(plain_mapping))


def test_a_dead_channel_is_named(read, make_signals, make_table):
    _, acc, gyr = make_signals()
    gyr[:, 1] = 0.25
    match = "column gY of gyr never changes; name another column, write 0 in its place"
    refused(read, match, make_table(acc, gyr))


def test_a_channel_of_nothing_but_nan_is_refused(read, make_signals, make_table):
    _, acc, gyr = make_signals()
    acc[:, 2] = np.nan
    refused(read, "column 'aZ' holds no numbers", make_table(acc, gyr))


def test_sensors_that_speak_by_turns_each_keep_their_rows(read, make_signals, make_table):
    time_s, acc, gyr = make_signals()
    gyr = np.column_stack([np.sin(2 * np.pi * k * time_s) for k in (2, 3, 4)])
    known = gyr.copy()
    acc[::2], gyr[1::2] = np.nan, np.nan
    pod = read(make_table(acc, gyr)).pods["shank_left"]
    assert pod.rate_hz == 100
    np.testing.assert_allclose(pod.acc_mps2, acc[1:-1:2])
    np.testing.assert_allclose(pod.gyr_radps[3:-3], known[1:-1:2][3:-3], atol=1e-3)
    assert any("gyr has 300 rows of its own" in note for note in pod.notes)


def test_a_missing_column_is_named_with_those_that_are_there(read, make_signals, make_table):
    _, acc, _ = make_signals()
    match = "shank_left: there is no column 'gX'; the file has aX, aY, aZ"
    refused(read, match, make_table(acc))


def test_words_among_the_numbers_are_named_with_their_row(read, make_signals, make_table):
    _, acc, gyr = make_signals()
    data = make_table(acc, gyr).astype({"aX": "object"})
    data.loc[4, "aX"] = "overrun"
    refused(read, "column 'aX' holds 'overrun' in row 5, which is not a number", data)


@pytest.mark.parametrize(
    ("data", "match"),
    [
        ({"acc": np.ones((3, 50))}, r"'acc' has shape \(3, 50\); give \(samples, 3\)"),
        ({"acc": np.ones(50)}, r"'acc' has shape \(50,\); give \(samples, 3\)"),
    ],
)
def test_an_array_of_another_shape_is_refused(read, data, match):
    mapping = 'rate_hz = 200\n[pods.pelvis]\nacc = "acc"\nacc_unit = "g"\n'
    refused(read, match, data, mapping, suffix=".npz")


def test_arrays_of_different_length_are_refused(read, make_signals):
    _, acc, gyr = make_signals()
    both = (
        'rate_hz = 200\n[pods.pelvis]\nacc = "acc"\nacc_unit = "m/s2"\n'
        'gyr = "gyr"\ngyr_unit = "rad/s"\n'
    )
    match = "acc has 600 rows but gyr has 590; give equal lengths"
    refused(read, match, {"acc": acc, "gyr": gyr[10:]}, both, suffix=".npz")
    clocked = both.replace("rate_hz = 200", 'time = "t"\ntime_unit = "s"')
    data = {"acc": acc, "gyr": gyr, "t": np.arange(9.0)}
    refused(read, "'t' has 9 rows but acc has 600", data, clocked, suffix=".npz")
    single = 'rate_hz = 200\n[pods.pelvis]\nacc = ["x", "y", "z"]\nacc_unit = "m/s2"\n'
    data = {"x": acc[:, 0], "y": acc[:, 1], "z": acc[1:, 2]}
    refused(read, "the columns differ in length", data, single, suffix=".npz")


def test_a_single_row_with_a_time_is_refused(read, make_signals, make_table, plain_mapping):
    _, acc, gyr = make_signals(3)
    data = make_table(acc, gyr, t=[0.0, np.nan, np.nan])
    refused(read, "fewer than two rows have values and a time in 't'", data, timed(plain_mapping))


def test_arrays_of_matrices_in_place_of_columns_are_refused(read):
    match = r"'aX' has shape \(10, 3, 2\); give one value per sample"
    refused(read, match, dict.fromkeys(COLUMNS, np.ones((10, 3, 2))), suffix=".npz")


def test_a_still_gyroscope_beside_a_moving_accelerometer_is_one_sentence(
    read, make_signals, make_table
):
    _, acc, gyr = make_signals()
    gyr = np.where(np.arange(len(gyr))[:, None] == 5, 1.0, 0.0) * np.ones(3)
    refused(read, "correct gyr_unit or gyr_scale", make_table(acc, gyr))


def test_standing_still_is_no_wrong_unit(read, make_table):
    rng = np.random.default_rng(1)
    acc = np.array([0.0, 0.0, 9.81]) + rng.normal(scale=0.05, size=(600, 3))
    pods = read(make_table(acc, rng.normal(scale=0.01, size=(600, 3)))).pods
    assert len(pods["shank_left"].time_s) == 600


def test_a_single_row_is_refused_before_anything_is_stored(read, make_signals, make_table):
    _, acc, gyr = make_signals(1)
    refused(read, "fewer than two rows hold values", make_table(acc, gyr))


@pytest.mark.parametrize(
    ("place", "stated", "said"),
    [
        ("pelvis", "", True),
        ("pelvis", 'acc_sign = "+"\nhanded = "right"\n', False),
        ("shank_left", "", False),
    ],
)
def test_a_pelvis_alone_tells_sides_by_signs_that_are_to_be_stated(
    read, make_signals, place, stated, said
):
    _, acc, _ = make_signals()
    mapping = f'rate_hz = 200\n{stated}[pods.{place}]\nacc = "acc"\nacc_unit = "m/s2"\n'
    notes = read({"acc": acc}, mapping, suffix=".npz").notes
    assert any("left and right are the other way round where acc_sign" in n for n in notes) == said
