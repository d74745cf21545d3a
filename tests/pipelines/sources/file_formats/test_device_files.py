"""Readers of devices' own files: their times, what is lost, what is hostile."""

import io
import json
import zipfile
from contextlib import suppress

import numpy as np
import pytest
from foreign_exports import START_S, G, cwa_bytes, geneactiv_text, gt3x_bytes

from pipelines.sources.formats.actigraph import read_gt3x
from pipelines.sources.formats.axivity_cwa import read_cwa
from pipelines.sources.formats.geneactiv import read_geneactiv
from pipelines.sources.formats.movesense_json import read_movesense_json
from pipelines.sources.formats.movesense_sbem import read_sbem
from pipelines.sources.limits import LIMITS, Limits

ACC = ("acc_x", "acc_y", "acc_z")
READERS = {
    ".bin": read_geneactiv,
    ".cwa": read_cwa,
    ".gt3x": read_gt3x,
    ".json": read_movesense_json,
    ".sbem": read_sbem,
}
LIMITED = (".bin", ".cwa", ".gt3x", ".json")


def steady(count, seed=0):
    rng = np.random.default_rng(seed)
    acc = np.array([0.5, -1.0, 9.6]) + rng.normal(scale=2.0, size=(count, 3))
    return acc, rng.normal(scale=2.0, size=(count, 3))


def read(path, content, wanted=("time", *ACC), limits=LIMITS):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return READERS[path.suffix](path, wanted, limits)


def seconds(table):
    return table.arrays["time"].astype("datetime64[us]").astype(np.int64) / 1e6


@pytest.mark.parametrize("true_hz", [197.24, 200.0, 203.1])
def test_the_fraction_of_a_second_of_axivity_is_read(tmp_path, true_hz):
    acc, gyr = steady(12_000)
    table = read(tmp_path / "a.cwa", cwa_bytes(acc, gyr, 200.0, true_hz=true_hz))
    true_s = 1_795_339_800.0 + np.arange(len(acc)) / true_hz
    off_s = seconds(table) - true_s
    # Its clock is read up to one sample after the sample that it is written to.
    assert np.abs(off_s - 0.5 / true_hz).max() < 0.4 / true_hz
    assert np.abs(np.median(off_s) - 0.5 / true_hz) < 0.1 / true_hz


def test_lost_blocks_of_axivity_are_gaps(tmp_path):
    acc, gyr = steady(8_000)
    table = read(tmp_path / "a.cwa", cwa_bytes(acc, gyr, 200.0, lost=(50, 51)))
    steps_s = np.diff(seconds(table))
    assert np.count_nonzero(steps_s > 0.0075) == 1
    assert steps_s.max() == pytest.approx(81 / 200, abs=0.004)


def test_a_damaged_block_is_left_out_and_said(tmp_path):
    content = bytearray(cwa_bytes(*steady(4_000), 200.0))
    content[1024 + 512 * 20 + 100] ^= 0xFF
    table = read(tmp_path / "a.cwa", bytes(content))
    assert len(table.arrays["time"]) == 4_000 - 40
    assert table.notes == ("1 blocks of damaged samples left out",)


def test_an_axivity_without_turns_says_so(tmp_path):
    acc, _ = steady(4_000)
    table = read(tmp_path / "a.cwa", cwa_bytes(acc, None, 200.0), wanted=ACC)
    assert table.names == ("time", *ACC)
    found = np.column_stack([table.arrays[name] for name in ACC]) * G
    assert np.abs(found - acc).max() < 0.003


