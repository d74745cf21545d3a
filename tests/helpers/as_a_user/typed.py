"""Type a command as a person does, in this process."""

import sys

from pipelines import cli


def typed(monkeypatch, capsys, *words):
    """Run the command in this process; return exit code, standard output, standard error."""
    monkeypatch.setattr("sys.argv", ["midstance", *map(str, words)])
    code = 0
    try:
        cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1 if end.code else 0
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    printed = capsys.readouterr()
    return code, printed.out, printed.err
