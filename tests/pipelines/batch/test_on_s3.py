"""A store on S3, by a server that speaks its protocol: the same bytes, whatever is refused."""

import random
import time

import pytest
from as_a_user.many_processes import python
from services.s3_service import at, keeping, objects, refusing, silent, upload

from pipelines.store.files import session_files
from pipelines.store.s3 import bucket
from pipelines.store.s3.bucket import Bucket

NAME, PREFIX = "runs", "team/store"
ADDRESS = f"s3://{NAME}/{PREFIX}"
FIRST = "2026-11-10-a1b2"
SAMPLES = f"raw/athlete=ana/{FIRST}.raw.parquet"


@pytest.fixture(scope="module")
def service():
    with keeping() as url:
        yield url


@pytest.fixture
def client(service):
    boto3 = pytest.importorskip("boto3", reason="boto3 is not installed")
    one = boto3.client("s3", endpoint_url=service)
    yield one
    for key in objects(one, NAME, "team"):
        one.delete_object(Bucket=NAME, Key=f"team/{key}")


@pytest.fixture
def stored(client, recorded):
    """The six runs, in a bucket."""
    upload(client, recorded, NAME, PREFIX)
    return client


def test_the_same_bytes_as_on_a_disk_and_then_nothing_to_do(batch_here, stored, computed):
    done = batch_here(ADDRESS)
    assert [one.trouble for one in done.failed] == []
    assert objects(stored, NAME, PREFIX) == computed
    assert {one.kind for one in batch_here(ADDRESS).sessions} == {"skipped"}
    assert (
        len(batch_here(ADDRESS, where="left_stances_count > 0 and day > '2026-11-11'").sessions)
        == 2
    )
    assert objects(stored, NAME, PREFIX) == computed


def test_a_report_of_a_store_in_a_bucket(batch_here, client, processed, tmp_path):
    upload(client, processed, NAME, PREFIX)
    done = batch_here(ADDRESS, athletes=["ben"], where=f"session = '{FIRST}'", reports=tmp_path)
    assert [one.kind for one in done.reports] == ["done"]
    assert (tmp_path / "ben" / f"{FIRST}.html").stat().st_size > 10_000


def test_one_damaged_object_stops_no_other(batch_here, stored, computed):
    stored.put_object(Bucket=NAME, Key=f"{PREFIX}/{SAMPLES}", Body=b"PAR1 and then nothing")
    done = batch_here(ADDRESS, athletes=["ana"], where="day < '2026-11-12'")
    assert [one.kind for one in done.sessions] == ["failed", "done"]
    assert "is damaged" in done.failed[0].trouble
    there = objects(stored, NAME, PREFIX)
    assert f"stances/athlete=ana/{FIRST}.stances.parquet" not in there


PUTS = """
import sys
from pipelines.store.s3.bucket import Bucket
data = b"y" * 40_000_000
print("ready", flush=True)
while True:
    Bucket(sys.argv[1]).put(sys.argv[2], data)
"""


def test_an_upload_that_is_killed_leaves_the_object_of_before_or_the_whole_new_one(
    stored, tmp_path
):
    before = objects(stored, NAME, PREFIX)[SAMPLES]
    (tmp_path / "puts.py").write_text(PUTS)
    process = python(tmp_path / "puts.py", ADDRESS, SAMPLES)
    assert process.stdout.readline() == "ready\n"
    time.sleep(random.Random(1).uniform(0.0, 0.3))
    process.kill()
    process.communicate()
    now = objects(stored, NAME, PREFIX)[SAMPLES]
    assert now in (before, b"y" * 40_000_000)


def test_killed_between_its_tables_a_session_is_done_again(
    batch_here, monkeypatch, client, processed, computed
):
    upload(client, processed, NAME, PREFIX)
    put, lost = Bucket.put, f"{PREFIX}/stances/athlete=ana/{FIRST}.stances.parquet"
    client.delete_object(Bucket=NAME, Key=lost)

    def two(self, name, data):
        if name.startswith("stances"):
            raise ConnectionError("cut")
        put(self, name, data)

    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "put", two)
        done = batch_here(ADDRESS, athletes=["ana"])
        assert [one.trouble for one in done.failed] == ["cut"]
    assert [one.kind for one in batch_here(ADDRESS).sessions] == ["done", *["skipped"] * 5]
    assert objects(client, NAME, PREFIX) == computed


def test_names_that_lead_out_are_left_alone(batch_here, stored, tmp_path):
    key = f"{PREFIX}/people/ana/../../../../outside.toml"
    stored.put_object(Bucket=NAME, Key=key, Body=b"mass_kg = 60")
    done = batch_here(ADDRESS, athletes=["ana"], where=f"session = '{FIRST}'")
    assert len(done.failed) in (0, 2)  # refused, where the service lets such a name be
    assert not list(tmp_path.rglob("outside.toml"))


def test_what_is_not_there_or_cannot_be_is_one_sentence(batch_here, stored, tmp_path):
    for address, words in (
        ("s3://nobucket/store", "there is no bucket nobucket; create it, or check the address"),
        (f"s3://{NAME}/other", "no raw session files in s3://runs/other; name a store, or other"),
    ):
        with pytest.raises(FileNotFoundError, match=words):
            batch_here(address)
    with pytest.raises(ValueError, match="--into takes a store in a folder"):
        batch_here(ADDRESS, into=tmp_path / "new", where=f"session = '{FIRST}'")


def test_a_service_that_refuses_or_is_silent_or_away_is_one_sentence(
    batch_here, monkeypatch, tmp_path
):
    monkeypatch.setattr(bucket, "ANSWER_S", 1)
    monkeypatch.setattr(bucket, "ATTEMPTS", 1)
    monkeypatch.setenv("HOME", str(tmp_path))
    with refusing() as url:
        with (
            at(url),
            pytest.raises(PermissionError, match="refused: let these credentials list, read"),
        ):
            batch_here(ADDRESS)
        nothing = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
        with (
            at(url, **nothing),
            pytest.raises(PermissionError, match="no credentials are given; set"),
        ):
            batch_here(ADDRESS)
        with at(url), pytest.raises(PermissionError, match="is refused"):
            Bucket(ADDRESS).put("raw/x", b"x")
    with silent() as url, at(url), pytest.raises(TimeoutError, match="did not answer in 1 s; wait"):
        batch_here(ADDRESS)
    with (
        at("http://127.0.0.1:1"),
        pytest.raises(ConnectionError, match="cannot be reached; check net"),
    ):
        batch_here(ADDRESS)


def test_a_footer_longer_than_the_first_look_is_copied_whole(stored, tmp_path, monkeypatch):
    from pipelines.store.s3 import copies
    from pipelines.store.tables.raw_file import read_raw, read_raw_header

    monkeypatch.setattr(copies, "END", 100)
    copies.copy_footer(Bucket(ADDRESS), SAMPLES, tmp_path)
    files = session_files(tmp_path, "ana", FIRST)
    assert read_raw_header(files.raw)["session"] == FIRST
    with pytest.raises(OSError, match="its data differ from what was written"):
        read_raw(files.raw)
