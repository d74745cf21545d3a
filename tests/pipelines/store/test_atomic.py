import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pipelines.errors import cannot_write
from pipelines.store.atomic import publish, publish_text

ROOT = Path(__file__).resolve().parents[3]


def put(text):
    return lambda file: file.write(text.encode())


def test_a_file_appears_complete_and_nothing_else_does(tmp_path):
    target = tmp_path / "athlete=ana" / "x.parquet"
    publish(target, put("whole"))
    assert target.read_text() == "whole"
    assert [path.name for path in target.parent.iterdir()] == ["x.parquet"]


def test_an_existing_file_is_never_overwritten_unless_asked(tmp_path):
    target = tmp_path / "x"
    publish_text(target, "first")
    with pytest.raises(FileExistsError, match="already exists and is never overwritten"):
        publish_text(target, "second")
    assert target.read_text() == "first"
    publish_text(target, "third", replace=True)
    assert target.read_text() == "third"


def test_a_name_taken_while_writing_is_not_overwritten(tmp_path):
    target = tmp_path / "x"

    def slow(file):
        target.write_text("somebody else")
        file.write(b"mine")

    with pytest.raises(FileExistsError, match="already exists"):
        publish(target, slow)
    assert target.read_text() == "somebody else"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failing_writer_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "x"
    publish_text(target, "old")

    def fails(file):
        file.write(b"half")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        publish(target, fails, replace=True)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_readers_never_see_the_file_before_it_is_complete(tmp_path):
    target = tmp_path / "x.parquet"
    seen = []

    def look(file):
        file.write(b"half")
        file.flush()
        seen.extend(tmp_path.glob("[!.]*"))

    publish(target, look)
    assert seen == []


@pytest.mark.skipif(os.name == "nt", reason="limits on file size are a Unix thing")
def test_a_full_disk_is_one_sentence_and_nothing_half_written(tmp_path):
    script = """
import resource, sys
from pathlib import Path
from pipelines.store.atomic import publish_text
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    publish_text(Path(sys.argv[1]), "x" * 5000)
except OSError as error:
    print(error)
"""
    said = run(script, tmp_path / "x")
    assert said == (
        f"no space left for {tmp_path / 'x'}; free some disk space and run it again, "
        "nothing was lost"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_device_that_is_always_full_says_the_same(tmp_path):
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OSError, match="No space") as caught, full.open("wb", buffering=0) as file:
        file.write(b"x")
    assert "free some disk space" in str(cannot_write(tmp_path / "x", caught.value))


@pytest.mark.skipif(os.name == "nt", reason="permissions work otherwise on Windows")
def test_a_read_only_store_is_one_sentence():
    script = """
import os, sys
from pathlib import Path
from pipelines.store.atomic import publish_text
if os.geteuid() == 0:  # permissions do not hold the administrator back
    os.setgid(65534), os.setuid(65534)
try:
    publish_text(Path(sys.argv[1]), "x")
except OSError as error:
    print(error)
"""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        said = run(script, folder / "x")
        assert list(folder.iterdir()) == []
        folder.chmod(0o755)
    assert said == (
        f"cannot write {folder / 'x'}: the folder is read-only; make it writable or name another"
    )


def test_other_trouble_is_passed_on_as_it_is(tmp_path):
    error = OSError(errno.EIO, "Input/output error")
    assert cannot_write(tmp_path, error) is error


def run(script: str, path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return done.stdout.strip()
