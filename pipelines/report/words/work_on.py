"""What people work on: general, with sources, and what is not known beside what is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Practice:
    """One thing people work on: what they do, what is known of it, and what is a hypothesis."""

    title: str
    done: str
    known: str
    hypothesis: str


WORK_ON: Final = (
    Practice(
        "Loading the glutes through length",
        "Step-ups, split squats and squats that go deep: the glutes work while they are long.",
        "Ten weeks of full squats made the gluteus maximus grow by 6.7 %, half squats by 2.2 % (17 "
        "men; Kubo 2019); step-ups made it work hardest in a review (one study, 15 people; Neto "
        "2020).",
        "that a runner who does so turns more over the leg.",
    ),
    Practice(
        "Hinging",
        "Bending in the hips with a long back and shins nearly upright: deadlifts, on two legs, "
        "then on one.",
        "In them the gluteus maximus worked at 61 % of its most on average, from 35 to 94 % (4 "
        "studies, 78 people; Neto 2020).",
        "that hinging well changes how the pelvis moves in running; no study of it is known.",
    ),
    Practice(
        "Control on one leg",
        "Single-leg squats and step-downs, and running, before a mirror.",
        "Six weeks of squats and hip strength changed the squat, not the running (20 women; Willy "
        "2011). Eight runs before a mirror made the pelvis drop less, most of it for three months "
        "(10 women with knee pain, no control group; Willy 2012).",
        "that the same holds for its turn.",
    ),
)
WHETHER_IT_WORKS: Final = (
    "Whether it does anything in you, runs before against runs after will tell: midstance compare; "
    "or a cue on and off in one run: midstance laps."
)
SOURCES: Final = (
    "Kubo 2019, Eur J Appl Physiol 119:1933; Neto 2020, J Sports Sci Med 19:195; Willy 2011, J "
    "Orthop Sports Phys Ther 41:625; Willy 2012, Clin Biomech 27:1045."
)
