#!/usr/bin/env bash
# unyt 3.2.0: headings in degrees are unwrapped as if they were radians: after 170 degrees, -170 becomes 169.
#
# unyt wraps numpy's functions for arrays with units, and its sines and cosines take degrees for what they are.
# `numpy.unwrap` is let through with a period of 2 pi in the array's own unit: a heading in degrees is moved by
# multiples of 6.28 degrees until every step is below 3.14, and comes back in degrees. Steps of more than 3 degrees
# between samples are lost, and a turn is a wiggle. With `period=360` it is right, and so are radians; a period of
# 360 degrees with its unit is an error. The same in quantities 0.16.4, whose result has no unit; pint is right.
#
# Input: 170 and -170 degrees, and a circle of 36 steps. Expected: 170 and 190 degrees, and a circle of 350 degrees
# from first to last. Seen: 170 and 169.3 degrees, and a last heading of -85.4.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check unyt==3.2.0 pint==0.25.3 quantities==0.16.4 numpy==2.3.5
"$folder/venv/bin/python" - <<'EOF'
import numpy as np
import pint
import quantities
import unyt

turns_deg = {"turn": np.array([170.0, -170.0]), "circle": (np.arange(36) * 10.0 + 180) % 360 - 180}
for name, wrapped_deg in turns_deg.items():
    expected = np.unwrap(wrapped_deg, period=360)[-1]
    seen = np.unwrap(unyt.unyt_array(wrapped_deg, "degree"))
    radians = np.unwrap(unyt.unyt_array(np.radians(wrapped_deg), "radian")).to("degree")
    pints = np.unwrap(pint.UnitRegistry().Quantity(wrapped_deg, "degree")).to("degree")
    bare = np.unwrap(wrapped_deg * quantities.degree)
    print(f"{name}: last heading {expected:.1f}, unyt {seen[-1]:.1f}, of radians {radians[-1]:.1f}")
    print(f"  pint {pints[-1]:.1f}, quantities {float(bare[-1]):.1f}")
    assert np.isclose(np.unwrap(unyt.unyt_array(wrapped_deg, "degree"), period=360)[-1].value, expected)
    assert str(seen.units) == "degree" and np.isclose(seen[-1].value, float(bare[-1])), seen
    assert np.isclose(seen[-1].value, np.unwrap(wrapped_deg)[-1]), seen
    assert abs(seen[-1].value - expected) > 20
    assert np.isclose(radians[-1].value, expected) and np.isclose(pints[-1].magnitude, expected)
EOF
