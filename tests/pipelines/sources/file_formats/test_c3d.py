"""A trial of a laboratory as ezc3d writes it: pods as analog channels, plates, markers."""

from contextlib import suppress
from struct import pack_into, unpack_from

import numpy as np
import pytest
from runs.virtual_table import POD, outcome, right

from pipelines.sources.formats.c3d import read_c3d
from pipelines.sources.laboratory import contacts_on_plates, markers
from pipelines.sources.limits import LIMITS

ezc3d = pytest.importorskip("ezc3d", reason="ezc3d, which writes the trials, is not installed")
CONTACTS_S = [(1.0, 1.25), (1.7, 1.94), (2.4, 2.65)]
SIGNALLING_NAN = b"\x01\x00\xa0\x7f"
RATE_HZ, POINT_HZ = 1000.0, 100.0
MAPPING = f'time = "time"\ntime_unit = "s"\n{POD}'


def vertical(n):
    """Return the force of `CONTACTS_S`, a half sine of 1600 N each."""
    time_s = np.arange(n) / RATE_HZ
    force = np.zeros(n)
    for start, stop in CONTACTS_S:
        on = (time_s >= start) & (time_s < stop)
        force[on] = 1600 * np.sin(np.pi * (time_s[on] - start) / (stop - start))
    return force


