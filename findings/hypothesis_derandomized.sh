#!/usr/bin/env bash
# hypothesis 6.170.17: with derandomize=True the examples depend on which other modules were imported.
#
# `derandomize` is documented to run the same set of examples in every run, until Hypothesis, Python or the
# test function is another. One draw in twenty is also taken from the numbers in the source of every module
# of one's own that is imported by then. So a test on its own and after others, in one process or in several,
# and before and after a change of a constant somewhere else, are given other examples; a test that was green
# for weeks turns red with a change that has nothing to do with it.
#
# Input: one test of one integer; a module beside it that it does not use, with a few numbers in it. Expected:
# the same examples whether that is imported or not. Seen: other ones, with numbers of that module among them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check hypothesis==6.170.17
mkdir "$folder/own"
cd "$folder/own"
cat >gait.py <<'EOF'
LIMITS = [4711, 5813, 6121, 7919, 8089, 9001]
EOF
cat >drawn.py <<'EOF'
import sys

from hypothesis import given, settings, strategies

if sys.argv[1] == "beside":
    import gait
seen = []


@settings(derandomize=True, database=None, deadline=None, max_examples=400)
@given(strategies.integers(0, 10_000))
def drawn(number):
    seen.append(number)


drawn()
print(*seen)
EOF
run() { "$folder/venv/bin/python" drawn.py "$1"; }
alone=$(run alone) again=$(run alone) beside=$(run beside)
[ "$alone" = "$again" ]
"$folder/venv/bin/python" - "$alone" "$beside" <<'EOF'
import sys

alone, beside = ([int(word) for word in line.split()] for line in sys.argv[1:])
numbers = {4711, 5813, 6121, 7919, 8089, 9001}
same = sum(one == other for one, other in zip(alone, beside))
print(f"{len(alone)} examples alone, {len(beside)} beside a module that is not used: {same} the same")
print(f"numbers of that module among them: {len(numbers & set(alone))} and {len(numbers & set(beside))}")
assert alone != beside
assert not numbers & set(alone)
assert numbers & set(beside)
EOF
