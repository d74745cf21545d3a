#!/usr/bin/env bash
# fastquat 0.5.2: the slerp of orientations less than 3.6° apart goes half the way and comes back.
#
# `slerp(other, t)` is documented as "t=0 returns self, t=1 returns other". Where the two are nearly one, a straight
# line takes the place of the arc, as is usual; here it goes by t (1 - t) for t. Half the way becomes a quarter, and
# the whole way becomes none: `a.slerp(b, 1)` is a. Beyond 3.62° all is right, so it does not show in a test with
# large angles; between the samples of a pod on a leg at 200 Hz it is always the near case.
#
# Input: from 0° to 1°, 3.5°, 4° and 30° about one axis; a turn of 120° a second at 100 Hz, brought to 200 Hz.
# Expected: a quarter, a half, three quarters and all of the way. Seen: for 3.5° 0.66, 0.88, 0.66 and 0.00°; the
# rate of turning between the samples at 200 Hz is 60 and 180° a second in turns.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check fastquat==0.5.2 jax==0.8.0 jaxlib==0.8.0 numpy==2.4.6 scipy==1.17.1
JAX_PLATFORMS=cpu "$folder/venv/bin/python" - <<'EOF'
import jax.numpy as jnp
import numpy as np
from fastquat import Quaternion


def turned(degrees):
    half = np.radians(np.asarray(degrees)) / 2
    zero = np.zeros_like(half)
    return Quaternion.from_array(jnp.asarray(np.stack([np.cos(half), zero, zero, np.sin(half)], axis=-1)))


def angle_deg(quaternion):
    wxyz = np.asarray(quaternion.wxyz, dtype=float)
    return np.degrees(2 * np.arctan2(wxyz[..., 3], wxyz[..., 0]))


assert "t=1 returns other" in " ".join(Quaternion.slerp.__doc__.split())
parts = np.array([0.25, 0.5, 0.75, 1.0])
for whole_deg in (1.0, 3.5, 4.0, 30.0):
    found_deg = np.array([angle_deg(turned(0.0).slerp(turned(whole_deg), part)) for part in parts])
    print(f"from 0 to {whole_deg:.1f}°: {np.round(found_deg, 3)}, expected {whole_deg * parts}")
    expected = whole_deg * (parts if whole_deg > 3.7 else parts * (1 - parts))
    assert np.allclose(found_deg, expected, atol=0.01)

samples_deg = np.arange(0, 60, 1.2)
between_deg = angle_deg(turned(samples_deg[:-1]).slerp(turned(samples_deg[1:]), jnp.full(samples_deg.size - 1, 0.5)))
at_200_hz_deg = np.sort(np.concatenate([samples_deg, between_deg]))
rates_dps = np.diff(at_200_hz_deg) * 200
print(f"120° a second at 100 Hz, brought to 200 Hz: {rates_dps[0::2].mean():.0f} and {rates_dps[1::2].mean():.0f} in turns")
assert np.allclose(rates_dps[0::2], 60, atol=1) and np.allclose(rates_dps[1::2], 180, atol=1)
EOF
