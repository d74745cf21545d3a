"""Our fields in a copy of the watch's own file: what the watch wrote is what every reader finds."""

import struct

import numpy as np
import pytest
from as_a_user.refusals import refused
from watches.fit_file import crc, fit_file
from watches.fit_readers import PYTHON, by_node, node_packages
from watches.rich_watch import rich_watch
from watches.watch_of_run import START_S, watch

from pipelines.export.fit import merge
from pipelines.export.fit.messages import counted, head_of, messages
from pipelines.export.per_second import by_second
from pipelines.export.run import load
from pipelines.process.watch.attach import join


def kept(before, after, ours):
    """Assert that what was there is there, and return the records' fields of ours."""
    assert [at for at, _, _ in after.records] == [at for at, _, _ in before.records]
    more = []
    for (_, native, own), (_, native_after, own_after) in zip(
        before.records, after.records, strict=True
    ):
        assert native_after == native
        assert {name: value for name, value in own_after.items() if name not in ours} == own
        more.append({name: value for name, value in own_after.items() if name in ours})
    return more


def assert_ours(more, seconds):
    for k, fields in enumerate(more):
        expected = {name: v[k] for name, v in seconds.legs.items() if np.isfinite(v[k])}
        if np.isfinite(seconds.both["contact_time_s"][k]):
            expected |= {
                "midstance_cadence": seconds.both["cadence_spm"][k] / 2,
                "midstance_contact_time": 1000 * seconds.both["contact_time_s"][k],
                "midstance_vertical_oscillation": 1000 * seconds.both["vertical_oscillation_m"][k],
                "midstance_contact_time_balance": seconds.both["contact_time_balance_pct"][k],
                "midstance_step_length": 1000 * seconds.both["step_length_m"][k],
                "midstance_speed": seconds.both["speed_mps"][k],
            }
        assert fields == pytest.approx(expected, rel=1e-6)


@pytest.fixture(params=["little", "big", "no other app"])
def rich(request, tmp_path):
    how = {"endian": request.param} if request.param != "no other app" else {"other_app": False}
    return rich_watch(tmp_path / "watch.fit", **how)


def ours_at(files, path, found):
    time_s = np.array([at for at, _, _ in found.records], dtype=np.int64)
    return by_second(load(files), time_s, ahead_s=join(files, path).offset_s)


@pytest.mark.parametrize("reader", PYTHON)
def test_the_watchs_own_records_stay_and_ours_stand_beside_them(exported, files, rich, reader):
    before = PYTHON[reader](rich)
    original = rich.read_bytes()
    done = exported("fit", into=rich)
    after = PYTHON[reader](done.path)
    assert rich.read_bytes() == original
    seconds = ours_at(files, rich, before)
    ours = {*seconds.legs, *(f"midstance_{n}" for n in ("cadence", "contact_time", "speed"))}
    ours |= {f"midstance_{n}" for n in ("vertical_oscillation", "contact_time_balance")}
    assert_ours(kept(before, after, ours | {"midstance_step_length"}), seconds)
    told = {name: n for name, n in after.counts.items() if n != before.counts[name]}
    apps = before.counts["developer_data_id"]
    assert told == {
        "developer_data_id": apps + 1,
        "field_description": before.counts["field_description"] + len(seconds.legs) + 7,
    }
    assert done.rows == int(seconds.known().sum()) == 149
    assert "the clocks agree" in done.words[0]
    assert "above 50 left is longer" in after.session["midstance_signs"]
    assert after.units["midstance_contact_time"] == "ms"


@pytest.mark.skipif(node_packages() is None, reason="wants the readers of npm, see test_fit.py")
def test_the_readers_of_npm_find_the_watchs_records_and_ours(exported, files, rich):
    seconds = ours_at(files, rich, by_node(rich)[0])
    names = ("cadence", "contact_time", "speed", "vertical_oscillation", "step_length")
    ours = {*seconds.legs, *(f"midstance_{n}" for n in (*names, "contact_time_balance"))}
    path = exported("fit", into=rich).path
    for before, after in zip(by_node(rich), by_node(path), strict=True):
        # of fit-file-parser all fields are of one kind
        split = [
            (at, {k: v for k, v in native.items() if k not in ours}, own)
            for at, native, own in after.records
        ]
        after.records[:] = split
        assert_ours(kept(before, after, ours), seconds)


