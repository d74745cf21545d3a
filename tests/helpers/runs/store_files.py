"""Which tables there are of a session."""

ALL = ["bouts", "curves", "raw", "stances"]


def kinds_of(files):
    """Return the kinds of tables that are there of a session; nothing else may lie beside them."""
    found = sorted(files.root.rglob("*.parquet"))
    return [path.name.split(".")[1] for path in found if path.name.startswith(files.session)]
