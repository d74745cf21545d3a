"""Commands one after the other in one process of their own: to begin one takes longer than most."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
END = "\0"
SCRIPT = """
import json, sys
from pipelines.cli import main
{before}
for words in json.loads(sys.argv[1]):
    sys.argv = ["midstance", *words]
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code or 0
        if isinstance(code, str):  # as Python itself ends with a sentence
            print(code, file=sys.stderr)
            code = 1
    print(code, end="\\0")
    print(end="\\0", file=sys.stderr)
"""


@dataclass(frozen=True)
class Ended:
    """What a command printed, and its exit code."""

    code: int
    stdout: str
    stderr: str


def in_one_process(*commands, before=""):
    """Return how each command ended; the statement `before` is run ahead of them."""
    words = json.dumps([[str(word) for word in command] for command in commands])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(before=before), words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8:strict"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *printed, _ = done.stdout.split(END)
    *complaints, _ = done.stderr.split(END)
    ended = [(text[-1], text[:-1]) for text in printed]
    return [
        Ended(int(code), text, said) for (code, text), said in zip(ended, complaints, strict=True)
    ]
