#!/usr/bin/env bash
# capture2go 1.0.1: after one lost notification no later package is read.
#
# `Unpacker` cuts a stream of bytes into packages, each with a checksum. "If True, ignore bytes until a
# valid frame is found" says the documentation of `ignoreInitialGarbage`, which the client sets for its
# devices; it ends with the first package. A piece that is missing later makes a start byte or a checksum
# wrong, and what is then raised leaves the bytes where they are: every later call finds the same ones.
#
# Input: 100 good packages in pieces of 243 bytes, as in notifications, without the tenth piece. Seen:
# the packages before it are read, then one error for each piece to the end, and no package.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check capture2go==1.0.1
"$folder/venv/bin/python" - <<'END'
from capture2go import Unpacker, pkg

packages = [pkg.DataFull6DPacked200Hz(timestamp=40_000_000 * k) for k in range(100)]
stream = b"".join(package.pack() for package in packages)
pieces = [stream[at : at + 243] for at in range(0, len(stream), 243)]
del pieces[9]
unpacker = Unpacker(ignoreInitialGarbage=True)
read, refused = [], 0
for piece in pieces:
    unpacker.feed(piece)
    try:
        for package in unpacker:
            read.append(package)
    except (AssertionError, RuntimeError) as error:
        refused += 1
        said = str(error)
print(f"{len(read)} of {len(packages)} packages read; {refused} times: {said[:50]} …")
assert len(read) < 20, len(read)
assert refused == len(pieces) - 9, (refused, len(pieces))
END
