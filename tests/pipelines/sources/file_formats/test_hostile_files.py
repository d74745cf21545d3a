"""What no device writes: each is one sentence, in little time and memory."""

import io
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from as_a_user.refusals import refused

from pipelines.sources import read_source
from pipelines.sources.limits import Limits

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def limited(tmp_path, plain_mapping):
    """Read a file under other limits than the usual."""

    def write_and_read(content: bytes, limits: Limits, suffix=".csv", mapping=plain_mapping):
        path = tmp_path / f"limited{suffix}"
        path.write_bytes(content)
        (tmp_path / "limited.toml").write_text(mapping)
        return read_source(tmp_path / "limited.toml", path, limits)

    return write_and_read


# --- CSV --------------------------------------------------------------------------------------


def test_a_separator_at_the_end_of_each_row_moves_no_column(read, data):
    text = data.to_csv(index=False).encode()
    plain = read(text).pods["shank_left"].acc_mps2
    rows_only = text.replace(b"\n", b",\n").replace(b",\n", b"\n", 1)
    for trailing in (rows_only, text.replace(b"\n", b",\n")):
        np.testing.assert_array_equal(read(trailing).pods["shank_left"].acc_mps2, plain)


def test_rows_with_more_values_than_the_header_has_names_are_refused(read, data):
    text = data.to_csv(index=False).encode()
    everywhere = text.replace(b"\n", b",7\n").replace(b",7\n", b"\n", 1)
    refused(read, "has 8 fields in line 2, and its header names 7; write header", everywhere)
    lines = text.splitlines(keepends=True)
    lines[300] = lines[300].replace(b"\n", b",7\n")
    refused(
        read, "has 8 fields in row 300, and its header names 7; correct that row", b"".join(lines)
    )


def test_a_name_that_stands_twice_is_refused_where_it_is_asked_for(read, data):
    text = data.to_csv(index=False).encode()
    refused(read, "has two columns 'aX'; give each", text.replace(b"aY", b"aX", 1))
    assert read(text.replace(b"\n", b",1\n").replace(b",1\n", b",t\n", 1)).pods  # t is not


def test_rows_are_read_some_at_a_time_and_counted_through(read, data, monkeypatch):
    plain = read(data).pods["shank_left"].acc_mps2
    monkeypatch.setattr("pipelines.sources.formats.text.csv_text.BLOCK_BYTES", 1 << 10)
    np.testing.assert_array_equal(read(data).pods["shank_left"].acc_mps2, plain)
    data = data.astype({"aX": "object"})
    data.loc[400, "aX"] = "overrun"
    refused(read, "column 'aX' holds 'overrun' in row 401", data)


def test_one_sign_for_separator_and_decimal_is_refused(read, data, plain_mapping):
    match = "',' would be both separator and decimal; set the other one"
    refused(read, match, data, plain_mapping + "[csv]\ndecimal = ','\n")


def test_text_in_utf_16_and_zeros_after_a_loss_of_power_are_distinguished(read, data):
    text = data.to_csv(index=False)
    plain = read(data).pods["shank_left"].acc_mps2
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        wide = read(text.encode(encoding)).pods["shank_left"]
        np.testing.assert_array_equal(wide.acc_mps2, plain)
    match = f"holds zeros in place of text from byte {len(text)} on; export it again, or cut it"
    refused(read, match, text.encode() + bytes(5000))


def test_limits_of_a_csv(limited, data):
    text = data.to_csv(index=False).encode()
    assert limited(text, Limits(values=3600)).pods
    match = r"claims to hold 3.6e\+03 numbers .* at most 3.6e\+03 are read at once; cut it"
    with pytest.raises(ValueError, match=match):
        limited(text, Limits(values=3599))
    with pytest.raises(ValueError, match="has a line of more than 1000 bytes; export it as CSV"):
        limited(text + b"1" * 3000, Limits(line_bytes=1000))
    with pytest.raises(ValueError, match="has 7 columns, and at most 6 are read"):
        limited(text, Limits(columns=6))
    with pytest.raises(ValueError, match="bytes, and at most 999 are read; check that it is a fil"):
        limited(text, Limits(file_bytes=999))


# --- NPZ --------------------------------------------------------------------------------------


def arrays_of(data):
    return {name: column.to_numpy() for name, column in data.items()}


