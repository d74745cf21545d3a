"""Files of other systems, damaged and hostile: each is taken in, or refused in one sentence."""

import io
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.process.imported import import_file
from pipelines.sources import read_source
from pipelines.store.upkeep.verify import verify

resource = pytest.importorskip("resource", reason="the memory of a process is a Unix figure")

CASES_PER_SEED = 60
MOST_GROWTH_MB = 400
COLUMNS = ("aX", "aY", "aZ", "gX", "gY", "gZ")
MAPPING = """\
time = "t"
time_unit = "ms"
rate_hz = 200
started = 2026-11-22T08:30:00+02:00

[csv]
separator = ","
decimal = "."
skip_rows = 0

[pods.shank_left]
acc = ["aX", "aY", "aZ"]
acc_unit = "m/s2"
acc_scale = 1.0
acc_range = 200
gyr = ["gX", "gY", "gZ"]
gyr_unit = "rad/s"
gyr_range = 35
axes = "+x+y+z"

[pods.pelvis]
acc = ["bX", 0, "bZ"]
acc_unit = "m/s2"
rate_hz = 200.0
"""
VALUES = (
    "0", "-1", "1", "200", "nan", "inf", "-inf", "1e12", "1e308", "1e-308", "9" * 30, "9" * 900,
    "true", '""', '"t"', '"aX"', '"none"', '"g"', '"s"', '"ns"', "[]", "[1, 2, 3]", "{}", "{a = 1}",
    '["aX", "aX", "aZ"]', '["t", "gX", "aZ"]', "[[[]]]", "[" * 300 + "]" * 300, "2026-11-22",
    "08:30:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1970-01-01T00:00:00Z",
    '"\\n"', '"\\u0000"', '";"', '"\\\\s+"', '"+x-y-z"', "50000000", '"' + "x" * 900 + '"',
)  # fmt: skip


@pytest.fixture(scope="module")
def sound():
    """The bytes of one sound recording as each kind of file."""
    rng = np.random.default_rng(1)
    count = 300
    table = {"t": np.arange(count) * 5}
    for name in COLUMNS[:3]:
        table[name] = (9.5 if name == "aZ" else 0) + rng.normal(scale=5.0, size=count)
    for name in COLUMNS[3:]:
        table[name] = rng.normal(scale=3.0, size=count)
    table |= {"bX": table["aX"] + 1, "bZ": table["aZ"] - 1, "word": np.array(["a"] * count)}
    frame = pd.DataFrame(table).round(4)
    arrays, columns, checked = io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.savez_compressed(arrays, **table)
    frame.to_parquet(columns)
    frame.to_parquet(checked, write_page_checksum=True, compression="zstd")
    return {
        ".csv": [frame.to_csv(index=False).encode()],
        ".npz": [arrays.getvalue()],
        ".parquet": [columns.getvalue(), checked.getvalue()],
    }


def damaged(content: bytes, rng: np.random.Generator) -> bytes:
    """Return `content` with one to four injuries, near its ends as often as anywhere."""
    for _ in range(rng.integers(1, 5)):
        content = HURTS[rng.integers(len(HURTS))](bytearray(content), rng)
    return content


def somewhere(content: bytearray, rng: np.random.Generator) -> int:
    size = max(len(content), 1)
    near = min(size, 400)
    starts = (rng.integers(size), rng.integers(near), size - 1 - rng.integers(near))
    return int(starts[rng.integers(3)])


def flip(content: bytearray, rng: np.random.Generator) -> bytes:
    if content:
        content[somewhere(content, rng)] ^= 1 << int(rng.integers(8))
    return bytes(content)


def overwrite(content: bytearray, rng: np.random.Generator) -> bytes:
    at, size = somewhere(content, rng), int(rng.integers(1, 40))
    filling = (bytes(size), b"\xff" * size, b"9" * size, rng.bytes(size))[rng.integers(4)]
    content[at : at + size] = filling
    return bytes(content)


def cut(content: bytearray, rng: np.random.Generator) -> bytes:
    at = somewhere(content, rng)
    return bytes(content[:at] if rng.random() < 0.3 else content[:at] + content[at + 9 :])


def repeat(content: bytearray, rng: np.random.Generator) -> bytes:
    at, size = somewhere(content, rng), int(rng.integers(1, 300))
    return bytes(content[:at] + content[at : at + size] * int(rng.integers(2, 30)) + content[at:])


def insert_mark(content: bytearray, rng: np.random.Generator) -> bytes:
    marks = (b'"', b",", b"\n", b"\r", b"\0", b"-", b"e9", b"nan", b"inf", b";", b"9" * 50, b"\xef")
    at = somewhere(content, rng)
    return bytes(content[:at] + marks[rng.integers(len(marks))] + content[at:])


HURTS = (flip, overwrite, cut, repeat, insert_mark)


def another_mapping(rng: np.random.Generator) -> bytes:
    """Return the mapping with some values replaced, some lines gone, or its bytes damaged."""
    lines = MAPPING.splitlines()
    for _ in range(rng.integers(0, 3)):
        at = int(rng.integers(len(lines)))
        key = re.match(r"(\w+) = ", lines[at])
        if key and rng.random() < 0.8:
            lines[at] = f"{key[1]} = {VALUES[rng.integers(len(VALUES))]}"
        else:
            del lines[at]
    text = "\n".join(lines).encode()
    return damaged(text, rng) if rng.random() < 0.2 else text


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def outcome(mapping: Path, data: Path, store: Path) -> str | None:
    """Import into an empty store; return the sentence of a refusal, or None for a file taken in."""
    shutil.rmtree(store, ignore_errors=True)
    try:
        source = read_source(mapping, data)
        import_file(data, mapping, store, athlete="ana")
    except (OSError, ValueError) as error:
        sentence = str(error)
        kept = [path.name for path in store.rglob("*.parquet")]
        assert all(name.endswith(".raw.parquet") for name in kept)
        assert bool(kept) == ("is kept in" in sentence)
        return sentence
    assert not [file.problems for file in verify(store) if file.problems]
    for pod in source.pods.values():
        assert np.isfinite(pod.acc_mps2).all()
        assert (np.diff(pod.time_s) > 0).all()
        assert (np.diff(pod.index) > 0).all()
        assert 50 <= pod.rate_hz <= 10_000
    return None


@pytest.mark.campaign(short=3, long=80)
def test_a_damaged_file_or_mapping_is_taken_in_or_refused_in_one_sentence(seed, sound, tmp_path):
    rng = np.random.default_rng(seed)
    before = peak_mb()
    read = 0
    for case in range(CASES_PER_SEED):
        suffix = list(sound)[case % len(sound)]
        contents = sound[suffix]
        content = contents[rng.integers(len(contents))]
        data, mapping = tmp_path / f"case{suffix}", tmp_path / "case.toml"
        data.write_bytes(damaged(content, rng) if rng.random() < 0.7 else content)
        mapping.write_bytes(another_mapping(rng) if rng.random() < 0.6 else MAPPING.encode())
        sentence = outcome(mapping, data, tmp_path / "store")
        read += sentence is None
        if sentence is not None:
            assert sentence.isprintable(), sentence
            assert ";" in sentence, sentence  # what is wrong; what to do
            assert len(sentence) < 1200, sentence
    assert 0 < read < CASES_PER_SEED
    assert peak_mb() - before < MOST_GROWTH_MB
