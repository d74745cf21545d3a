"""BIDS-Motion of other laboratories: units, points, times and gaps as its channels say."""

import json

import numpy as np
import pytest
from runs.virtual_table import outcome, right

from pipelines.sources import read


def dataset(folder, shank, *, latency=True, point="left shank", units=("g", "deg/s"), lost=()):
    name = "sub-01_task-run_tracksys-imu"
    scale = {"g": 9.80665, "m/s^2": 1.0}[units[0]], {"deg/s": np.pi / 180, "rad/s": 1.0}[units[1]]
    columns = [*(shank.acc / scale[0]).T, *(shank.gyr / scale[1]).T]
    rows = [
        [f"{axis}{kind}", axis, word, point, unit]
        for kind, word, unit in (("a", "ACCEL", units[0]), ("g", "GYRO", units[1]))
        for axis in "xyz"
    ]
    if latency:
        columns.insert(0, shank.ms / 1000)
        rows.insert(0, ["t", "n/a", "LATENCY", "n/a", "s"])
    head = ["name", "component", "type", "tracked_point", "units"]
    text = "\n".join("\t".join(row) for row in (head, *rows)) + "\n"
    (folder / f"{name}_channels.tsv").write_text(text)
    values = np.array(columns).T
    lines = [
        "\t".join("n/a" if at in lost and k > 0 else f"{x:.6f}" for k, x in enumerate(row))
        for at, row in enumerate(values)
    ]
    (folder / f"{name}_motion.tsv").write_text("\n".join(lines) + "\n")
    (folder / f"{name}_motion.json").write_text(json.dumps({"SamplingFrequency": 100}))
    return folder / f"{name}_motion.tsv"


def test_units_and_gaps_of_others_are_read(shank, tmp_path):
    path = dataset(tmp_path, shank, lost=range(700, 720))
    right(outcome([path], "bids-motion", tmp_path / "store"), lost=20)


def test_a_rate_stands_in_for_a_missing_latency(shank, tmp_path):
    path = dataset(tmp_path, shank, latency=False, units=("m/s^2", "rad/s"), point="L_tibia")
    right(outcome([path], "bids-motion", tmp_path / "store", pods={"shank_left": "tibia"}))


def test_what_is_missing_is_one_sentence(shank, tmp_path):
    path = dataset(tmp_path, shank, point="thigh")
    with pytest.raises(ValueError, match=r"say which pod was worn where, .* each of thigh"):
        read(path, "bids-motion")
    channels = path.with_name(path.name.replace("_motion.tsv", "_channels.tsv"))
    text = channels.read_text()
    for wrong, match in (
        (text.replace("deg/s", "furlong"), "GYRO of 'thigh' is in 'furlong', which is no unit"),
        (text.replace("\tunits", "\tunit"), "has no units, as BIDS-Motion asks"),
        (text.replace("za\tz", "za\tq"), "ACCEL of 'thigh' has no components x, y and z"),
        (text.replace("ya\t", "xa\t"), "names 'xa' twice"),
        (text.replace("ACCEL", "POS"), "of type ACCEL"),
    ):
        channels.write_text(wrong)
        with pytest.raises(ValueError, match=match):
            read(path, "bids-motion", pods={"shank_left": "thigh"})
    channels.unlink()
    with pytest.raises(ValueError, match=r"comes without .*_channels.tsv, which says what its sam"):
        read(path, "bids-motion")


def test_rates_and_fields_that_none_can_have_are_one_sentence(shank, tmp_path):
    path = dataset(tmp_path, shank, latency=False)
    for rate in ("NaN", "1e400", "1" + "0" * 400):
        path.with_suffix(".json").write_text(f'{{"SamplingFrequency": {rate}}}')
        with pytest.raises(ValueError, match="is no rate; correct it in the JSON"):
            read(path, "bids-motion")
    channels = path.with_name(path.name.replace("_motion.tsv", "_channels.tsv"))
    channels.write_text(channels.read_text().replace("xa", "x" * 200_000))
    with pytest.raises(ValueError, match=r"is no table .* export it again"):
        read(path, "bids-motion")
    channels.unlink()
    with pytest.raises(ValueError, match="which says what its samples are; put that beside it"):
        read(path, "bids-motion")