def npz(data, header: bytes, values: bytes = bytes(80)) -> bytes:
    """Return an NPZ whose array aX has another header (version 1.0) and other values."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, column in arrays_of(data).items():
            array = io.BytesIO()
            np.save(array, column)
            member = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + values
            archive.writestr(f"{name}.npy", member if name == "aX" else array.getvalue())
    return out.getvalue()


@pytest.mark.parametrize("shape", ["(1000000000000,)", "(-10,)", "(3, 1000000000000)", "(11,)"])
def test_an_array_that_says_another_shape_than_it_has_is_never_made_room_for(read, data, shape):
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': %s}\n" % shape.encode()
    match = r"is damaged: 'aX' says its shape is \(.*\) but holds 80 bytes; export it again"
    refused(read, match, npz(data, header), suffix=".npz", kind=OSError)


@pytest.mark.parametrize("header", [b"{'descr': '<f8', 'x\n", b"\0\1\2((((\n", b"(" * 9000])
def test_an_array_with_a_header_of_nonsense_is_damaged(read, data, header):
    match = r"is damaged or no NPZ file \(.*\); export it again"
    refused(read, match, npz(data, header), suffix=".npz", kind=OSError)


def test_what_unpacks_to_too_much_is_refused_unpacked(limited, data):
    out = io.BytesIO()
    np.savez_compressed(out, **arrays_of(data) | {"aX": np.zeros(100_000)})
    with pytest.raises(ValueError, match=r"claims to hold 1.03e\+05 numbers .*; cut it"):
        limited(out.getvalue(), Limits(values=100_000), ".npz")
    with pytest.raises(ValueError, match="claims to hold too many arrays; export it again"):
        limited(out.getvalue(), Limits(directory_bytes=100), ".npz")


@pytest.mark.parametrize(
    ("made", "match"),
    [
        (lambda x: x.astype(object), "'aX' holds objects; save it as an array of numbers"),
        (lambda x: np.zeros(600, "f8, i4"), "'aX' holds objects; save it as an array of numbers"),
        (lambda x: x + 1j, "column 'aX' is of type complex128; name a column of numbers"),
        (lambda x: x > 0, "column 'aX' is of type bool; name a column of numbers"),
    ],
)
def test_arrays_of_other_things_than_numbers_are_refused(read, data, made, match):
    arrays = arrays_of(data)
    refused(read, match, {**arrays, "aX": made(arrays["aX"])}, suffix=".npz")


# --- Parquet ----------------------------------------------------------------------------------


def test_damaged_notes_of_pandas_do_not_matter(read, data, tmp_path):
    plain = read(data).pods["shank_left"].acc_mps2
    table = pa.Table.from_pandas(data)
    for notes in (b"{", b"[]", b'{"columns": 3, "index_columns": [{"kind": "range"}]}', b"\xff"):
        pq.write_table(table.replace_schema_metadata({b"pandas": notes}), tmp_path / "x.parquet")
        again = read((tmp_path / "x.parquet").read_bytes(), suffix=".parquet")
        np.testing.assert_allclose(again.pods["shank_left"].acc_mps2, plain)


def test_few_values_said_often_are_counted_before_they_are_laid_out(limited, tmp_path):
    columns = {name: pa.repeat(1.0, 1_000_000) for name in ("aX", "aY", "aZ", "gX", "gY", "gZ")}
    pq.write_table(pa.table(columns), tmp_path / "x.parquet")
    content = (tmp_path / "x.parquet").read_bytes()
    assert len(content) < 30_000
    with pytest.raises(ValueError, match=r"claims to hold 6e\+06 numbers .*; cut it"):
        limited(content, Limits(values=5_000_000), ".parquet")


def with_long_words(data):
    """Return the data with 600 MB of words, which take few kB in a file."""
    return data.assign(aX=pd.Categorical.from_codes([0] * len(data), ["1" * 1_000_000]))


def test_long_words_said_often_are_not_laid_out_either(read, data):
    data = with_long_words(data)
    refused(read, r"column 'aX' holds '1+ …' in row 1, which is not", data, suffix=".parquet")


@pytest.mark.parametrize(
    ("value", "kind"),
    [([1.0, 2.0], "list"), ({"a": 1.0}, "struct"), (b"1", "binary"), (True, "bool")],
)
def test_columns_of_other_things_are_refused_with_their_type(read, data, value, kind):
    data["aX"] = pd.Series([value] * 600)
    refused(read, f"column 'aX' is of type {kind}", data, suffix=".parquet")


def test_numbers_as_words_decimals_and_categories_are_read(read, data):
    plain = read(data).pods["shank_left"].acc_mps2
    for made in (data["aX"].astype(str), data["aX"].astype("category")):
        again = read(data.assign(aX=made), suffix=".parquet").pods["shank_left"].acc_mps2
        np.testing.assert_allclose(again, plain)


def test_a_column_at_odds_with_its_statistics_does_not_end_the_process(
    read, data, tmp_path, plain_mapping
):
    """Who asks pyarrow 26 about such a column gets std::terminate in place of an error."""
    read(data)
    data.to_parquet(tmp_path / "x.parquet")
    content = (tmp_path / "x.parquet").read_bytes()
    optional, required = b"\x25\x02\x18\x02aX", b"\x25\x00\x18\x02aX"  # in the schema
    assert content.count(optional) == 1
    (tmp_path / "x.parquet").write_bytes(content.replace(optional, required))
    said = subprocess.run(
        [sys.executable, "-c", READ, tmp_path / "mapping.toml", tmp_path / "x.parquet"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    assert "is damaged or no Parquet file (Definition level histogram size mismatch" in said


READ = """
import sys
from pathlib import Path
from pipelines.sources import read_source
try:
    read_source(*map(Path, sys.argv[1:]))
