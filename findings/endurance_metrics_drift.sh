#!/usr/bin/env bash
# endurance-metrics 0.1.0: a heart that drifts up is told as negative drift, documented as positive.
#
# `calculate_decoupling` compares effort over heart rate in the two halves of a session and documents its result as
# "positive = cardiac drift". It gives the change of that ratio, which falls when the heart rate rises at an even
# effort: drift is negative, and a second half that is easier for the heart is positive. Whoever looks for more than
# 5 %, as is usual, finds the sessions without drift. The size is right.
#
# Input: an hour at 200 W, its second half at 154 beats a minute for 140. Expected: 9.1 %, by the definition (the
# first half's ratio less the second's, over the first's). Seen: -9.1; and 10.0 for 154 before 140.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check endurance-metrics==0.1.0
"$folder/venv/bin/python" - <<'EOF'
from endurance_metrics import calculate_decoupling

half_s = 1800
assert "positive = cardiac drift" in " ".join(calculate_decoupling.__doc__.split())
for first, second, seen in ((140.0, 154.0, -9.1), (154.0, 140.0, 10.0)):
    drift = calculate_decoupling([200.0] * 2 * half_s, [first] * half_s + [second] * half_s)
    expected = 100 * (200 / first - 200 / second) / (200 / first)
    print(f"{first:.0f}, then {second:.0f} a minute: drift {drift} %, by the definition {expected:.1f}")
    assert drift == seen and round(expected, 1) == -seen
EOF