def test_packed_samples_of_axivity(tmp_path):
    values = np.array([[100, -200, 511], [-512, 0, 1]])
    exponent = 2
    words = [
        sum(((int(x) & 0x3FF) << shift) for x, shift in zip(row, (0, 10, 20), strict=True))
        | (exponent << 30)
        for row in values
    ]
    block = bytearray(cwa_bytes(*steady(40), 200.0))[1024:1536]
    block[18:20], block[25], block[28:30] = bytes(2), 0x30, (2).to_bytes(2, "little")
    block[30:510] = np.array([*words, *[0] * 118], "<u4").tobytes()
    block[510:512] = bytes(2)
    total = int(np.frombuffer(bytes(block), "<u2").sum()) & 0xFFFF
    block[510:512] = ((0x10000 - total) & 0xFFFF).to_bytes(2, "little")
    table = read(tmp_path / "a.cwa", cwa_bytes(*steady(0), 200.0) + bytes(block))
    found = np.column_stack([table.arrays[name] for name in ACC])
    np.testing.assert_allclose(found, values * 4 / 256)


def test_pages_of_geneactiv_are_timed_by_their_line(tmp_path):
    acc, _ = steady(300 * 80)
    true_hz = 99.3
    table = read(tmp_path / "a.bin", geneactiv_text(acc, 100.0, true_hz=true_hz, lost=(40,)))
    true_s = START_S + np.delete(np.arange(len(acc)), np.s_[12_000:12_300]) / true_hz
    assert np.abs(seconds(table) - true_s).max() < 0.5
    steps_s = np.diff(seconds(table))
    assert np.count_nonzero(steps_s > 0.015) == 1
    assert np.median(steps_s) == pytest.approx(1 / true_hz, rel=1e-3)
    assert table.zoned == {"time"}


def test_a_clock_of_geneactiv_that_was_set_is_refused(tmp_path):
    first, second = (
        geneactiv_text(steady(9_000)[0], 100.0),
        geneactiv_text(steady(18_000)[0], 100.0),
    )
    late = second[second.index("Sequence Number:30") :].replace("2026-11-22 09", "2026-11-22 11")
    with pytest.raises(ValueError, match="its clock was set, or pages are missing"):
        read(tmp_path / "a.bin", first + "Recorded Data\r\n" + late)


def test_what_actigraph_filled_in_is_a_gap(tmp_path):
    pytest.importorskip("pygt3x")
    acc, _ = steady(3_000)
    table = read(tmp_path / "a.gt3x", gt3x_bytes(acc, 100.0, asleep=(10, 11)))
    steps_s = np.diff(seconds(table))
    assert steps_s.max() > 1.9
    assert len(table.arrays["time"]) == 2_800
    assert table.notes == ("200 samples of idle sleep, which were not measured, left out",)
    assert seconds(table)[0] == pytest.approx(START_S)
    assert table.zoned == {"time"}


def test_the_reader_of_actigraph_is_named_where_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pygt3x.reader", None)
    with pytest.raises(ValueError, match=r"pip install 'midstance\[actigraph\]' brings it"):
        read(tmp_path / "a.gt3x", gt3x_bytes(steady(300)[0], 100.0))


def test_lines_of_the_showcase_app_are_a_log_too(tmp_path):
    rows = [{"x": 1.0, "y": 2.0, "z": 9.5}, {"x": 1.5, "y": 2.0, "z": 9.6}]
    lines = [json.dumps({"acc": {"Timestamp": at, "ArrayAcc": rows}}) for at in (100, 120, 140)]
    table = read(tmp_path / "a.json", "\n".join(lines), wanted=("acc_time", "acc_x"))
    np.testing.assert_array_equal(table.arrays["acc_time"], [100, 100, 120, 120, 140, 140])
    np.testing.assert_array_equal(table.arrays["acc_x"], [1, 1.5] * 3)


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


