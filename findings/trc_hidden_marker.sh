#!/usr/bin/env bash
# trc-data-reader 0.4.1: while a marker is hidden, every marker after it in the file takes the next one's place.
#
# In a TRC file (OpenSim, Cortex, Mokka) a marker that is not seen has empty cells between tabs. The reader, which
# says of other lengths of a line that they are wrong, splits lines at white space: the empty cells are gone, each
# marker to the right gets the coordinates of its neighbour, and the last is what is missing. Three cells a
# marker go at once, so the count is right for all but their sum and no message comes. It does so with files that
# it wrote itself, which have empty cells for NaN. A knee becomes an ankle for as long as it is hidden.
#
# Input: hip, knee and ankle in two frames; the knee is hidden in the second. Expected: no knee, the ankle where
# it was, as by the columns of the file. Seen: the knee at the ankle, no ankle; from the file it wrote, too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check trc-data-reader==0.4.1 c3d==0.6.0 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'EOF'
import math

from trc import TRCData

NAMES = ("hip", "knee", "ankle")
SEEN = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]
HIDDEN = [SEEN[0], [math.nan] * 3, SEEN[2]]
run = TRCData()
run.update({"PathFileType": 4, "DataFormat": "(X/Y/Z)", "FileName": "run.trc", "Units": "mm"})
run.update({"DataRate": 200.0, "CameraRate": 200.0, "OrigDataRate": 200.0, "OrigDataStartFrame": 1})
run.update({"NumFrames": 2, "OrigNumFrames": 2, "NumMarkers": 3, "Markers": list(NAMES)})
run.update({"Frame#": [1, 2], 1: (0.0, SEEN), 2: (0.005, HIDDEN)})
run.save("run.trc")

with open("run.trc") as file:
    cells = file.read().splitlines()[-1].split("\t")
held = {name: cells[2 + 3 * place : 5 + 3 * place] for place, name in enumerate(NAMES)}
back = TRCData()
back.load("run.trc")
read = {name: back[name][1] for name in NAMES}
for name in NAMES:
    print(f"{name:5}: columns {held[name]}, read {read[name]}")
assert held["knee"] == ["", "", ""] and list(map(float, held["ankle"])) == SEEN[2]
assert read["hip"] == SEEN[0] and read["knee"] == SEEN[2], read
assert all(map(math.isnan, read["ankle"])), read
EOF
