#!/usr/bin/env bash
# hrv-analysis 1.0.6: of an extra beat the pause after it stays, and the normal beat after the pause goes.
#
# `remove_ectopic_beats` compares each interval with the one before it, and accepts the interval after a removed one
# without a look. An extra beat comes early and is followed by a pause: two intervals are odd. The early one is
# removed and the long one is accepted; the next, normal again, is then too short beside the long one and is removed
# in its place. So do "malik", "kamath" (which `get_nn_intervals` takes by default) and "custom"; "karlsson" removes
# both and the interval before them, and "acar" removes both alone.
#
# Input: five minutes at 75 beats a minute with one extra beat: 800 ms, 500, 1100, 800. Expected: 500 and 1100 are
# removed, and RMSSD is what it is without the extra beat, 4.5 ms. Seen: 500 and the 781 after the pause are
# removed, the 1100 stays, and RMSSD of the cleaned intervals is 16.8 ms.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 matplotlib==3.11.2 astropy==8.0.2 nolds==0.6.1
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps hrv-analysis==1.0.6
"$folder/venv/bin/python" -W ignore - <<'EOF'
import numpy as np
from hrvanalysis import get_nn_intervals, get_time_domain_features, interpolate_nan_values, remove_ectopic_beats

steady_ms = [800 + int(20 * np.sin(beat / 3)) for beat in range(375)]
with_extra_ms = steady_ms.copy()
with_extra_ms[200:202] = [500, 1100]
odd = [200, 201]


def rmssd_ms(intervals_ms):
    return get_time_domain_features(interpolate_nan_values(list(intervals_ms)))["rmssd"]


print(f"RMSSD without the extra beat {rmssd_ms(steady_ms):.1f} ms")
for method in ("malik", "kamath", "custom", "karlsson", "acar"):
    cleaned = remove_ectopic_beats(with_extra_ms, method=method, verbose=False)
    removed = [beat for beat, interval in enumerate(cleaned) if np.isnan(interval)]
    values = [with_extra_ms[beat] for beat in removed]
    print(f"{method}: removed {values} ms, RMSSD {rmssd_ms(cleaned):.1f} ms")
    expected = {"karlsson": [199, *odd], "acar": odd}.get(method, [200, 202])
    assert removed == expected and (rmssd_ms(cleaned) > 15) == (201 not in removed)
by_default = get_nn_intervals(with_extra_ms, verbose=False)
print(f"get_nn_intervals: {[round(interval) for interval in by_default[198:205]]}")
assert by_default[201] == 1100
EOF
