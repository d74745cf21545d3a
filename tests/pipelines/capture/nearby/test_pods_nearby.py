"""Pods on the virtual radio are asked who they are, blink, and get their placements."""

from dataclasses import replace

import pytest
from pods.virtual_pods import capture2go_pods, noisy_pods

from firmware_protocols.orp_v1 import PROTOCOL as ORP
from firmware_protocols.protocol import About
from pipelines.capture.nearby.assign import assigned, exchanged, wishes
from pipelines.capture.nearby.pods_nearby import (
    NearbyPod,
    ask,
    ask_all,
    blink,
    called,
    in_words,
    placements,
)
from pipelines.radio.scan import Found, scan
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import run_virtual
from pipelines.store.stated.rig import RigPod, read_rig, write_rig

SERIALS = [f"virtual-c000000000{n}" for n in (10, 11, 12)]


def nearby(pods, then=None):
    async def main():
        async with virtual_radio(pods) as air:
            found = await ask_all(air.radio, scan_s=3.0)
            if then is not None:
                await then(air, found)
            return found

    return sorted(run_virtual(main()), key=lambda pod: pod.found.address)


@pytest.fixture(scope="module")
def three():
    return nearby([replace(pod, battery_pct=40 + n) for n, pod in enumerate(noisy_pods(5))])


def test_every_pod_says_who_and_how_it_is(three):
    assert [pod.about.serial for pod in three] == SERIALS
    assert [pod.about.battery_pct for pod in three] == [40, 41, 42]
    assert not any(pod.trouble for pod in three)
    worn = placements(three, {})
    assert list(worn.values()) == ["pelvis", "shank_left", "shank_right"]
    line = in_words(three[1], worn[three[1].found.address])
    assert line.startswith("shank left: ORP-LSH  orp_v1  C0:00:00:00:00:11  serial virtual-")
    assert "ORP 1.0  battery 41 %  200 Hz  ±16 g  ±2000 °/s  holds 60 s" in line


def test_capture2go_pods_say_it_too_and_are_assigned_to_nothing():
    pods = nearby(capture2go_pods(5))
    assert [pod.about.serial for pod in pods] == ["aa0001", "aa0002", "aa0003"]
    for pod in pods:
        assert (pod.about.firmware, pod.about.battery_pct) == ("1.0", 90)
        assert pod.about.free_pct == 100
        assert in_words(pod, None).startswith("not assigned: IMU_aa000")
    assert placements(pods, {}) == {}


@pytest.mark.parametrize("make", [noisy_pods, capture2go_pods])
def test_the_pod_that_is_meant_blinks_and_no_other(make, monkeypatch):
    blinked = []
    for path in ("orp_v1.firmware.OrpV1._identify", "capture2go.firmware.Capture2Go._blink"):
        module, _, name = path.rpartition(".")
        whole = f"pipelines.radio.virtual.{module}.{name}"
        monkeypatch.setattr(whole, _noting(whole, blinked))

    async def then(air, found):
        await blink(air.radio, found[1].found)
        assert len(blinked) == 1
        assert blinked[0] == found[1].found.name

    nearby(make(5), then)


def _noting(path, blinked):
    from importlib import import_module

    module, cls, name = path.rsplit(".", 2)
    original = getattr(getattr(import_module(module), cls), name)

    def noting(firmware, arguments):
        blinked.append(firmware.pod.name)
        return original(firmware, arguments)

    return noting


def test_a_protocol_that_cannot_blink_or_tell_says_so(three):
    mute = replace(ORP, name="mute", about=None, identify=None)
    found = replace(three[0].found, protocol=mute)

    async def main():
        async with virtual_radio(noisy_pods(5)) as air:
            said = await ask(air.radio, found)
            assert said.trouble == "ORP-PEL: says nothing of itself before it is recorded"
            await blink(air.radio, found)

    with pytest.raises(ValueError, match="in which no pod can be made to blink; switch the others"):
        run_virtual(main())


