"""The proof that a pod that stamps late is named: a short version, and that it can fail."""

from dataclasses import replace

from pipelines.validate.drawn_runners import late_pods
from pipelines.validate.drawn_runners.late_pods import FAMILIES, LATE_MS, WITH, WITHOUT, Told
from pipelines.validate.results import PASS, SHORT
from pipelines.validate.virtual_runs import pod_clocks
from pipelines.validate.virtual_runs.grid import FULL, SMALL

KEYS = [(name, ms) for name in (WITH, WITHOUT) for ms in LATE_MS]


def told(family="someone", *wrong):
    return Told(family, 5, {key: key not in wrong for key in KEYS}, 2.0)


def test_forty_runners_of_each_family_on_seeds_of_their_own():
    every = late_pods.jobs(FULL, seed=1)
    assert len({(family, seed) for family, seed, _ in every}) == 40 * len(FAMILIES)
    assert not {seed for _, seed, _ in every} & set(range(60_100, 60_140))


def test_every_late_pod_of_a_few_runners_is_named_and_no_other():
    part = late_pods.part([late_pods.score(job) for job in late_pods.jobs(SMALL, seed=3)])
    assert {figure.verdict for figure in part.figures} == {PASS}
    assert len(part.tables[0].rows) == 2 * len(FAMILIES)


def test_a_pod_that_is_missed_or_wrongly_named_falls_short():
    missed = late_pods.part([told("anyone", (WITH, 30))]).figures
    wrong = late_pods.part([told("anyone", (WITHOUT, 0))]).figures
    assert [figure.verdict for figure in missed[:2]] == [SHORT, PASS]
    assert [figure.verdict for figure in wrong[:2]] == [PASS, SHORT]
    assert late_pods.part([told("anyone", (WITHOUT, 30))]).figures[0].verdict == PASS


def test_of_no_runner_there_is_nothing_to_say():
    assert late_pods.part([]) == pod_clocks.part([])


def test_clocks_of_three_pods_meet_what_is_asked_over_ten_minutes():
    runs = [pod_clocks.score(job) for job in pod_clocks.jobs(SMALL, seed=1)]
    verdicts = {figure.name: figure.verdict for figure in pod_clocks.part(runs).figures}
    assert len(verdicts) == 6
    assert set(verdicts.values()) == {PASS}
    apart = replace(runs[-1], whole_s=0.002)
    assert pod_clocks.part([apart]).figures[2].verdict == SHORT
