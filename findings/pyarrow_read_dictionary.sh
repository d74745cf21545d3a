#!/usr/bin/env bash
# pyarrow 26.0.1: read_dictionary takes the paths of leaves, and says so by KeyError or not at all.
#
# The documentation of `read_dictionary` asks for "names to read directly as DictionaryArray". The
# name of a list or struct column is a name in the schema, but not the path of a Parquet leaf:
# `ParquetFile(path, read_dictionary=["words"])` raises KeyError(b'words') while the file is opened,
# whatever is read later; `read_table(path, read_dictionary=["words"])` ignores the same name, and
# any name that does not exist. The leaf's path, "words.list.element" or "pair.left", works in both.
#
# Seen: KeyError b'words' and b'pair' from ParquetFile, plain types and no word from read_table.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pyarrow==26.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'EOF'
import pyarrow as pa
import pyarrow.parquet as pq

columns = {"words": [["a"], ["b"]], "pair": [{"left": "a"}, {"left": "b"}]}
pq.write_table(pa.table(columns), "table.parquet")
for name in ("words", "pair", "words.list.element", "pair.left", "no such column"):
    try:
        opened = str(pq.ParquetFile("table.parquet", read_dictionary=[name]).schema_arrow.types)
    except KeyError as error:
        opened = f"KeyError {error}"
    table = str(pq.read_table("table.parquet", read_dictionary=[name]).schema.types)
    print(f"{name}\n  ParquetFile: {opened}\n  read_table:  {table}")
    leaf = "." in name
    assert opened.startswith("KeyError") is not leaf, opened
    assert ("dictionary" in table) is leaf, table
EOF