except OSError as error:
    print(error)
"""


# --- files that are none, and the memory of it all --------------------------------------------


def test_folders_pipes_and_devices_are_refused_unopened(read, data, tmp_path, plain_mapping):
    read(data)
    mapping = tmp_path / "mapping.toml"
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for path, match in (
        (tmp_path / "pipe.csv", "is a pipe or a device; save it as a file and name that"),
        (Path("/dev/zero"), "is a pipe or a device; save it as a file and name that"),
        (tmp_path / "folder.csv", "is a folder; name the file in it"),
    ):
        with pytest.raises(ValueError, match=match):
            read_source(mapping, path)
    for path in (tmp_path / "pipe.csv", Path("/dev/zero")):
        with pytest.raises(ValueError, match="is a pipe or a device"):
            read_source(path, tmp_path / "data.csv")


def test_a_size_beyond_full_scale_or_any_sensor_is_refused(read, data, plain_mapping):
    match = "100% of acc is beyond acc_range; give the full scale in m/s2"
    refused(read, match, data, plain_mapping + "acc_range = 1e-3\n")
    data.loc[7, "aX"] = 1e300
    match = r"acc reaches 1e\+300 in row 8, which no sensor measures; correct its unit or scale"
    refused(read, match, data)


HOSTILE = """
import resource, sys
from pathlib import Path
from pipelines.sources import read_source
folder = Path(sys.argv[1])
def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
read_source(folder / "sound.toml", folder / "sound.csv")
read_source(folder / "sound.toml", folder / "sound.parquet")
before = peak_mb()
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
for mapping, data in [line.split() for line in (folder / "pairs").read_text().splitlines()]:
    try:
        read_source(folder / mapping, folder / data)
        print("read", mapping, data)
    except (OSError, ValueError) as error:
        print(error)
print(peak_mb() - before)
"""


@pytest.mark.skipif(os.name == "nt", reason="limits on memory are a Unix thing")
def test_hostile_files_cost_little_memory(tmp_path, data, plain_mapping):
    data.to_csv(tmp_path / "sound.csv", index=False)
    data.to_parquet(tmp_path / "sound.parquet")
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}\n"
    (tmp_path / "claims.npz").write_bytes(npz(data, header))
    with_long_words(data).to_parquet(tmp_path / "words.parquet")
    (tmp_path / "line.csv").write_bytes(b"aX,aY,aZ,gX,gY,gZ\n" + b"1" * 30_000_000)
    with (tmp_path / "gaps.csv").open("wb") as file:
        file.truncate(7 << 30)  # takes no room on the disk
    mappings = {
        "sound": plain_mapping,
        "skip": plain_mapping + "[csv]\nskip_rows = 50000000\n",
        "nines": plain_mapping + f"[csv]\nskip_rows = {'9' * 30}\n",
        "deep": "x = " + "[\n" * 5000 + "]\n" * 5000,
        "dots": "\n".join(f"k{k}{'.a' * 490} = 1" for k in range(64)),
        "long": "x" + ".x" * 30_000 + " = 1",
    }
    for name, text in mappings.items():
        (tmp_path / f"{name}.toml").write_text(text)
    pairs = [f"{name}.toml sound.csv" for name in list(mappings)[1:]]
    files = ("claims.npz", "words.parquet", "line.csv", "gaps.csv", "sound.toml")
    pairs += [f"sound.toml {name}" for name in files]
    (tmp_path / "pairs").write_text("\n".join(pairs))
    said = subprocess.run(
        [sys.executable, "-c", HOSTILE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout.splitlines()
    assert len(said) == len(pairs) + 1, said
    assert not [line for line in said if line.startswith("read")]
    assert int(said[-1]) < 100, said
