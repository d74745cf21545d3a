"""Does she tire? How the pelvis moves over one long run, by bare pandas.

Neighbouring stances are alike, so that a line through all of them looks far surer than it is. Here
a block of 15 s is one value, and whole blocks are drawn again for the interval.

    python docs/examples/fatigue.py [FOLDER]
"""

import sys
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
from virtual_store import long_run

METRICS = {"pelvic_tilt_midstance_deg": "Forward tilt", "pelvic_drop_deg": "Pelvic drop"}
BLOCK_S = 15.0

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "midstance-examples")
stances = pd.read_parquet(long_run(folder) / "stances")
sound = stances[stances["quality"] == ""]
block = (sound["initial_contact_s"] // BLOCK_S).rename("block")
blocks = sound.groupby([block, "side"], observed=True)[list(METRICS)].median().reset_index()
blocks["minute"] = (blocks["block"] - blocks["block"].min()) * BLOCK_S / 60

rng = np.random.default_rng(0)


def early_and_late(values: pd.Series) -> tuple[float, float, float]:
    """Return last minus first third, and its 95 % interval."""
    third = len(values) // 3
    early, late = values.to_numpy()[:third], values.to_numpy()[-third:]
    drawn = [
        np.mean(rng.choice(late, third)) - np.mean(rng.choice(early, third)) for _ in range(2000)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return late.mean() - early.mean(), low, high


rows = []
for side, of_side in blocks.groupby("side", observed=True):
    for name, label in METRICS.items():
        change, low, high = early_and_late(of_side[name])
        rows.append({"side": side, "metric": label, "change_deg": change, "low": low, "high": high})
changes = pd.DataFrame(rows)
print(changes.round(2).to_string(index=False))

long = blocks.melt(["minute", "side"], list(METRICS), var_name="metric", value_name="degrees")
long["metric"] = long["metric"].map(METRICS)
base = alt.Chart(long).encode(
    x=alt.X("minute:Q", title="Minutes of running"),
    y=alt.Y("degrees:Q", title="Median of 15 s, °", scale=alt.Scale(zero=False)),
    color=alt.Color("side:N", scale=alt.Scale(range=["#0072B2", "#D55E00"]), title=None),
)
drawn = (
    base.mark_point(filled=True, opacity=0.6)
    + base.transform_loess(
        "minute", "degrees", groupby=["side", "metric"], bandwidth=0.6
    ).mark_line()
)
figure = drawn.properties(width=300, height=220).facet(column=alt.Column("metric:N", title=None))
figure.resolve_scale(y="independent").save(folder / "fatigue.png", scale_factor=2)
