"""The page is handed out whole or not at all."""

import errno
import shutil

import pytest

from pipelines.phone.files import PAGE, write_page


def test_the_page_is_copied_to_the_last_byte(tmp_path):
    written = write_page(tmp_path / "new" / "page")
    assert {path.name: path.read_bytes() for path in written} == {
        path.name: path.read_bytes() for path in PAGE.iterdir()
    }


def test_a_full_disk_leaves_no_half_of_the_page(tmp_path, monkeypatch):
    copied = []

    def until_full(source, target):
        if len(copied) == 3:
            target.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        copied.append(real(source, target))

    real = shutil.copyfile
    monkeypatch.setattr(shutil, "copyfile", until_full)
    with pytest.raises(OSError, match=r"no space left for .*page; free some disk space"):
        write_page(tmp_path / "page")
    assert not list((tmp_path / "page").iterdir())
    monkeypatch.setattr(shutil, "copyfile", real)
    assert write_page(tmp_path / "page")
