"""``midstance check``: see before a run that every pod is worn right."""

from __future__ import annotations

from pipelines.cli.options import HERE, Athlete, Json, StorePath, Virtual
from pipelines.cli.output import say, show, stop
from pipelines.cli.virtual import among_virtual_pods


def check(
    athlete: Athlete, store: StorePath = HERE, virtual: Virtual = False, json: Json = False
) -> None:
    """Check in a guided minute that the pods are worn right.

    Stand still, bow, walk, run ten steps and more, walk back, stand still. Nothing of it is kept.
    """
    from pipelines.capture.before_run.check_run import as_record, check_pods
    from pipelines.capture.run import check_place

    check_place(athlete, store)
    enter = among_virtual_pods("check") if virtual else None
    say("Looking for the pods; Ctrl-C ends the check.")
    pods = check_pods(store, athlete, say, enter=enter)
    records = [as_record(pod) for pod in pods]
    show({"pods": records}, [pod.words for pod in pods], json=json)
    if wrong := [pod.placement.replace("_", " ") for pod in pods if pod.faults]:
        stop(f"{' and '.join(wrong)}: not worn right; mend that and check again")
