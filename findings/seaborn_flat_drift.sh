#!/usr/bin/env bash
# seaborn 0.13.2: against seconds since 1970 a drift within a run is drawn as a flat line.
#
# `regplot`, `lmplot` and `residplot` draw the straight line of least squares. They solve for it by a
# pseudo-inverse, which takes the smaller of two singular values for zero: for a record of up to about three
# hours that starts at 1.78e9 s the line is the mean, with a narrow band about it, and the residuals hold the
# whole drift. No warning. Longer records, and times from the start of the run, as our stance tables have,
# are drawn rightly. `seaborn.objects.PolyFit` is right too. Known: in seaborn's issues since 2024, closed
# there.
#
# Input: contact times that rise by 20 ms within 1, 2 and 4 hours, SD 3 ms. Expected: lines that rise by 20
# ms. Seen: 0, 0 and 20; against seconds since the start 20 in each.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check seaborn==0.13.2 matplotlib==3.10.8 numpy==2.4.6
cd "$folder"
export MPLCONFIGDIR="$folder" MPLBACKEND=Agg
"$folder/venv/bin/python" -W error - <<'EOF'
import matplotlib.pyplot as plt
import numpy as np
import seaborn

START_S = 1.78e9


def rise(draw, x, y):
    figure, axes = plt.subplots()
    draw(x=x, y=y, ax=axes)
    line = axes.lines[0].get_ydata()
    plt.close(figure)
    return line[-1] - line[0]


def regression(**given):
    seaborn.regplot(ci=None, **given)


for hours, seen in ((1, 0), (2, 0), (4, 20)):
    run_s = np.arange(0, hours * 3600, 10.0)
    contact_ms = 240 + 20 * run_s / run_s[-1] + 3 * np.random.default_rng(hours).normal(size=len(run_s))
    drawn = [rise(regression, run_s + offset, contact_ms) for offset in (0, START_S)]
    true = np.polyfit(run_s, contact_ms, 1)[0] * run_s[-1]
    print(f"{hours} h: rises by {drawn[1]:.1f} ms against epoch seconds, {drawn[0]:.1f} from the start")
    assert abs(drawn[0] - true) < 0.01 and abs(true - 20) < 2
    assert abs(drawn[1] - (true if seen else 0)) < 0.01
EOF
