"""The check before a run, gone through by a virtual runner whose pods are on the virtual radio."""

from dataclasses import replace

import numpy as np
import pytest

from imu.simulation import Bend, Run, Stand, Walk, realistic, simulate, someone
from pipelines.capture.before_run import check_run
from pipelines.capture.before_run.check_guide import STEPS
from pipelines.capture.before_run.check_run import as_record, guided, judged
from pipelines.demo.live import virtual_pods
from pipelines.radio.trouble import RadioError
from pipelines.radio.virtual.radio import virtual_radio
from pipelines.radio.virtual.time import loop_clock_ns, run_virtual
from pipelines.store.tables.raw_file import RawSession

STARTS_S = 6.0
"""Until the pods are found and record."""
SCRIPT = (
    Stand(STARTS_S + 9.5),
    Bend(3),
    Stand(4.0),
    Walk(8.0),
    Run(6.0, speed_mps=2.8),
    Walk(8.0),
    Stand(15.0),
)


@pytest.fixture(scope="module")
def pods():
    simulation = simulate(someone(1001), SCRIPT, seed=1001, pods=realistic(1001), rate_hz=200.0)
    return virtual_pods(simulation)


def checked(pods, **options):
    said = []

    async def main():
        async with virtual_radio(pods) as air:
            return await guided(air.radio, {}, said.append, clock_ns=loop_clock_ns, **options)

    return run_virtual(main()), said


def test_pods_that_are_worn_right_are_said_to_be_in_one_line_each(pods):
    found, said = checked(pods)
    assert [step.words in words for step, words in zip(STEPS, said, strict=True)] == [True] * 6
    assert said[0].startswith("1/6  Stand still")
    assert [pod.faults for pod in found] == [()] * 3
    assert [pod.worn.no_bow for pod in found] == [""] * 3
    lines = [pod.words for pod in found]
    assert lines[0].startswith("pelvis (ORP-PEL): worn right (on the pelvis, firm, stood ")
    assert lines[1].startswith("shank left (ORP-LSH): worn right (on the left leg, about ")
    assert "cm above the ankle, firm, stood " in lines[2]
    assert all(line.endswith("200 Hz, battery 90 %)") for line in lines)
    assert all("\n" not in line for line in lines)
    assert [as_record(pod)["right"] for pod in found] == [True] * 3


def test_pods_on_each_others_legs_are_named_and_the_pelvis_is_right(pods):
    names = {"shank_left": "ORP-RSH", "shank_right": "ORP-LSH"}
    turned = [replace(pod, name=names.get(pod.placement, pod.name)) for pod in pods]
    found, _ = checked(turned)
    assert [bool(pod.faults) for pod in found] == [False, True, True]
    assert "shank left (ORP-LSH): it sits on the right leg: move it" in found[1].words


def test_a_battery_that_is_low_is_a_fault(pods):
    found, _ = checked([replace(pods[0], battery_pct=12), *pods[1:]])
    assert found[0].faults == ("battery at 12 %: charge it",)


def test_without_pods_there_is_one_sentence(pods):
    with pytest.raises(RadioError, match="no pod nearby; switch the pods on"):
        checked([])


def test_a_check_that_is_stopped_early_says_to_begin_again(pods):
    with pytest.raises(ValueError, match="the check was stopped before its end; begin it again"):
        checked(pods, steps=(STEPS[0], STEPS[1]))


def test_a_pod_of_which_nothing_came_is_a_fault_beside_the_others(pods):
    empty = _raw(pods[0], count=0)
    found = judged(RawSession("2026-11-22T07:00:00+00:00", {"pelvis": empty}, {}), bow_s=None)
    assert found[0].words == "pelvis (pelvis): nothing was received: bring it closer"


def test_a_rate_that_is_not_what_it_says_and_lost_samples_are_faults(pods):
    whole = _raw(pods[1], count=6000)
    kept = np.ones(6000, dtype=bool)
    kept[2000:2600] = False
    slow = replace(
        whole, samples=whole.samples[kept], time_us=whole.time_us[kept] * 2, rate_hz=200.0
    )
    (found,) = judged(RawSession("2026-11-22T07:00:00+00:00", {"shank_left": slow}, {}), bow_s=None)
    assert "it measures at 100 Hz, not at 200: restart it" in found.faults
    assert "10 % of its samples were lost: carry the receiver on the body" in found.faults


def _raw(pod, *, count):
    samples = pod.samples[:count]
    return check_run.RawPod(samples, np.arange(count) * 5000, pod.scale, 200.0)
