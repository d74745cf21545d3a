#!/usr/bin/env bash
# biomechzoo 0.8.25: the values of runners S10, S11 and S12 stand under S1.
#
# `eventval` makes one table of the events in a folder of trials; `dim2` is documented as the list of participant
# identifiers. A trial goes to the first identifier that its path contains, and every path with S10 contains S1:
# with ten people or more, numbered from 1, one has rows of several and the last have none. The same with conditions
# (`dim1`: run and run_uphill), and with what the folders above are called. Nothing is said of those who are missing.
#
# Input: one trial each of S1 to S12, the value of its event the runner's number. Expected: twelve subjects, a value
# each. Seen: nine, S1 with the values 1, 10, 11 and 12. Numbers of two digits (S01) are right. The module is loaded
# by its path, since others of the package need a Python below 3.12.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-deps --ignore-requires-python biomechzoo==0.8.25
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.2.6 scipy==1.16.2 pandas==2.3.3 2>/dev/null
FOLDER=$folder "$folder/venv/bin/python" - <<'EOF'
import contextlib
import importlib.util
import io
import os
import sys
import types
from pathlib import Path

import numpy as np

package = types.ModuleType("biomechzoo")
package.__path__ = list(importlib.util.find_spec("biomechzoo").submodule_search_locations)
sys.modules["biomechzoo"] = package
utils = types.ModuleType("biomechzoo.utils")
utils.__path__ = [str(Path(package.__path__[0]) / "utils")]
sys.modules["biomechzoo.utils"] = utils
from biomechzoo.statistics.eventval import eventval
from biomechzoo.utils.zsave import zsave


def subjects(names):
    trials = Path(os.environ["FOLDER"]) / f"trials{len(names[0])}"
    for number, name in enumerate(names, start=1):
        (trials / "run" / name).mkdir(parents=True)
        knee = {"line": np.full(50, float(number)), "event": {"peak": [10, float(number), 0]}}
        zsave(str(trials / "run" / name / "trial.zoo"), {"knee": knee, "zoosystem": {}})
    with contextlib.redirect_stdout(io.StringIO()):
        table = eventval(str(trials), dim1=["run"], dim2=names, ch=["knee"], localevts=["peak"])
    return table.groupby("subject")["event_value"].agg(list)


short = subjects([f"S{number}" for number in range(1, 13)])
padded = subjects([f"S{number:02}" for number in range(1, 13)])
print(f"S1 to S12: {len(short)} subjects, S1 has {sorted(short['S1'])}")
print(f"S01 to S12: {len(padded)} subjects, S01 has {padded['S01']}")
assert len(short) == 9 and sorted(short["S1"]) == [1.0, 10.0, 11.0, 12.0]
assert len(padded) == 12 and padded["S01"] == [1.0]
EOF
