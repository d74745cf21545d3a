"""Every byte of a stored file is covered, also those that no page checksum covers."""

import os
import random
from hashlib import sha256
from io import BytesIO

import pyarrow.parquet as pq
import pytest

from pipelines import store
from pipelines.store.left_out import LeftOutWarning
from pipelines.store.parquet import before_duckdb, changed_bytes, checked_file
from pipelines.store.parquet.stance_schema import stance_layout
from pipelines.store.tables.stance_file import read_header, read_stances
from pipelines.store.upkeep.verify import verify


def test_every_single_byte_of_a_file_counts(save):
    clean = save(stances=2).stances.read_bytes()
    assert len(changed_bytes.check_all(BytesIO(clean))) == 64
    rng = random.Random(3)
    for place in rng.sample(range(len(clean)), 3000):
        damaged = bytearray(clean)
        damaged[place] ^= 1 << rng.randrange(8)
        assert not _passes(BytesIO(damaged)), place


def _passes(file):
    """A file whose place for a digest is damaged counts as having none, nor an older one."""
    try:
        return changed_bytes.check_all(file) != ""
    except changed_bytes.DigestError:
        return False


@pytest.mark.parametrize("at_once", [0, 1 << 20])
def test_a_changed_byte_is_found_whether_a_file_is_read_at_once_or_not(save, monkeypatch, at_once):
    monkeypatch.setattr(checked_file, "AT_ONCE", at_once)
    path = save(stances=2).stances
    clean = path.read_bytes()
    known = checked_file.read(path, stance_layout())[0]
    assert known.num_rows == 2
    for place in range(4, len(clean), len(clean) // 20):
        path.write_bytes(clean[:place] + bytes([clean[place] ^ 8]) + clean[place + 1 :])
        with pytest.raises(checked_file.DamagedFileError):
            checked_file.read(path, stance_layout())
    path.write_bytes(clean)
    assert checked_file.read(path, stance_layout())[0].equals(known)


def test_a_file_without_its_seal_is_not_taken_for_an_older_one(save):
    path = save().stances
    for key in (changed_bytes.FOOTER_KEY, changed_bytes.BODY_KEY):
        clean = path.read_bytes()
        path.write_bytes(clean.replace(key.encode(), key[:-1].encode() + b"7"))
        with pytest.raises(OSError, match="the header differs from what was written"):
            read_header(path)
        path.write_bytes(clean)


def test_the_header_alone_is_read_without_the_data(save):
    path = save().stances
    damaged = bytearray(path.read_bytes())
    damaged[40] ^= 1
    path.write_bytes(damaged)
    assert read_header(path)["grade"] == "B"
    with pytest.raises(OSError, match="its data differ from what was written"):
        read_stances(path)


@pytest.fixture
def older(save):
    """A file as it was before files had digests: texts and page checksums alone."""
    path = save().stances
    table, texts = checked_file.read(path, stance_layout())
    texts = {key: text for key, text in texts.items() if not key.endswith("_sha256")}
    words = "".join(f"{key}\0{texts[key]}\0" for key in sorted(texts))
    texts[checked_file.OLD_DIGEST_KEY] = sha256(words.encode()).hexdigest()
    kept = {b"PANDAS_ATTRS": table.schema.metadata[b"PANDAS_ATTRS"]}
    table = table.replace_schema_metadata(kept)
    with pq.ParquetWriter(path, table.schema, write_page_checksum=True) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(texts)
    return path


def test_an_older_file_is_still_read_and_its_pages_are_still_checked(older, tmp_path):
    opened = store.open(tmp_path)
    assert len(read_stances(older).frame) == 6
    assert opened.sql("select count(*) n from stances")["n"].tolist() == [6]
    assert not any(one.problems for one in verify(older))
    chunk = pq.read_metadata(older).row_group(0).column(4)
    damaged = bytearray(older.read_bytes())
    damaged[chunk.data_page_offset + chunk.total_compressed_size // 2] ^= 1
    older.write_bytes(damaged)
    with pytest.warns(LeftOutWarning, match="is damaged"):
        assert opened.sql("select count(*) n from stances")["n"].tolist() == [0]


def test_sql_looks_through_a_file_once_and_again_when_it_changes(save, tmp_path, monkeypatch):
    path = save().stances
    looked = []
    monkeypatch.setattr(before_duckdb, "SETTLED_NS", 0)
    look = checked_file.checked_schema
    monkeypatch.setattr(checked_file, "checked_schema", lambda *a: looked.append(a) or look(*a))
    opened = store.open(tmp_path)
    for _ in range(3):
        assert len(opened.sql("select * from stances")) == 6
    assert len(looked) == 1
    times = path.stat()
    damaged = bytearray(path.read_bytes())
    damaged[40] ^= 1
    path.write_bytes(damaged)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.warns(LeftOutWarning, match="its data differ"):
        assert len(opened.sql("select * from stances")) == 0


def test_an_answer_about_a_young_file_is_not_remembered(save, tmp_path, monkeypatch):
    save()
    looked = []
    look = checked_file.checked_schema
    monkeypatch.setattr(checked_file, "checked_schema", lambda *a: looked.append(a) or look(*a))
    monkeypatch.setattr(before_duckdb, "SETTLED_NS", 10**15)
    for _ in range(2):
        store.open(tmp_path).sql("select count(*) from stances")
    assert len(looked) == 2
