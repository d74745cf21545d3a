"""Presets: files written to each published layout give back the values they were written from."""

import re
import zipfile
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from foreign_exports import NAMES, WRITERS, G
from foreign_exports.moved_pods import moved, three, written
from foreign_exports.text_files import blue_trident_files

from pipelines.sources import read
from pipelines.sources.door import opened
from pipelines.sources.presets.preset import names, preset_named

VIENNA = ZoneInfo("Europe/Vienna")
ONE_CLOCK = {"movella-dot", "xsens-mtw"}
ONE_CALENDAR = {"blue-trident", "metabase", "shimmer"}
NO_DAY = {"blue-trident-older", "movesense-csv", "movesense-json", "movesense-sbem", "xsens-mtw"}
NO_GYR = {"actigraph", "geneactiv"}


def test_every_preset_has_a_writer():
    assert set(WRITERS) == set(names())


@pytest.mark.parametrize("name", names())
def test_a_preset_says_its_layout_and_what_is_not_assumed(name):
    preset = preset_named(name)
    assert preset.title
    assert preset.layout
    assert all(len(one) > 20 for one in preset.layout)


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_values_come_back(name, tmp_path):
    recording = read(written(name, tmp_path), name, pods=NAMES, home=VIENNA)
    assert set(recording.pods) == set(NAMES)
    for place, (acc, gyr) in three().items():
        pod = recording.pods[place]
        count = len(pod.acc_mps2)
        assert count >= len(acc) - 100
        assert abs(pod.rate_hz - 100) < 0.05
        assert np.abs(pod.acc_mps2 - acc[:count]).max() < 0.03
        if name in NO_GYR:
            assert pod.gyr_radps is None
        else:
            assert np.abs(pod.gyr_radps - gyr[:count]).max() < 1e-3
        assert (np.diff(pod.index) == 1).all()
        assert np.abs(pod.time_s - pod.time_s[0] - np.arange(count) / 100).max() < 6e-3


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_the_day_is_known_where_files_say_it(name, tmp_path):
    recording = read(written(name, tmp_path), name, pods=NAMES, home=VIENNA)
    if name in NO_DAY:
        assert recording.started_utc is None
    else:
        off = recording.started_utc - pd.Timestamp("2026-11-22T08:30:00Z")
        assert abs(off.total_seconds()) < 1


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_clocks_are_joined_only_where_something_joins_them(name, tmp_path):
    recording = read(written(name, tmp_path), name, pods=NAMES, home=VIENNA)
    joined = {pod.clock.joined_by for pod in recording.pods.values()}
    if name in ONE_CLOCK:
        assert joined == {"one clock, as the mapping says"}
    elif name in ONE_CALENDAR:
        assert joined == {"stamps of one calendar"}
    else:
        assert joined == {"not joined"}


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_files_are_recognised_and_it_is_said(name, tmp_path):
    files = written(name, tmp_path)
    with opened(files, "auto", pods=NAMES) as found:
        assert found.preset == name
        assert f"taken as of {name}" in found.notes[0]


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_the_mapping_that_was_used_reads_the_same_files_alike(name, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    files = written(name, folder)
    with opened(files, name, pods=NAMES, home=VIENNA) as found:
        mapping = tmp_path / "own.toml"
        mapping.write_text(found.text, encoding="utf-8")
    given = [one for one in files if one.suffix == ".zip" or one.name in found.text]
    one = read(given, mapping, home=VIENNA)
    other = read(files, name, pods=NAMES, home=VIENNA)
    assert one.started_utc == other.started_utc
    for place, pod in one.pods.items():
        np.testing.assert_array_equal(pod.acc_mps2, other.pods[place].acc_mps2)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_commas_before_decimals_are_read_as_such(separator, tmp_path):
    place = next(iter(NAMES))
    (archive,) = written("phyphox", tmp_path, {place: three()[place]})
    local = tmp_path / "local.zip"
    with zipfile.ZipFile(archive) as one, zipfile.ZipFile(local, "w") as other:
        for name in one.namelist():
            text = one.read(name).decode()
            if "meta" not in name:
                text = re.sub(r"(\d)\.(\d+)", r"\1#\2", text)
                text = text.replace(",", separator).replace("#", ",")
            other.writestr(name, text)
    recording = read(local, "phyphox", pods={place: "local"}, home=VIENNA)
    plain = read(archive, "phyphox", pods={place: archive.stem}, home=VIENNA)
    np.testing.assert_array_equal(recording.pods[place].acc_mps2, plain.pods[place].acc_mps2)
    assert "commas in its numbers were taken as those before decimals" in recording.notes


@pytest.mark.parametrize(
    ("name", "how", "sentence"),
    [
        ("movella-dot", {"free": True}, "gravity was taken off; record in a mode with Acc"),
        ("phyphox", {"linear": True}, r"record Acceleration \(with g\)"),
        ("shimmer", {"sensor": "LN"}, "which ends at ±2 g"),
    ],
)
def test_a_mode_without_what_is_needed_is_refused_with_what_to_record(
    tmp_path, name, how, sentence
):
    with pytest.raises(ValueError, match=sentence):
        read(written(name, tmp_path, **how), name, pods=NAMES)


def test_pods_of_movella_without_a_sync_are_not_joined(tmp_path):
    files = written("movella-dot", tmp_path, synced=False)
    recording = read(files, "movella-dot", pods=NAMES)
    assert {pod.clock.joined_by for pod in recording.pods.values()} == {"not joined"}


def test_stamps_of_the_server_without_a_sync_are_those_of_arrival(tmp_path):
    files = written("movella-dot-server", tmp_path, synced=False)
    for pod in read(files, "movella-dot-server", pods=NAMES).pods.values():
        assert pod.clock.joined_by == "not joined"
        assert pod.rate_hz == pytest.approx(100, rel=1e-3)
        true_s = np.arange(len(pod.time_s)) / 100
        off_s = pod.time_s - pod.time_s[-1] - (true_s - true_s[-1])
        assert np.abs(off_s[200:]).max() < 3e-3
        assert np.abs(off_s).max() < 0.05


def test_old_names_of_columns_are_known(tmp_path):
    files = written("metabase", tmp_path, epoch="epoc (ms)")
    recording = read(files, "metabase", pods=NAMES)
    assert recording.started_utc is not None


@pytest.mark.parametrize("separator", [";", "\t"])
def test_tables_with_other_separators(tmp_path, separator):
    read(written("phyphox", tmp_path, separator=separator), "phyphox", pods=NAMES)
    for old in tmp_path.iterdir():
        old.unlink()
    read(written("shimmer", tmp_path, separator=separator), "shimmer", pods=NAMES)


def test_the_wrong_phone_is_told(tmp_path):
    files = written("sensor-logger-standard", tmp_path)
    with pytest.raises(ValueError, match=r"Metadata.csv .* use --from auto"):
        read(files, "sensor-logger-ios", pods=NAMES)
    assert read(files, "auto", pods=NAMES).pods


def test_a_phone_that_recorded_no_gravity_is_told_what_to_switch_on(tmp_path):
    file = tmp_path / "phone.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Accelerometer.csv", "time,seconds_elapsed,z,y,x\n1,0,1,2,3\n")
        archive.writestr("Gravity.csv", "time,seconds_elapsed,z,y,x\n1,0,1,2,3\n")
    with pytest.raises(ValueError, match="switch on Accelerometer Uncalibrated before recording"):
        read(file, "sensor-logger-ios", pods={"pelvis": "phone"})


