#!/usr/bin/env bash
# loky 3.7.0: a worker has a parent process that it cannot ask or wait for.
#
# `multiprocessing.parent_process()` is documented to give the parent's Process, and joining it is how a
# worker learns that its parent was killed. In a worker of loky it has the right pid and a `sentinel` that is
# None, so `is_alive()` and `join()` raise a ValueError about a file object. A thread that waits so dies
# at once, and the worker stays when its parent is gone.
#
# Input: the same function in a worker of loky and in one of `concurrent.futures` (spawn).
# Seen: loky: pid right, ValueError from both; spawn: pid right, True, and None (still running) from join.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check loky==3.7.0 cloudpickle==3.1.2
cd "$folder"
cat > ask.py <<'EOF'
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

import loky


def ask():
    parent = multiprocessing.parent_process()
    answers = [parent.pid == os.getppid()]
    for question in (parent.is_alive, lambda: parent.join(0.1)):
        try:
            answers.append(question())
        except ValueError as error:
            answers.append(str(error))
    return answers


if __name__ == "__main__":
    with loky.ProcessPoolExecutor(1) as workers:
        of_loky = workers.submit(ask).result()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as workers:
        of_spawn = workers.submit(ask).result()
    print(f"loky: {of_loky}; spawn: {of_spawn}")
    assert of_spawn == [True, True, None], of_spawn
    assert of_loky == [True] + ["Invalid file object: None"] * 2, of_loky
EOF
"$folder/venv/bin/python" ask.py