def test_every_byte_that_the_watch_wrote_is_there_in_its_order(exported, rich):
    before, after = rich.read_bytes(), exported("fit", into=rich).path.read_bytes()
    was, now = (
        [
            (m.layout.message, data[m.start + 1 : m.stop])
            for m in messages(data, head_of(data))
            if not m.is_definition
        ]
        for data in (before, after)
    )
    now = [m for m in now if m[0] not in (206, 207)]
    was = [m for m in was if m[0] not in (206, 207)]
    assert len(was) == len(now)
    for (kind, payload), (other, longer) in zip(was, now, strict=True):
        assert kind == other
        assert longer.startswith(payload)
    assert counted(after)[20] == counted(before)[20]


def test_our_values_follow_the_watchs_clock(exported, files, tmp_path):
    path = watch(tmp_path, ahead_s=41)
    done = exported("fit", into=path)
    assert "the watch is 4" in done.words[0]
    assert "ahead of the pods" in done.words[0]
    before, after = (PYTHON["fitdecode"](p) for p in (path, done.path))
    first = next(at for at, _, own in after.records if own)
    run = load(files)
    began_s = run.start_s + run.header["bouts"]["start_s"][2]
    assert first == pytest.approx(began_s + 41, abs=3)
    assert len(after.records) == len(before.records)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda data: data[: len(data) // 2], "damaged or cut"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "damaged or cut"),
        (lambda data: data + data, "more follows behind its end"),
        (lambda data: b"\x0e\x20" + b"no watch" * 4, "no FIT file"),
        (lambda data: b"", "no FIT file"),
    ],
)
def test_a_damaged_watch_file_is_refused_in_one_sentence(exported, tmp_path, harm, said):
    path = watch(tmp_path)
    path.write_bytes(harm(path.read_bytes()))
    refused(exported, said, "fit", into=path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run.fit", "store"]


def test_a_watch_file_of_another_day_or_that_is_not_there_is_refused(exported, tmp_path):
    refused(exported, "is of 2026-11-23", "fit", into=watch(tmp_path, day=1))
    missing = tmp_path / "none.fit"
    refused(exported, "there is no watch file", "fit", into=missing, kind=FileNotFoundError)


def test_fields_of_ours_are_not_put_in_twice(exported, files, tmp_path):
    path = exported("fit", into=watch(tmp_path)).path
    again = path.rename(tmp_path / "merged.fit")
    refused(exported, "holds our fields already", "fit", into=again)


def with_header(data, change):
    """Return a FIT file whose first record has another head, with its checksum made anew."""
    body = bytearray(data[:-2])
    change(body)
    return bytes(body) + struct.pack("<H", crc(bytes(body)))


def test_compressed_time_stamps_are_refused_since_they_could_not_stay(tmp_path):
    data = fit_file([{"timestamp": int(START_S) + k, "heart_rate": 120} for k in range(3)])
    first = data.index(bytes([0x40, 0, 0, 20, 0])) + 6 + 3 * 2

    def compress(body):
        body[first] = 0x80

    refused(merge.read, "compressed time stamps", with_header(data, compress))


def test_a_watch_that_uses_all_ids_is_refused(tmp_path):
    data = fit_file([{"timestamp": int(START_S) + k, "heart_rate": 120} for k in range(3)])
    body = data[14:-2]
    more = b"".join(bytes([0x40 | k, 0, 0, 0xFF, 0, 1, 0, 1, 2]) for k in range(1, 16))
    head = struct.pack("<BBHI4s", 14, 0x20, 21_170, len(more) + len(body), b".FIT")
    whole = head + struct.pack("<H", crc(head)) + more + body
    full = merge.read(whole + struct.pack("<H", crc(whole)))
    refused(merge.merged, "all of its 16 local ids", full, {}, "")
