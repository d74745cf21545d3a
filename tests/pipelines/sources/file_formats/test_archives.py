"""Archives that would burst, are damaged or lead out of their folder: one sentence, and no harm."""

import io
import zipfile

import pytest
from foreign_exports.moved_pods import moved, written

from pipelines.sources import read


def hostile(*members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


HOSTILE = {
    "which no recording does": lambda: hostile(("Accelerometer.csv", b"0" * 400_000_000)),
    "holds 0 files": hostile,
    "holds 1001 files": lambda: hostile(*[(f"{k}.csv", b"a") for k in range(1001)]),
    "holds two files 'x.csv'": lambda: hostile(("a/x.csv", b"1"), ("b/x.csv", b"1")),
    "damaged or no ZIP file": lambda: b"PK\x03\x04 no archive",
    "damaged or no ZIP": lambda: hostile(("x.csv", b"a,b\n1,2\n" * 500))[:-90],
}


@pytest.mark.parametrize("sentence", HOSTILE)
def test_hostile_archives_are_one_sentence(tmp_path, sentence):
    file = tmp_path / "phone.zip"
    file.write_bytes(HOSTILE[sentence]())
    with pytest.raises((ValueError, OSError), match=sentence):
        read(file, "phyphox", pods={"pelvis": "phone"})


def test_names_that_leave_the_archive_lead_nowhere(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (file,) = written("phyphox", folder, {"pelvis": moved()})
    with zipfile.ZipFile(file) as archive:
        members = [(f"../../{name}", archive.read(name)) for name in archive.namelist()]
    members.append(("/etc/midstance-test", b"x"))
    (folder / "evil P1A.zip").write_bytes(hostile(*members))
    before = set(tmp_path.parent.rglob("*Accelerometer*"))
    recording = read(folder / "evil P1A.zip", "phyphox", pods={"pelvis": "P1A"})
    assert len(recording.pods["pelvis"].acc_mps2) == len(moved()[0])
    assert set(tmp_path.parent.rglob("*Accelerometer*")) == before