def test_a_pod_that_does_not_answer_and_one_of_another_firmware_cost_no_other(monkeypatch):
    from pipelines.radio.virtual.orp_v1.firmware import OrpV1

    original = OrpV1.read

    def read(firmware, channel):
        return b"\x03\x01" if firmware.pod.name == "ORP-LSH" else original(firmware, channel)

    monkeypatch.setattr(OrpV1, "read", read)

    async def main():
        async with virtual_radio(noisy_pods(5)) as air:
            found = await scan(air.radio, (ORP,), timeout_s=3.0)
            away = Found("C0:00:00:00:00:99", "C0:00:00:00:00:99", "ORP-99", ORP, -60)
            return [await ask(air.radio, pod) for pod in (*found, away)]

    said = {pod.found.name: pod for pod in run_virtual(main())}
    assert "has another firmware; update that or midstance" in said["ORP-LSH"].trouble
    assert said["ORP-99"].trouble.startswith("ORP-99: cannot connect")
    assert said["ORP-PEL"].trouble == said["ORP-RSH"].trouble == ""


# --- who is worn where ----------------------------------------------------------------------------


def test_pods_are_assigned_by_serial_address_or_name(three, tmp_path):
    asked = wishes([f"pelvis={SERIALS[2]}", "shank_left=orp-pel", "shank_right=c0:00:00:00:00:11"])
    assigned(tmp_path / "store", three, asked)
    rig = read_rig(tmp_path / "store")
    assert rig["pelvis"] == RigPod("orp_v1", "ORP-RSH", "C0:00:00:00:00:12", SERIALS[2])
    assert (rig["shank_left"].name, rig["shank_right"].name) == ("ORP-PEL", "ORP-LSH")
    assert list(placements(three, rig).values()) == ["pelvis", "shank_left", "shank_right"]
    assert placements(three, rig)["C0:00:00:00:00:12"] == "pelvis"


def test_a_placement_that_is_not_asked_for_keeps_its_pod(three, tmp_path):
    write_rig(tmp_path, {"pelvis": RigPod("capture2go", name="IMU_1")})
    assigned(tmp_path, three, wishes(["shank_left=ORP-LSH"]))
    assert read_rig(tmp_path)["pelvis"] == RigPod("capture2go", name="IMU_1")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["shank_left=ORP-LSH", "shank_right=ORP-LSH"], "would be worn as shank_left and as"),
        (["shank_left=ORP-PEL"], "would be worn as pelvis and as shank_left"),
        (["shank_left=nobody"], "no pod nearby is called nobody; nearby are virtual-"),
    ],
)
def test_what_cannot_be_worn_is_refused_and_the_rig_stays(words, sentence, three, tmp_path):
    assigned(tmp_path, three, wishes(["pelvis=ORP-PEL"]))
    before = (tmp_path / "rig.toml").read_bytes()
    with pytest.raises(ValueError, match=sentence):
        assigned(tmp_path, three, wishes(words))
    assert (tmp_path / "rig.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "say which pod is worn where, for example --assign pelvis=SERIAL"),
        (["pelvis"], "'pelvis' says no pod for a place"),
        (["hip=A"], "'hip=A' says no pod for a place"),
        (["pelvis=A", "pelvis=B"], "pelvis is given twice"),
    ],
)
def test_words_that_assign_nothing_are_refused(words, sentence):
    with pytest.raises(ValueError, match=sentence):
        wishes(words)


def test_a_word_that_two_pods_answer_to_is_refused(three):
    twins = [three[0], replace(three[1], found=replace(three[1].found, name="ORP-PEL"))]
    with pytest.raises(ValueError, match="are both called orp-pel; name one by its serial"):
        called(twins, "orp-pel")
    with pytest.raises(ValueError, match="no pods found; switch them on"):
        called([], "orp-pel")


def test_two_placements_are_exchanged_in_the_rig(tmp_path):
    left, right = (RigPod("orp_v1", name=name) for name in "ab")
    write_rig(tmp_path, {"shank_left": left, "shank_right": right})
    exchanged(tmp_path, "shank_left", "shank_right")
    assert read_rig(tmp_path) == {"shank_left": right, "shank_right": left}
    write_rig(tmp_path, {"pelvis": left})
    with pytest.raises(ValueError, match="says nothing of shank_left and shank_right; midstance"):
        exchanged(tmp_path, "shank_left", "shank_right")


def test_a_pod_that_says_nothing_is_still_one_line(three):
    pod = NearbyPod(three[0].found, About(), "ORP-PEL: the pod does not answer")
    assert in_words(pod, None).endswith("C0:00:00:00:00:10  ORP-PEL: the pod does not answer")
