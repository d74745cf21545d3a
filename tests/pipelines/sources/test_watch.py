"""What a watch recorded, from each of its formats, and files that are none."""

import math
import sys
import tracemalloc
from datetime import UTC, datetime

import numpy as np
import pytest
from watches.fit_file import fit_file

from pipelines.sources.watch import read_watch
from pipelines.sources.watch.track import SENSIBLE

START = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
START_S = START.timestamp()
M_PER_DEG = 6_371_009 * math.pi / 180


def moment(k, zone="Z"):
    text = datetime.fromtimestamp(START_S + k, UTC).isoformat()
    return text.replace("+00:00", zone)


def gpx(segments, zone="Z", more=""):
    """Runs north at 3 m/s, 3 % uphill."""
    parts = []
    for seconds in segments:
        points = "".join(
            f'<trkpt lat="{3 * k / M_PER_DEG:.8f}" lon="179.5"><ele>{100 + 0.09 * k:.2f}</ele>'
            f"<time>{moment(k, zone)}</time>{more}</trkpt>"
            for k in seconds
        )
        parts.append(f"<trkseg>{points}</trkseg>")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gpx xmlns:gpxtpx="x"><metadata>'
        f"<time>2001-01-01T00:00:00Z</time></metadata><trk>{''.join(parts)}</trk></gpx>"
    )


def tcx(count, speed=None):
    points = "".join(
        f"<Trackpoint><Time>{moment(k)}</Time><DistanceMeters>{3.0 * k}</DistanceMeters>"
        f"<HeartRateBpm><Value>{140 + k % 3}</Value></HeartRateBpm><Extensions><ns3:TPX>"
        + (f"<ns3:Speed>{speed}</ns3:Speed>" if speed else "")
        + "<ns3:RunCadence>87</ns3:RunCadence></ns3:TPX></Extensions></Trackpoint>"
        for k in range(count)
    )
    return f"<TrainingCenterDatabase><Track>{points}</Track></TrainingCenterDatabase>"


