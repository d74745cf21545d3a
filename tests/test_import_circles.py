"""No module reaches itself by its imports, those inside functions and for types only included."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("imu", "firmware_protocols", "pipelines")

LATE_IN_IMU = {
    ("imu.metrics.table", "pandas"),
    ("imu.segmentation.stances", "pandas"),
    ("imu.dsp.filters", "imu.compiled.biquads"),
    ("imu.dsp.integral", "imu.compiled.reading"),
    ("imu.dsp.peaks", "imu.compiled.searching"),
    ("imu.dsp.reading", "imu.compiled.reading"),
    ("imu.orientation.filter_across_gaps", "imu.orientation.in_lanes"),
    ("imu.orientation.by_gyroscope", "imu.compiled.strapdown"),
    ("imu.orientation.standing_zero", "imu.compiled.upright"),
}
"""Imports inside functions: pandas takes longer to load than all else, and only frames want it;
numba, which compiles, may not be there."""


def modules():
    """Return the syntax tree of every module, and whether it is the face of a package."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            face = name.endswith(".__init__")
            found[name.removesuffix(".__init__")] = (ast.parse(path.read_text("utf-8")), face)
    return found


def imported(name, tree, face, known):
    """Return what `tree` imports: modules of ours by their full name, others by their first."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = name.split(".")
            above = parts[: len(parts) - node.level + face] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
            names = [one if one in known else base for one in names]
        else:
            continue
        yield from (one if one in known else one.partition(".")[0] for one in names)


def graph(found):
    return {
        name: {one for one in imported(name, tree, face, found) if one in found}
        for name, (tree, face) in found.items()
    }


def circle(edges):
    """Return the modules of one circle, or none."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def late(found, package):
    """Return who imports what inside a function."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return {
        (name, one)
        for name, (tree, face) in found.items()
        if name.partition(".")[0] == package
        for function in ast.walk(tree)
        if isinstance(function, functions)
        for one in imported(name, function, face, found)
    }


def test_no_module_reaches_itself():
    edges = graph(modules())
    assert len(edges) > 150
    assert sum(map(len, edges.values())) > 500
    assert circle(edges) == []


def test_imu_imports_at_the_top_of_its_files():
    assert late(modules(), "imu") == LATE_IN_IMU


def test_a_circle_is_seen_however_it_is_written():
    """One leg for types only, one inside a function, one by a name of the package."""
    sources = {
        "p": "",
        "p.a": "if TYPE_CHECKING:\n    from p.b import B",
        "p.b": "def f():\n    import p.c",
        "p.c": "from p import a",
    }
    found = {name: (ast.parse(text), name == "p") for name, text in sources.items()}
    assert set(circle(graph(found))) == {"p.a", "p.b", "p.c"}
    assert late(found, "p") == {("p.b", "p.c")}
    found["p.c"] = (ast.parse("from . import a"), False)
    assert circle(graph(found))
    del found["p.c"]
    assert circle(graph(found)) == []
