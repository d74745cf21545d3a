"""Which of the pods nearby are recorded, and what is said where that is not clear."""

from dataclasses import replace
from io import StringIO

import pytest
from pods.recorded_pods import ORP_RIG as RIG
from pods.recorded_pods import SESSION, decoded_pods
from pods.recorded_pods import orp_recorded as recorded
from rich.console import Console

from pipelines.capture.terminal import live_screen
from pipelines.radio.trouble import RadioError
from pipelines.store.journal.format import journal_path
from pipelines.store.stated.rig import RigPod


def test_a_pod_of_the_rig_that_is_not_there_is_named(tmp_path, make_pods):
    pods = make_pods(12)[:2]
    with pytest.raises(RadioError, match="shank_right: no such pod nearby; switch it on"):
        recorded(tmp_path, pods, seconds=10)
    assert not list(tmp_path.rglob("*.journal"))
    said, _ = decoded_pods(recorded(tmp_path, pods, seconds=30, allow_missing=True))
    assert set(said) == {"ORP-PEL", "ORP-LSH"}


def test_nothing_nearby_is_said_in_one_sentence(tmp_path):
    with pytest.raises(RadioError, match="no pod nearby; switch the pods on"):
        recorded(tmp_path, [], seconds=30, rig={})


def test_pods_nobody_knows_are_named(tmp_path, make_pods):
    pods = [replace(make_pods(12)[0], name="ORP-1F2E")]
    with pytest.raises(RadioError, match=r"none of the pods nearby \(ORP-1F2E\) is known"):
        recorded(tmp_path, pods, seconds=30, rig={})


def test_two_pods_that_could_both_be_meant_are_not_guessed(tmp_path, make_pods):
    pods = make_pods(12)
    twin = replace(pods[0], address="C0:00:00:00:00:99")
    with pytest.raises(
        ValueError, match=r"pelvis: .*:10 and .*:99 both advertise the name ORP-PEL"
    ):
        recorded(tmp_path, [*pods, twin], seconds=30, rig={})
    sure = {**RIG, "pelvis": RigPod("orp_v1", name="ORP-PEL", address=pods[0].address)}
    said, journal = decoded_pods(recorded(tmp_path, [*pods, twin], seconds=25, rig=sure))
    assert journal.header.pods[1].address == pods[0].address
    assert set(said) == {"ORP-PEL", "ORP-LSH", "ORP-RSH"}


def test_a_pod_that_is_not_the_one_of_the_rig_is_pointed_out(tmp_path, make_pods):
    health = []
    swapped = {**RIG, "pelvis": RigPod("orp_v1", name="ORP-PEL", serial="another")}
    recorded(tmp_path, make_pods(8), seconds=5, rig=swapped, health=health)
    assert "rig.toml has another here; swap the pods or correct rig.toml" in health[-2][0].note
    assert health[-2][1].note == ""


def test_a_pod_of_a_hostile_name_is_recorded_like_any_other(tmp_path, make_pods):
    pods = [replace(make_pods(12)[0], name="P[/b]\x1b[c")]
    rig = {"pelvis": RigPod("orp_v1", address=pods[0].address)}
    console = Console(file=StringIO(), width=200)
    with live_screen(console) as screen:
        path = recorded(tmp_path, pods, seconds=8, rig=rig, on_health=screen.health)
        said, journal = decoded_pods(path)
    assert journal.header.pods[1].name == pods[0].name
    assert said[pods[0].name].lost == 0
    assert r"pelvis (P[/b]\x1b[c)" in console.file.getvalue()
    assert "\x1b" not in console.file.getvalue()


def test_a_pod_that_cannot_be_started_ends_the_attempt_with_its_reason(tmp_path, make_pods):
    pods = make_pods(45)
    pods[2] = replace(pods[2], att_mtu=23)
    with pytest.raises(ValueError, match="ORP-RSH: the pod refuses to start: this machine offers"):
        recorded(tmp_path, pods, seconds=40)
    said, journal = decoded_pods(journal_path(tmp_path, "ana", SESSION), ("ORP-PEL", "ORP-LSH"))
    assert journal.closed
    assert all(decoded.lost == 0 for decoded in said.values())