def saved(tmp_path, content, name="run.x"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_gpx_gives_all_segments_and_keeps_the_zone(tmp_path):
    extra = "<extensions><gpxtpx:hr>150</gpxtpx:hr><gpxtpx:cad>88</gpxtpx:cad></extensions>"
    for zone in ("Z", "+00:00"):
        track = read_watch(saved(tmp_path, gpx([range(60), range(300, 400)], zone, extra)))
        assert (track.time_s[0], track.time_s[-1]) == (START_S, START_S + 399)
        assert len(track.time_s) == 160
        assert track.speed_mps == pytest.approx(3.0, abs=0.01)
        assert track.distance_m[-1] == pytest.approx(3 * (59 + 99), rel=1e-3), "not the pause"
        assert track.grade_pct == pytest.approx(3.0, abs=0.1)
        assert (track.heart_rate_bpm == 150).all()
        assert (track.cadence_spm == 176).all()
    track = read_watch(saved(tmp_path, gpx([range(60)], "+09:00")))
    assert track.time_s[0] == START_S - 9 * 3600
    assert "times without a zone" not in " ".join(track.notes)
    track = read_watch(saved(tmp_path, gpx([range(60)], "")))
    assert track.time_s[0] == START_S
    assert "times without a zone are taken as UTC" in track.notes


def test_tcx_of_a_treadmill_has_all_its_points(tmp_path):
    track = read_watch(saved(tmp_path, tcx(300, speed=2.9)))
    assert len(track.time_s) == 300
    assert (track.speed_mps == 2.9).all()
    assert (track.cadence_spm == 174).all()
    assert set(track.heart_rate_bpm) == {140, 141, 142}
    assert np.isnan(track.grade_pct).all()
    track = read_watch(saved(tmp_path, tcx(300)))
    assert track.speed_mps == pytest.approx(3.0)
    assert "speed is worked out from distance and time" in track.notes


def rows(count, **more):
    return [{"timestamp": int(START_S) + k, "enhanced_speed": 3.0, **more} for k in range(count)]


def test_fit_gives_speed_heart_rate_and_steps_of_both_feet(tmp_path):
    known = rows(120, heart_rate=151, cadence=87, fractional_cadence=0.5, distance=77.0)
    for k, row in enumerate(known):
        row |= {"position_lat": 3 * k / M_PER_DEG, "position_long": 8.0}
        row["enhanced_altitude"] = 100 - 0.06 * k
    known[3] |= {"heart_rate": None, "enhanced_speed": None, "cadence": None}
    track = read_watch(saved(tmp_path, fit_file(known, again_at=(40, 80))))
    assert len(track.time_s) == 120
    assert track.time_s[0] == START_S
    for values in (track.heart_rate_bpm, track.speed_mps, track.cadence_spm):
        assert np.flatnonzero(np.isnan(values)).tolist() == [3]
    assert np.nanmedian(track.speed_mps) == 3.0
    assert np.nanmedian(track.cadence_spm) == 175
    assert np.nanmedian(track.heart_rate_bpm) == 151
    assert track.distance_m[-1] == pytest.approx(357, rel=1e-3)
    assert np.nanmedian(track.grade_pct) == pytest.approx(-2, abs=0.5)


def test_fit_without_positions_counts_distance_by_speed_but_not_over_a_pause(tmp_path):
    known = rows(60)
    known += [{"timestamp": int(START_S) + k, "enhanced_speed": 3.0} for k in range(660, 720)]
    track = read_watch(saved(tmp_path, fit_file(known)))
    assert track.distance_m[-1] == pytest.approx(3 * (59 + 59))


def test_what_cannot_be_meant_is_not_known(tmp_path):
    known = tcx(100, speed=2.9).replace("<Value>140<", "<Value>inf<")
    known = known.replace("<ns3:Speed>2.9<", "<ns3:Speed>1e300<", 5)
    known = known.replace(moment(50), "yesterday")
    track = read_watch(saved(tmp_path, known))
    assert len(track.time_s) == 99
    assert np.isnan(track.speed_mps[:5]).all()
    assert np.isnan(track.heart_rate_bpm).sum() == 34
    assert np.nanmax(track.speed_mps) <= SENSIBLE["speed_mps"][1]


BOMB = '<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + k)} "{f"&{chr(97 + k)};" * 10}">' for k in range(9)
)
SECRET = '<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def hostile():
    sound = gpx([range(60)])
    fit = fit_file(rows(100))
    yield "bomb", BOMB + "]><gpx>&j;</gpx>", "has a DOCTYPE, which no watch writes"
    yield "outside", SECRET + "<gpx>&x;</gpx>", "has a DOCTYPE, which no watch writes"
    yield "undeclared", sound.replace("<trk>", "<trk>&x;"), "is damaged or no XML"
    yield "cut", sound[: len(sound) // 2], "is damaged or no XML"
    yield "html", "<html><body>sign in</body></html>", "is XML but neither GPX nor TCX"
    yield "deep", "<gpx>" + "<a>" * 200_000, "has more in it than a run has"
    yield "segments", "<gpx>" + "<trkseg></trkseg>" * 2_000 + "</gpx>", "has over 1000 segments"
    yield "attribute", f'<gpx a="{"a" * 5_000_000}"/>', "has a tag without an end"
    attributes = " ".join(f'a{k}="1"' for k in range(200_000))
    yield "attributes", f"<gpx {attributes}/>", "has a tag without an end"
    yield "comment", f"<gpx><!--{'a' * 5_000_000}--></gpx>", "has a tag without an end"
    yield "long text", f"<gpx><trkpt><ele>{'1' * 5_000_000}</ele></trkpt></gpx>", "holds no speed"
    yield "empty gpx", "<gpx/>", "holds no speed, distance or positions"
    yield "still", gpx([range(1)]), "holds no speed, distance or positions"
    yield "encoding", sound.replace("UTF-8", "klingon"), "unknown encoding: klingon"
    yield "text", "time,speed\n1,2\n", "is neither FIT nor GPX nor TCX"
    yield "nothing", "", "is neither FIT nor GPX nor TCX"
    yield "half a fit", fit[: len(fit) // 2], "is damaged or cut"
    yield "fit changed", fit[:-5] + bytes([fit[-5] ^ 1]) + fit[-4:], "is damaged or cut"
    yield "fit head", fit[:14], "is damaged or cut"
    no_speed = [{"timestamp": int(START_S) + k, "heart_rate": 140} for k in range(90)]
    yield "fit without speed", fit_file(no_speed), "holds no speed, distance or positions"


@pytest.mark.parametrize(("content", "said"), [pytest.param(c, s, id=i) for i, c, s in hostile()])
def test_what_is_no_run_is_one_sentence_in_bounded_memory(tmp_path, content, said):
    path = saved(tmp_path, content)
    tracemalloc.start()
    with pytest.raises(ValueError, match=said) as caught:
        read_watch(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "root:" not in str(caught.value)
    assert most < 50e6


def test_what_is_no_file_is_one_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no watch file"):
        read_watch(tmp_path / "gone.fit")
    with pytest.raises(ValueError, match="is a folder; name the watch file in it"):
        read_watch(tmp_path)


def test_fit_without_its_reader_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fitdecode", None)
    with pytest.raises(ValueError, match=r'run pip install "midstance\[fit\]", or export GPX'):
        read_watch(saved(tmp_path, fit_file(rows(100))))


@pytest.mark.campaign(short=40, long=2_000)
def test_bytes_that_changed_give_a_track_or_one_sentence(tmp_path, seed):
    rng = np.random.default_rng(seed)
    sound = (gpx([range(40)]).encode(), tcx(40).encode(), fit_file(rows(60)))[seed % 3]
    data = bytearray(sound)
    for at in rng.integers(0, len(data), rng.integers(1, 20)):
        data[at] = rng.integers(256)
    path = saved(tmp_path, bytes(data[: rng.integers(len(data) // 2, len(data) + 1)]))
    said = ""
    try:
        track = read_watch(path)
    except ValueError as error:
        said = str(error)
    if said:
        assert str(path) in said
        assert "\n" not in said
    else:
        assert (np.diff(track.time_s) > 0).all()
        assert np.isfinite(track.speed_mps).sum() > 1