def test_the_wide_range_stands_in_only_where_the_narrow_one_ends(tmp_path):
    low_hz, high_hz = 1125.0, 1600.0
    rng = np.random.default_rng(2)

    def signal(time_s):
        acc = np.column_stack([3 * np.sin(9 * time_s), 2 * np.cos(5 * time_s), 9.8 + 0 * time_s])
        impact = 300 * np.exp(-(((time_s % 0.7 - 0.35) / 0.006) ** 2))
        return acc + impact[:, None] * np.array([0.2, 0.1, 1.0])

    low_s, high_s = np.arange(0, 20, 1 / low_hz), np.arange(0, 20, 1 / high_hz)
    true = signal(low_s)
    noise = rng.normal(scale=0.3, size=true.shape)
    gyr = rng.normal(scale=2.0, size=true.shape)
    narrow = np.clip(true + noise, -16 * G, 16 * G)
    wide = signal(high_s) + np.array([4.0, -7.0, 9.0])
    wide += rng.normal(scale=1.5, size=wide.shape)
    blue_trident_files(
        tmp_path, {"shank_left": (narrow, gyr, low_hz)}, {"shank_left": (wide, high_hz)}, dated=True
    )
    recording = read(sorted(tmp_path.iterdir()), "blue-trident", pods={"shank_left": "L2B"})
    pod = recording.pods["shank_left"]
    clipped = np.abs(narrow) >= 16 * G - 1e-9
    assert clipped.any()
    found = pod.acc_mps2
    assert np.abs((found - narrow)[np.abs(narrow) < 0.98 * 16 * G]).max() < 1e-5
    assert np.abs((found - true)[clipped]).max() < 8.0
    assert np.abs(np.mean((found - true)[clipped])) < 1.0
    assert pod.acc_range_mps2 == pytest.approx(200 * G)
    assert any("at the end of acc_range are of acc_high" in note for note in pod.notes)