HOSTILE = {
    "empty.cwa": (b"", "is no CWA"),
    "text.cwa": (b"a,b\n1,2\n", "is no CWA"),
    "header.cwa": (cwa_bytes(*steady(0), 200.0), "holds no whole block"),
    "noise.cwa": (b"MD\xfc\x03" + np.random.default_rng(0).bytes(9_999), "holds no whole block"),
    "empty.bin": (b"", "is no recording of a GENEActiv"),
    "noise.bin": (np.random.default_rng(0).bytes(9_999), "is no recording of a GENEActiv"),
    "header.bin": (b"Device Identity\r\n" * 9_999, "holds no recorded page"),
    "nogain.bin": (geneactiv_text(steady(900)[0], 100.0).replace("x gain", "gain"), "'x gain'"),
    "pages.bin": (b"Device Identity\r\nRecorded Data\r\nFF\r\n" * 99, "holds no whole page"),
    "text.gt3x": (b"no archive", "damaged or no gt3x"),
    "other.gt3x": (zipped(a_txt=b"x"), "is no recording of an ActiGraph"),
    "old.gt3x": (zipped(info_txt=b"x", activity_bin=b"x"), "is of an older ActiGraph"),
    "bomb.gt3x": (zipped(info_txt=b"x", log_bin=bytes(300_000_000)), "more than is read"),
    "empty.sbem": (b"", "holds no samples of an IMU"),
    "noise.sbem": (np.random.default_rng(0).bytes(9_999), "not a log of a Movesense"),
    "cut.sbem": (b"SBEM0112" + b"\x05\xff", "log cut off"),
    "empty.json": (b"", "is no log of a Movesense"),
    "list.json": (b"[1, 2, 3]", "holds no acceleration of a Movesense"),
    "deep.json": (b"[" * 100_000, "nests too deeply|is no log"),
    "many.json": (b"[" + b"[]," * 9_000_000 + b"1]", "needs too much memory"),
    "words.json": (
        b'{"Timestamp": 1, "ArrayAcc": [{"x": "a", "y": 1, "z": 1}]}',
        "holds 'a' in place of a number",
    ),
    "keys.json": (b'{"Timestamp": 1, "ArrayAcc": [{"x": 1}]}', "is no log of a Movesense"),
    "huge.json": (
        b'{"Timestamp": 1, "ArrayAcc": [{"x": 1' + b"0" * 999 + b', "y": 1, "z": 1}]}',
        "is no log of a Movesense",
    ),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_are_one_sentence(tmp_path, name):
    content, sentence = HOSTILE[name]
    with pytest.raises((ValueError, OSError), match=sentence) as trouble:
        read(tmp_path / name, content)
    assert "\n" not in str(trouble.value)
    assert len(str(trouble.value)) < 600


@pytest.mark.parametrize("suffix", LIMITED)
def test_more_numbers_than_are_read_at_once_are_refused(tmp_path, suffix):
    acc, gyr = steady(3_000)
    rows = [dict(zip("xyz", map(float, row), strict=True)) for row in acc]
    content = {
        ".cwa": cwa_bytes(acc, gyr, 200.0),
        ".bin": geneactiv_text(acc, 100.0),
        ".gt3x": gt3x_bytes(acc, 100.0),
        ".json": json.dumps({"Timestamp": 1, "ArrayAcc": rows}),
    }[suffix]
    with pytest.raises(ValueError, match="numbers for the pods, and at most"):
        read(tmp_path / f"a{suffix}", content, limits=Limits(values=1_000))


@pytest.mark.parametrize("suffix", LIMITED)
@pytest.mark.campaign(short=2, long=200)
def test_damage_is_read_or_refused(tmp_path, suffix, seed):
    if suffix == ".gt3x":
        pytest.importorskip("pygt3x")
    rng = np.random.default_rng(seed)
    acc, gyr = steady(1_200)
    rows = [dict(zip("xyz", map(float, row), strict=True)) for row in acc]
    content = {
        ".cwa": cwa_bytes(acc, gyr, 200.0),
        ".bin": geneactiv_text(acc, 100.0).encode(),
        ".gt3x": gt3x_bytes(acc, 100.0),
        ".json": json.dumps({"Timestamp": 1, "ArrayAcc": rows}).encode(),
    }[suffix]
    damaged = bytearray(content)
    for at in rng.integers(0, len(damaged), 8):
        damaged[at] = int(rng.integers(0, 256))
    with suppress(ValueError, OSError):
        table = read(tmp_path / f"a{suffix}", bytes(damaged[: rng.integers(1, len(damaged) + 1)]))
        assert len({len(values) for values in table.arrays.values()}) <= 1