def trial(path, *, analogs, labels, plate=None, points=None, point_hz=POINT_HZ, first=0, said=None):
    """Write a C3D; `analogs` (channels, n), `points` (3, markers, frames)."""
    made = ezc3d.c3d()
    per_frame = round(RATE_HZ / POINT_HZ) if plate else 1
    frames = analogs.shape[1] // per_frame
    points = np.zeros((3, 1, frames)) if points is None else points
    made["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    made["parameters"]["POINT"]["RATE"]["value"] = [point_hz]
    made["parameters"]["POINT"]["LABELS"]["value"] = [f"M{k}" for k in range(points.shape[1])]
    made["parameters"]["ANALOG"]["RATE"]["value"] = [point_hz * per_frame]
    made["parameters"]["ANALOG"]["LABELS"]["value"] = labels
    made["data"]["points"] = np.concatenate([points, np.ones((1, *points.shape[1:]))])
    made["data"]["analogs"] = analogs[None, :, : frames * per_frame]
    for name, value in (plate or {}).items():
        made.add_parameter("FORCE_PLATFORM", name, value)
    for name, value in (said or {}).items():
        made.add_parameter("ANALOG", name, value)
    if first:
        made["header"]["points"]["first_frame"] = first
    made.write(str(path))


def plate_trial(path, *, sign=-1.0, zero_n=25.0, kind=2, zero=(1, 50), first=0, points=None):
    force = vertical(3500)
    fz = sign * force + zero_n
    rng = np.random.default_rng(3)
    others = rng.normal(size=(5, len(force)))
    labels = ["Fx", "Fy", "Fz", "Mx", "My", "Mz"]
    analogs = np.vstack([others[:2], fz, others[2:]])
    plate = {
        "USED": [1],
        "TYPE": [kind],
        "ZERO": list(zero),
        "CHANNEL": [1, 2, 3, 4, 5, 6],
    }
    trial(path, analogs=analogs, labels=labels, plate=plate, first=first, points=points)


def test_a_pod_among_the_analog_channels_is_imported(shank, tmp_path):
    path = tmp_path / "trial.c3d"
    values = np.hstack([shank.acc, shank.gyr]).T
    trial(path, analogs=values, labels=["ax", "ay", "az", "gx", "gy", "gz"], point_hz=100.0)
    (tmp_path / "m.toml").write_text(MAPPING)
    right(outcome([path], tmp_path / "m.toml", tmp_path / "store"))


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_contacts_on_a_plate_whose_unloaded_force_and_sign_are_its_own(tmp_path, sign):
    plate_trial(tmp_path / "run.c3d", sign=sign)
    found = contacts_on_plates(tmp_path / "run.c3d")
    said = [(one.initial_contact_s, one.toe_off_s) for one in found]
    np.testing.assert_allclose(said, CONTACTS_S, atol=0.0015)
    np.testing.assert_allclose([one.peak_force_n for one in found], 1600, atol=3)
    theirs = ezc3d.c3d(str(tmp_path / "run.c3d"))["data"]["analogs"][0]
    ours = read_c3d(tmp_path / "run.c3d", LIMITS).analogs
    np.testing.assert_allclose(theirs.T, ours, atol=1e-3)


def test_a_plate_that_is_never_unloaded_is_refused(tmp_path):
    plate_trial(tmp_path / "run.c3d", zero=(0, 0))
    with pytest.raises(ValueError, match=r"plate 1 of .* reads -25 N where it reads least"):
        contacts_on_plates(tmp_path / "run.c3d")


def test_hidden_markers_are_nan(tmp_path):
    points = np.random.default_rng(1).normal(scale=500, size=(3, 2, 350))
    points[:, 1, 100:120] = np.nan
    plate_trial(tmp_path / "run.c3d", points=points)
    found = markers(tmp_path / "run.c3d")
    np.testing.assert_allclose(found["M0"], points[:, 0].T / 1000, atol=1e-4)
    assert np.isnan(found["M1"][100:120]).all()
    assert np.isfinite(found["M1"]).sum() == 3 * 330


def in_whole_numbers(path, step_mm, markers):
    """Rewrite a trial of floats as one of 16-bit whole numbers, as older systems write them."""
    content = bytearray(path.read_bytes())
    start = (unpack_from("<H", content, 16)[0] - 1) * 512
    width = 4 * markers + unpack_from("<H", content, 4)[0]
    values = np.frombuffer(bytes(content[start:]), "<f4")
    values = values[: len(values) // width * width].reshape(-1, width).astype(np.float64)
    values[:, [k for k in range(4 * markers) if k % 4 != 3]] /= step_mm
    pack_into("<f", content, 12, step_mm)
    path.write_bytes(bytes(content[:start]) + (np.rint(values) % 65536).astype("<u2").tobytes())


@pytest.mark.parametrize(
    ("analog_format", "offset", "expected_n"),
    [
        ("SIGNED", 0, (-400, 400)),
        ("UNSIGNED", 0, (65136, 400)),
        ("UNSIGNED", 40000, (25136, -39600)),
    ],
)
def test_whole_numbers_are_signed_unless_the_file_says_otherwise(
    tmp_path, analog_format, offset, expected_n
):
    path = tmp_path / "run.c3d"
    points = np.array([[[-49.9, 0.1]], [[99.9, -0.1]], [[19.9, 900.2]]])
    said = {"FORMAT": [analog_format]}
    trial(path, analogs=np.array([[-400.0, 400.0]]), labels=["Fz"], points=points, said=said)
    in_whole_numbers(path, 0.1, 1)
    content = bytearray(path.read_bytes())
    at = content.index(b"OFFSET") + len(b"OFFSET") + 2
    assert content[at : at + 2] == b"\2\0"  # a 16-bit number by itself
    pack_into("<H", content, at + 2, offset)
    path.write_bytes(bytes(content))
    found = read_c3d(path, LIMITS)
    np.testing.assert_allclose(found.points[:, 0, :3], points[:, 0].T, atol=1e-4)
    np.testing.assert_allclose(found.analogs[:, 0], expected_n)


def test_what_is_cut_or_one_frame_is_one_sentence(tmp_path):
    path = tmp_path / "run.c3d"
    plate_trial(path)
    content = path.read_bytes()
    rng = np.random.default_rng(5)
    for size in (*rng.integers(0, len(content) - 600, 40), 511, 600, 1500):
        path.write_bytes(content[:size])
        with pytest.raises(ValueError, match=str(path)) as caught:
            contacts_on_plates(path)
        assert "\n" not in str(caught.value)
    for _ in range(200):
        damaged = bytearray(content)
        damaged[int(rng.integers(0, 2500))] = int(rng.integers(0, 256))
        path.write_bytes(bytes(damaged))
        with suppress(ValueError):  # anything else is a fault
            contacts_on_plates(path)
    trial(path, analogs=np.zeros((6, 1)), labels=list("abcdef"))
    with pytest.raises(ValueError, match="holds 1 frames; export the whole trial"):
        read_c3d(path, LIMITS)


def test_damaged_parameters_and_samples_are_one_sentence_or_values(tmp_path):
    plate_trial(tmp_path / "run.c3d")
    whole = (tmp_path / "run.c3d").read_bytes()
    at = whole.index(b"LABELS") + len(b"LABELS") + 2  # kind and count of dimensions follow
    path = tmp_path / "x.c3d"
    for place, byte in ((at + 1, 127), (at + 1, 7), (at, 9), (at, 4)):
        path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
        with suppress(ValueError):
            read_c3d(path, LIMITS)
        path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 : place + 400])
        with pytest.raises(ValueError, match=rf"^{path} is (damaged|cut)"):
            read_c3d(path, LIMITS)
    start = (unpack_from("<H", whole, 16)[0] - 1) * 512
    path.write_bytes(whole[:start] + SIGNALLING_NAN + whole[start + 4 :])
    assert np.isnan(read_c3d(path, LIMITS).points[0, 0, 0])