def test_a_wide_range_of_another_pod_is_refused(tmp_path):
    files = written("blue-trident", tmp_path)
    swapped = {one.name: one.read_bytes() for one in files if "highg" in one.name}
    first, second, _ = swapped
    (tmp_path / first).write_bytes(swapped[second])
    with pytest.raises(ValueError, match=r"acc_high goes .* where acc goes 1"):
        read(files, "blue-trident", pods=NAMES)


def test_a_pod_set_to_2_g_is_said(tmp_path):
    acc, gyr = moved()
    acc = np.clip(acc + np.random.default_rng(4).normal(scale=8.0, size=acc.shape), -2 * G, 2 * G)
    files = written("polar", tmp_path, {"pelvis": (acc, gyr)})
    notes = read(files, "polar", pods={"pelvis": "P1A"}).notes
    assert any("as of a pod set to ±2 g" in note for note in notes)
    clean = read(written("polar", tmp_path), "polar", pods=NAMES).notes
    assert not any("as of a pod set to" in note for note in clean)


def test_a_clock_of_whole_seconds_is_refused(tmp_path):
    files = written("polar", tmp_path, {"pelvis": moved()})
    for file in files:
        lines = file.read_text().splitlines()
        body = [line.split(";") for line in lines[1:]]
        whole = [";".join([row[0], f"{row[1][:-9]}000000000", *row[2:]]) for row in body]
        file.write_text("\n".join([lines[0], *whole]))
    with pytest.raises(ValueError, match="too coarse"):
        read(files, "polar", pods={"pelvis": "P1A"})


def test_tables_in_memory_are_read_as_files_are(tmp_path):
    (file,) = written("movella-dot", tmp_path, {"pelvis": moved()})
    frame = pd.read_csv(file, skiprows=11)
    by_name = read({"P1A": frame}, "movella-dot", pods={"pelvis": "P1A"})
    np.testing.assert_allclose(by_name.pods["pelvis"].acc_mps2, moved()[0], atol=1e-6)
    mapping = tmp_path / "own.toml"
    mapping.write_text(
        'time = "SampleTimeFine"\ntime_unit = "us"\n[pods.pelvis]\n'
        'acc = ["Acc_X", "Acc_Y", "Acc_Z"]\nacc_unit = "m/s2"\n'
    )
    alone = read(frame, mapping)
    np.testing.assert_allclose(alone.pods["pelvis"].acc_mps2, moved()[0], atol=1e-6)
    with pytest.raises(ValueError, match="the table 'x' cannot be read"):
        read({"x": pd.DataFrame({"a": [1j]})}, mapping)
    with pytest.raises(ValueError, match="there is no column 'Acc_X'; the file has a"):
        read({"x": pd.DataFrame({"a": [1, "b", object()]})}, mapping)


def test_a_file_of_another_system_is_told_what_it_lacks(tmp_path):
    files = written("polar", tmp_path, {"pelvis": moved()})
    with pytest.raises(ValueError, match=r"has no column Acc_X.*is it of another system"):
        read(files[0], "movella-dot", pods={"pelvis": "P1A"})
