"""Do shoes differ? A mixed model: stances within sessions, sessions in one pair or the other.

A session has its own strapping and day, which all of its stances share. So each gets a random
intercept, and the pair is judged between sessions. Models with other fixed effects are compared by
maximum likelihood (``reml=False``): restricted likelihoods of different ones cannot be.

    python docs/examples/shoes.py [FOLDER]
"""

import sys
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from scipy import stats
from virtual_store import eight_weeks

TURN = "shank_internal_rotation_deg"

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "midstance-examples")
store = eight_weeks(folder)
sessions = pd.read_parquet(store / "sessions")[["session", "context_shoes", "speed_mps"]]
sessions = sessions.rename(columns={"context_shoes": "shoes", "speed_mps": "pace_mps"})
stances = pd.read_parquet(store / "stances", columns=["session", "side", "quality", TURN])
rows = stances[stances["quality"] == ""].merge(sessions, on="session").dropna()
rows["pace_mps"] -= rows["pace_mps"].mean()


def fitted(formula: str):
    """Return the model with a random intercept for each session, by maximum likelihood."""
    # Not by lbfgs, which ends at an infinite likelihood (findings/ has it).
    model = smf.mixedlm(formula, rows, groups="session").fit(reml=False, method="bfgs")
    assert model.converged
    assert np.isfinite(model.llf)
    return model


with_shoes = fitted(f"{TURN} ~ C(shoes) + pace_mps + C(side)")
without = fitted(f"{TURN} ~ pace_mps + C(side)")
name = next(key for key in with_shoes.params.index if key.startswith("C(shoes)"))
ratio = 2 * (with_shoes.llf - without.llf)
p = stats.chi2.sf(ratio, 1)
# With so few sessions a normal interval is too narrow; t over sessions is near.
freedom = rows["session"].nunique() - 3
half = stats.t.ppf(0.975, freedom) * with_shoes.bse[name]
effect = with_shoes.params[name]
naive = smf.ols(f"{TURN} ~ C(shoes) + pace_mps + C(side)", rows).fit()
narrow = with_shoes.bse[name] / naive.bse[name]
print(f"{rows['session'].nunique()} sessions, {len(rows)} stances")
print(f"worn pair against new: {effect:+.1f}° (95 % {effect - half:+.1f} to {effect + half:+.1f})")
print(f"likelihood ratio {ratio:.1f}, p = {p:.2g}")
print(f"taken as independent, stances would make the interval {narrow:.1f} times too narrow")

of_session = rows.groupby(["session", "shoes", "pace_mps"], as_index=False)[TURN].median()
of_session["pace_mps"] += sessions["pace_mps"].mean()
figure = (
    alt.Chart(of_session)
    .mark_point(filled=True, size=70)
    .encode(
        x=alt.X("pace_mps:Q", title="Speed, m/s", scale=alt.Scale(zero=False)),
        y=alt.Y(f"{TURN}:Q", title="Shank turns inward, °", scale=alt.Scale(zero=False)),
        color=alt.Color("shoes:N", scale=alt.Scale(range=["#0072B2", "#D55E00"]), title=None),
        shape=alt.Shape("shoes:N", title=None),
    )
)
figure.properties(width=420, height=280).save(folder / "shoes.png", scale_factor=2)
