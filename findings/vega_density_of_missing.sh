#!/usr/bin/env bash
# Vega-Lite in vl-convert 1.9.0: a missing value is a value of 0 in a density, and none in a quantile.
#
# Means, medians, quantiles and regressions of Vega leave null out; marks at null are left out too. The
# `density` transform (violins and ridges) takes null as 0: with its bandwidth and its extent given or not. Its page
# does not speak of missing values. A violin of contact times with gaps grows a hump at 0.
#
# Input: 250, 255, 260 and as many nulls; bandwidth 5, density at 0 and at 250.
# Seen: at 0 0.04 with nulls (half of all weight), 0 without; at 250 half of that without; the quantile
# transform gives the same median with and without nulls.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check vl-convert-python==1.9.0
"$folder/venv/bin/python" - <<'EOF'
import re

import vl_convert


def transformed(values, transform, field):
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": [{"x": value} for value in values]},
        "transform": [transform],
        "mark": "text",
        "encoding": {"text": {"field": field, "type": "nominal"}},
    }
    return [float(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", vl_convert.vegalite_to_svg(spec))]


density = {"density": "x", "bandwidth": 5, "extent": [0, 250], "steps": 1}
whole, gaps = [250, 255, 260], [250, 255, 260, None, None, None]
found = {
    name: (transformed(values, density, "density"), transformed(values, {"quantile": "x", "probs": [0.5]}, "value"))
    for name, values in (("whole", whole), ("gaps", gaps))
}
for name, (at, median) in found.items():
    print(f"{name}: density at 0 {at[0]:.3f}, at 250 {at[-1]:.3f}; median {median[0]:g}")
(whole_at, whole_median), (gaps_at, gaps_median) = found.values()
assert whole_median == gaps_median == [255], (whole_median, gaps_median)
assert whole_at[0] < 1e-9 and 0.03 < gaps_at[0] < 0.05, (whole_at, gaps_at)
assert abs(gaps_at[-1] / whole_at[-1] - 0.5) < 0.01, (whole_at, gaps_at)
EOF
