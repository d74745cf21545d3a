#!/usr/bin/env bash
# bvhio 1.5.4: read and written again, the last segment of each limb has three tenths of another's length.
#
# `readAsHierarchy` takes the joints of a BVH file and leaves out its end sites: the length of the last
# segment of each chain (a shank, if the file ends at the ankle; a foot). `writeHierarchy` puts an end site
# of its own there: 0.3 times the length of the segment before it, whatever was in the file. Nothing is
# said; `readAsBvh` and `writeBvh` keep it.
#
# Input: a thigh of 42 and a shank of 40 (the end site), written again unchanged. Expected: 40. Seen: 12.6,
# by the other pair 40.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check bvhio==1.5.4 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'EOF'
import math
import re

import bvhio

LEG = """HIERARCHY
ROOT Hip
{
  OFFSET 0.0 0.0 0.0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Knee
  {
    OFFSET 0.0 -42.0 0.0
    CHANNELS 3 Zrotation Xrotation Yrotation
    End Site
    {
      OFFSET 0.0 -40.0 0.0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.005
0.0 90.0 0.0 5.0 20.0 3.0 2.0 -40.0 1.0
0.1 90.0 0.0 6.0 21.0 3.0 2.0 -41.0 1.0
"""
with open("leg.bvh", "w") as file:
    file.write(LEG)
bvhio.writeHierarchy("hierarchy.bvh", bvhio.readAsHierarchy("leg.bvh"), 0.005)
bvhio.writeBvh("bvh.bvh", bvhio.readAsBvh("leg.bvh"))
shank = {}
for name in ("leg", "hierarchy", "bvh"):
    with open(f"{name}.bvh") as file:
        (end,) = re.findall(r"End Site\s+\{\s+OFFSET (.*)", file.read())
    shank[name] = math.dist((0, 0, 0), map(float, end.split()))
    print(f"{name}.bvh: shank {shank[name]:.1f}")
assert math.isclose(shank["leg"], 40) and math.isclose(shank["bvh"], 40)
assert math.isclose(shank["hierarchy"], 0.3 * 42, rel_tol=1e-6), shank
EOF
