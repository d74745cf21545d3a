#!/usr/bin/env bash
# cosinorage 1.0.8: who sleeps at the same hours every night has a sleep regularity of 72 in a week, not 100.
#
# `SRI` is documented as 100 for perfectly regular sleep, 0 for sleep at random. It adds up the minutes in which two
# days in a row agree, and divides them by the number of days, where there is one pair fewer than days: regular sleep
# is 0 over two days, 33 over three, 72 over a week and 93 over four weeks. The longer a record, the more regular the
# sleeper, so people with missing days, and weeks against months, cannot be compared.
#
# Input: 23:00 to 6:00 asleep on each day, for 2 to 28 days; and nights that shift by up to an hour. Expected: 100.0
# for the first. Seen: 0.1, 33.4, 71.5, 85.8, 93.0; of the second 67 for 95 by the definition.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check cosinorage==1.0.8 claid==0.6.4 cosinorpy==3.1 scikit-digital-health==0.17.18 pytz==2026.6 seaborn==0.13.2 statsmodels==0.15.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
"$folder/venv/bin/python" -W ignore - <<'EOF'
import numpy as np
import pandas as pd
from cosinorage.features.utils.sleep_metrics import SRI

minutes = 1440


def nights(days, shift_min):
    """One row a minute, asleep from 23:00 to 6:00 with each night's own shift in minutes."""
    asleep = np.zeros(days * minutes)
    for night, shift in enumerate(shift_min, start=-1):
        start = night * minutes + 23 * 60 + shift
        asleep[max(start, 0) : max(start + 7 * 60, 0)] = 1
    index = pd.date_range("2026-11-01", periods=asleep.size, freq="min")
    return pd.DataFrame({"sleep": asleep}, index=index)


def by_definition(table):
    days = table["sleep"].to_numpy().reshape(-1, minutes)
    return 200 * np.mean(days[1:] == days[:-1]) - 100


for days, seen in ((2, 0.1), (3, 33.4), (7, 71.5), (14, 85.8), (28, 93.0)):
    regular = nights(days, np.zeros(days + 1, int))
    print(f"{days} days of the same hours: {SRI(regular):.1f}, by the definition {by_definition(regular):.1f}")
    assert abs(SRI(regular) - seen) < 0.1 and by_definition(regular) == 100
shifted = nights(7, np.random.default_rng(0).integers(-60, 61, 8))
print(f"a week of shifted nights: {SRI(shifted):.1f}, by the definition {by_definition(shifted):.1f}")
assert abs(SRI(shifted) - (-100 + (by_definition(shifted) + 100) * 6 / 7 * minutes / (minutes - 1))) < 1e-6
EOF
