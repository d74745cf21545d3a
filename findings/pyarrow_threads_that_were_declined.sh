#!/usr/bin/env bash
# pyarrow 26.0.1: ParquetFile.read(use_threads=False) starts a thread all the same.
#
# `use_threads` is documented as "perform multi-threaded column reads". False stops those of decoding;
# the reading ahead (`pre_buffer`, on by default in ParquetFile as well) has a thread of its own, which
# stays for the rest of the process. Where the file is a Python object the bytes belong to Python, and
# such threads let go of them after the read has returned: whoever counts on having no threads (to
# fork, to end at once, to measure the time of one core) has to decline both.
#
# Input: one file of four columns in one row group, read from an open Python file.
# Seen: no thread more with both declined, one or more with use_threads=False alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
[ -d /proc/self/task ] || { echo "threads are counted in /proc, which is of Linux"; exit 1; }
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pyarrow==26.0.1
cd "$folder"
cat > count.py <<'EOF'
import sys
from pathlib import Path

import pyarrow.parquet as pq


def threads():
    """Threads of this process, but for that of the allocator."""
    names = [(task / "comm").read_text() for task in Path("/proc/self/task").iterdir()]
    return sum("jemalloc" not in name for name in names)


with open("run.parquet", "rb") as file:
    with pq.ParquetFile(file, pre_buffer=sys.argv[1] == "ahead") as parquet:
        before = threads()
        parquet.read(use_threads=False)
        print(threads() - before)
EOF
"$folder/venv/bin/python" - <<'EOF'
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq

columns = {name: pa.array(range(200_000), pa.int64()) for name in "abcd"}
pq.write_table(pa.table(columns), "run.parquet")
more = {}
for how in ("ahead", "not ahead"):
    done = subprocess.run([sys.executable, "count.py", how], capture_output=True, text=True, check=True)
    more[how] = int(done.stdout)
    print(f"use_threads=False, {how}: {more[how]} threads more")
assert more["ahead"] >= 1, more
assert more["not ahead"] == 0, more
EOF
