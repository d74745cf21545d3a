#!/usr/bin/env bash
# rich 15.0.0: text that is printed keeps ESC, C1 controls and bidirectional marks.
#
# `Text` and the cells of a `Table` go through `rich.control.strip_control_codes` ("Remove control
# codes from text"), which removes five: bell, backspace, vertical tab, form feed, carriage return. ESC
# (U+001B), the C1 controls (such as U+009B, a control sequence introducer by itself) and the
# bidirectional marks (U+202E) reach the terminal as they are, also with `no_color=True`: a name
# read from a file can colour the line it stands in, and turn the order of what follows it. The frame
# of a table is then drawn too far left (7 columns here): the signs of the sequence count as width.
#
# Input: a name in red (SGR) and a name with a right-to-left override, printed as to a terminal
# without colour. Seen: all of them in the output, BEL taken out.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check rich==15.0.0
"$folder/venv/bin/python" - <<'EOF'
from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

names = ["a\x1b[31mred\x1b[0m", "a\x9b31mred\x9b0m", "a\u202ered\u202c", "a\x07bell"]
table = Table("name")
for name in names:
    table.add_row(Text(name))
for what in (table, *map(Text, names)):
    out = StringIO()
    Console(file=out, force_terminal=True, no_color=True, width=40).print(what)
    printed = out.getvalue()
    print(ascii(printed))
    expected = names if what is table else [str(what)]
    kept = [name.replace("\x07", "") for name in expected]
    assert all(name in printed for name in kept), printed
    assert "\x07" not in printed
EOF
