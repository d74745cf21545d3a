"""Files that cannot be read: one sentence each."""

import numpy as np
import pytest
from as_a_user.refusals import refused


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".npz"])
def test_an_empty_file_is_one_sentence(read, suffix):
    refused(read, "is empty; export the recording again", b"", suffix=suffix)


def test_a_file_with_a_header_and_no_rows_is_one_sentence(read):
    refused(read, "holds no rows; export the recording again", b"aX,aY,aZ,gX,gY,gZ\n")


@pytest.mark.parametrize("suffix", [".parquet", ".npz"])
def test_a_file_that_is_something_else_is_one_sentence(read, suffix):
    match = r"is damaged or no \w+ file \(.*\); export it again"
    refused(read, match, b"something else" * 9, suffix=suffix, kind=OSError)


@pytest.mark.parametrize("suffix", [".parquet", ".npz"])
def test_a_damaged_file_is_one_sentence(read, make_signals, make_table, suffix, tmp_path):
    _, acc, gyr = make_signals()
    path = tmp_path / f"sound{suffix}"
    if suffix == ".npz":
        np.savez_compressed(path, **{k: v.to_numpy() for k, v in make_table(acc, gyr).items()})
    else:
        make_table(acc, gyr).to_parquet(path, write_page_checksum=True)
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    match = r"is damaged or no \w+ file \(.*\); export it again"
    refused(read, match, bytes(content), suffix=suffix, kind=OSError)


def test_other_kinds_of_files_are_refused_with_those_that_are_read(read):
    refused(read, r"is of an unknown kind; give a file that ends in \.csv", b"x", suffix=".mat")


def test_a_csv_with_a_wrong_separator_says_where_to_set_it(read):
    broken = b'a,b\n1,2\n"3,4\n5'
    match = "has 1 fields in row 2, and its header names 2; correct that row, or set separator"
    refused(read, match, broken)


def test_a_missing_file_is_one_sentence(tmp_path, plain_mapping):
    from pipelines.sources import read_source

    (tmp_path / "m.toml").write_text(plain_mapping)
    with pytest.raises(FileNotFoundError, match=r"there is no file .*; check its name"):
        read_source(tmp_path / "m.toml", tmp_path / "none.csv")


def test_a_file_that_is_no_text_is_one_sentence(read):
    refused(read, "is not text; export it as CSV in UTF-8", bytes(range(256)) * 9)


def test_a_huge_word_or_header_stays_a_readable_sentence(read):
    for data in (
        b"aX,aY,aZ,gX,gY,gZ\n" + b"1" * 100_000 + b",1,1,1,1,1\n",
        b"a" * 100_000 + b"\n1\n",
    ):
        with pytest.raises(ValueError, match=r"column 'aX'|check the columns") as caught:
            read(data)
        assert len(str(caught.value)) < 1000
