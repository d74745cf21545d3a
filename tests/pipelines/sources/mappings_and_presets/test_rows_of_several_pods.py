"""One table with rows of several pods and sensors, told apart by what a column says."""

import io

import numpy as np
import pandas as pd
import pytest
from runs.virtual_table import MS, POD, imported, refused, right

SENSORS = {"acc": "Accelerometer", "gyr": "Gyroscope"}
POD_OF_TABLE = POD.replace("ax", "aX").replace('"ay"', '"aY"').replace("az", "aZ")
POD_OF_TABLE = POD_OF_TABLE.replace("gx", "gX").replace('"gy"', '"gY"').replace("gz", "gZ")
AXES = '["x", "y", "z"]'


def long_table(shank, *, whose, among):
    """Return rows of one sensor each: of the shank, and of another pod that reads otherwise."""
    parts = []
    for pod, acc, gyr in (("ankle", shank.acc, shank.gyr), ("waist", 0.5 * shank.acc, -shank.gyr)):
        for sensor, values in (("acc", acc), ("gyr", gyr)):
            part = pd.DataFrame(values, columns=["x", "y", "z"])
            part.insert(0, "t", shank.ms)
            parts.append(part.assign(pod=whose[pod], sensor=SENSORS[sensor]))
    table = pd.concat(parts)
    return table.sort_values("t", kind="stable") if among else table


def mapping(pod):
    return (
        f'{MS}[pods.shank_left]\nrows = {{ "pod" = {pod} }}\n'
        f'acc = {AXES}\nacc_unit = "m/s2"\nacc_rows = {{ "sensor" = "Accelerometer" }}\n'
        f'gyr = {AXES}\ngyr_unit = "rad/s"\ngyr_rows = {{ "sensor" = "Gyroscope" }}\n'
    )


@pytest.mark.parametrize("kind", ["words", "numbers", "parquet"])
def test_rows_are_told_apart_by_what_a_column_says(shank, take, tmp_path, kind):
    numbers = kind == "numbers"
    whose = {"ankle": 1, "waist": 3} if numbers else {"ankle": "left ankle", "waist": "waist"}
    table = long_table(shank, whose=whose, among=numbers)
    wanted = mapping("1.0" if numbers else '"left ankle"')
    if kind == "parquet":
        buffer = io.BytesIO()
        table.to_parquet(buffer, index=False)
        right(imported(tmp_path, {"run.parquet": buffer.getvalue()}, wanted))
        return
    text = table.to_csv(index=False)
    right(take(text, wanted))
    refused(
        take, text, mapping('"nobody"'), "no row has 'nobody' in 'pod', which holds .*; correct"
    )


def test_rows_of_several_pods_below_each_other_are_told_what_to_write(shank, take):
    whose = {"ankle": 1, "waist": 3}
    text = long_table(shank, whose=whose, among=False).to_csv(index=False)
    alone = f'{MS}[pods.shank_left]\nacc = {AXES}\nacc_unit = "m/s2"\n'
    refused(take, text, alone, r'runs backward .* rows = \{ "Sensor ID" = 3 \}, and acc_rows and')


@pytest.mark.parametrize("rows", ['"pod"', "[1]", '{ "pod" = [1] }'])
def test_a_choice_of_rows_that_is_none_is_refused(shank, take, rows):
    wrong = mapping("1").replace('{ "pod" = 1 }', rows)
    refused(take, "t,x\n1,2\n", wrong, "rows is .*; write which column says whose each row is")


def test_an_axis_that_counts_the_other_way_round_is_named_with_what_to_write(shank, take):
    axis = int(np.argmax(shank.gyr.std(axis=0)))
    flip = 1 - 2 * np.eye(3)[axis]
    text, name = shank.text(gyr=shank.gyr * flip), f"g{'xyz'[axis]}"
    refused(take, text, MS + POD, f"write '-{name}' in place of '{name}'")
    right(take(text, MS + POD.replace(f'"{name}"', f'"-{name}"')))


def test_a_scale_that_shanks_alone_have_is_asked_of_the_pelvis(read, make_signals, make_table):
    _, acc, gyr = make_signals()
    pelvis = '[pods.pelvis]\nacc = ["pX", "pY", "pZ"]\nacc_unit = "m/s2"\n'
    pelvis += 'gyr = ["qX", "qY", "qZ"]\ngyr_unit = "rad/s"\n'
    names = {f"{one}{axis}": axis for one in "pq" for axis in "XYZ"}
    more = {k: (acc if k[0] == "p" else gyr)[:, "XYZ".index(v)] for k, v in names.items()}
    table = make_table(acc, gyr / 1.02, **more)
    text = f"rate_hz = 200\n{pelvis}{POD_OF_TABLE}"
    assert not said(read(table, text))
    assert said(read(table, f"{text}gyr_scale = 1.02\n"))
    both = text.replace('"rad/s"\n', '"rad/s"\ngyr_scale = 1.02\n')
    assert not said(read(table, both))


def said(recording):
    said = any("is another than that of the shanks" in note for note in recording.notes)
    assert recording.doubts == (("gyr_scale",) if said else ())
    return said
