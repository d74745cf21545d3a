"""Every key of a mapping with values of every wrong kind: none is accepted, none is a traceback."""

import numpy as np
import pytest

from pipelines.sources import read_source

WORDS = ("", " ", "t", "aX", "none", "g", "s", "ms", "m/s2", "rad/s", ",", ".", ";", "é", "\\n")
WORDS += ("\\u0000", "\\\\s+", "+x+y+z", "+x-y-z", "+x+x+z", "x" * 900, "fs", "..", "1")
VALUES = (
    *(f'"{word}"' for word in WORDS),
    *("0", "-1", "1", "200", "1.5", "1e-13", "1e6", "1e12", "1e308", "-0.0", "nan", "inf", "-inf"),
    *("9" * 30, "9" * 900, "0x" + "f" * 900, "true", "false", "50000000"),
    *("[]", "{}", "[1, 2, 3]", '["t"]', '["aX", "aY", "aZ"]', '["aX", "aX", "aZ"]', "[[], [], []]"),
    *('["aX", nan, "aZ"]', '["aX", true, "aZ"]', '["", "", ""]', '["aX", {}, "aZ"]', "{a = 1}"),
    *("[" * 300 + "]" * 300, "{a = " * 100 + "1" + "}" * 100, '["gX", "gY", "gZ"]'),
    *("2026-11-22", "08:30:00", "2026-11-22T08:30:00Z", "2026-11-22T08:30:00"),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
)
MEANT = {
    "time": ('"t"',),
    "time_unit": ('"ms"',),
    "rate_hz": ("200", '"fs"'),
    "started": ("2026-11-22T08:30:00Z", "2026-11-22T08:30:00"),
    "csv": ("{}",),
    "separator": ('","',),
    "decimal": ('"."',),
    "skip_rows": ("0",),
    "pods": (),
    "shank_left": (),
    "acc": ('["aX", "aY", "aZ"]',),
    "acc_unit": ('"m/s2"',),
    "acc_scale": ("1", "1.5"),
    "acc_range": ("200", "1e6"),
    "gyr": ('["gX", "gY", "gZ"]',),
    "gyr_unit": ('"rad/s"',),
    "gyr_scale": ("1", "1.5"),
    "gyr_range": ("200", "1e6"),
    "axes": ('"+x+y+z"', '"+x-y-z"'),
}
PLACES = {
    "": ("time", "time_unit", "rate_hz", "started", "csv", "pods"),
    "csv": ("separator", "decimal", "skip_rows"),
    "pods": ("shank_left",),
    "pods.shank_left": (
        *("time", "time_unit", "rate_hz", "axes", "acc", "acc_unit", "acc_scale", "acc_range"),
        *("gyr", "gyr_unit", "gyr_scale", "gyr_range"),
    ),
}
SOUND = {
    "": {"time": '"t"', "time_unit": '"ms"', "rate_hz": "200"},
    "pods.shank_left": {
        "acc": '["aX", "aY", "aZ"]',
        "acc_unit": '"m/s2"',
        "gyr": '["gX", "gY", "gZ"]',
        "gyr_unit": '"rad/s"',
    },
}


def mapping_with(place: str, key: str, value: str) -> str:
    """Return a sound mapping in which one key has another value."""
    tables = {name: dict(table) for name, table in SOUND.items() if name != key}
    if key in ("pods", "shank_left"):
        del tables["pods.shank_left"]
    tables.setdefault(place, {})[key] = value
    return "\n".join(
        (f"[{name}]\n" if name else "") + "\n".join(f"{k} = {v}" for k, v in table.items())
        for name, table in tables.items()
    )


@pytest.fixture(scope="module")
def csv(tmp_path_factory):
    rng = np.random.default_rng(3)
    columns = [np.arange(300) * 5, np.full(300, 200)]
    columns += [rng.normal(9.5 if axis == 2 else 0, 5.0, 300) for axis in range(3)]
    columns += [rng.normal(0, 3.0, 300) for _ in range(3)]
    path = tmp_path_factory.mktemp("mapping") / "data.csv"
    names = "t,fs,aX,aY,aZ,gX,gY,gZ"
    np.savetxt(path, np.stack(columns, axis=1), "%.4f", ",", header=names, comments="")
    return path


@pytest.mark.parametrize(
    ("place", "key"), [(place, key) for place, keys in PLACES.items() for key in keys]
)
def test_a_value_is_meant_or_refused_in_one_sentence(place, key, csv, tmp_path):
    mapping = tmp_path / "mapping.toml"
    for value in VALUES:
        mapping.write_text(mapping_with(place, key, value), encoding="utf-8")
        if value in MEANT[key]:
            assert read_source(mapping, csv).pods
            continue
        with pytest.raises(ValueError, match=";") as refused:  # what is wrong; what to do
            read_source(mapping, csv)
        assert str(refused.value).isprintable(), value
        assert len(str(refused.value)) < 1000, value
