"""Left and right over eight weeks: does one leg go its own way? By bare pandas, a row a session.

The difference of the legs is held against that of the first four weeks. What counts is how much
sessions scatter, not how many stances each of them has.

    python docs/examples/left_right.py [FOLDER]
"""

import sys
from pathlib import Path

import altair as alt
import pandas as pd
from scipy import stats
from virtual_store import eight_weeks

METRIC = "pelvic_drop_deg"

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "midstance-examples")
sessions = pd.read_parquet(eight_weeks(folder) / "sessions")
unit = sessions.attrs["units"][f"left_{METRIC}"]
sessions = sessions[sessions["grade"] != "D"].sort_values("started_utc")
sessions["difference"] = sessions[f"left_{METRIC}"] - sessions[f"right_{METRIC}"]
since = sessions["started_utc"] - sessions["started_utc"].min()
sessions["week"] = since.dt.total_seconds() / 86400 / 7

usual = sessions.loc[sessions["week"] < 4, "difference"]
late = sessions.loc[sessions["week"] >= 6, "difference"]
# A range for one new run: the mean of the usual ones is itself known only so well.
reach = stats.t.ppf(0.975, len(usual) - 1) * usual.std() * (1 + 1 / len(usual)) ** 0.5
low, high = usual.mean() - reach, usual.mean() + reach
test = stats.ttest_ind(late, usual, equal_var=False)
interval = test.confidence_interval()
beyond = ((late < low) | (late > high)).sum()
print(
    f"left - right, first four weeks: {usual.mean():.2f}{unit}, "
    f"a run lies in {low:.2f} to {high:.2f}"
)
print(f"last two weeks: {late.mean():.2f}{unit}; {beyond} of {len(late)} runs lie beyond that")
print(
    f"change: {late.mean() - usual.mean():.2f}{unit} "
    f"(95 % {interval.low:.2f} to {interval.high:.2f})"
)

points = alt.Chart(sessions).encode(x=alt.X("week:Q", title="Week"))
y = alt.Y("difference:Q", title=f"Pelvic drop, left − right, {unit}", scale=alt.Scale(zero=False))
band = (
    alt.Chart(pd.DataFrame({"low": [low], "high": [high]}))
    .mark_rect(opacity=0.15, color="#0072B2")
    .encode(y="low:Q", y2="high:Q")
)
figure = (
    band
    + points.mark_line(color="#888").encode(y=y)
    + points.mark_point(filled=True, size=60, color="#D55E00").encode(y=y)
)
figure.properties(width=520, height=260).save(folder / "left_right.png", scale_factor=2)
