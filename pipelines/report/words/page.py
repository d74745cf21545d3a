"""Headings, captions and columns of the page, by the section that shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PAGE: Final[Mapping[str, Mapping[str, str]]] = {
    "header": {
        "run_of": "Run of",
        "hint": "A stance is the time one foot is on the ground: one per step.",
        "made": "Made by midstance from session",
        "complete": "on this machine. The page is complete in itself and loads nothing from the "
        "network.",
    },
    "figure": {"numbers": "Numbers"},
    "table": {
        "measure": "Measure",
        "leg": "Leg",
        "left": "Left",
        "right": "Right",
        "today": "Today",
        "left_today": "Left today",
        "right_today": "Right today",
        "usual": "Usual",
        "usual_range": "Usual range",
        "difference": "Difference",
        "in_words": "In words",
        "measured": "Measured",
        "matters": "Matters",
    },
    "found": {
        "title": "What stands out",
        "next": "Next:",
        "caution": "Not computed alike:",
        "left_out": "Left out:",
        "related": "Related:",
        "not_known": "Not known:",
    },
    "over_the_leg": {
        "title": "Over your leg at mid-stance",
        "lead": "Are you over your leg, and what do you do instead? Mid-stance is 40 % of the time "
        "a foot is down. This describes; it does not judge. That turning over the leg is the "
        "better way to load it is the hypothesis of midstance: no study of it is known.",
        "leg": "leg",
        "at": "At mid-stance",
        "after": "After it",
        "drawing": "From behind, left is left. From above, the arrow is where you run and the ring "
        "is the side of the leg you stand on. Angles are drawn twice as large as they are. Dashed: "
        "the thigh, which no pod measures.",
        "today": "today",
        "usual": "your usual",
        "reversal": "The reversal",
        "of_pelvis": "of the pelvis,",
    },
    "readings": {
        "title": "The readings of mid-stance",
        "caption": "In brackets: the 95 % interval, which holds what differs from run to run when "
        "pods are put on anew. Usual: your usual range, once there are enough past runs.",
        "reading": "Reading",
        "hypothesis": "hypothesis",
        "both_legs": "both legs",
        "usual": "usual:",
    },
    "numbers": {
        "title": "The numbers",
        "lead": "Median of each leg, in brackets your usual range at today's pace: it holds 19 of "
        "20 runs without a change.",
    },
    "today": {
        "title": "Today against your past runs",
        "lead": "Medians over the stances of each leg: half of the stances are higher. The usual "
        "range is yours at today’s pace: it holds 19 of 20 new runs of a runner who has not "
        "changed. Under each name: how well it is measured, and how surely it matters for "
        "injuries; these are two questions.",
        "caption": "Difference: today minus the middle of your usual range, and below it its 95 % "
        "interval, made so that it holds the true difference 19 times out of 20.",
    },
    "sides": {
        "title": "Left against right",
        "lead": "Nobody is symmetrical. What matters is whether your own difference has changed.",
        "caption": ". Each against your own usual difference. No verdict is given, because it "
        "follows from the two legs above.",
    },
    "stance": {
        "title": "Through the stance",
        "lead": "Mean curves from initial contact (0 %) over mid-stance (40 %, the upright line) "
        "to toe-off (100 %).",
        "left_today": "left today",
        "right_today": "right today",
        "usual_mean": "usual mean",
        "usual_range": "usual range at each point",
    },
    "events": {
        "title": "Order of events",
        "lead": "When each happens, in percent of the time the foot is down, earliest first. In "
        "brackets: your usual range, or, for what is read off the mean curves, the earliest and "
        "the latest of your past runs. It describes: how well the peaks of the mean curves are "
        "timed has not been validated.",
        "event": "Event",
        "strip": "Over the stance",
        "left": "left",
        "right": "right",
    },
    "runs": {
        "title": "Run after run",
        "past": "past run",
        "left_today": "left today",
        "right_today": "right today",
        "usual_range": "usual range",
    },
    "time": {
        "title": "Over the run",
        "lead": "Median of every {bin_s} s; the shaded band holds the middle 80 % of the "
        "stances. Beside each title stands the last third of the run less the first, "
        "with its 95 % interval and, where it is known, the range that is usual for you "
        "in runs about as long. What pace does is taken off; slope and ground have a "
        "part in it, the pods have none.",
        "left": "left",
        "right": "right",
    },
    "weeks": {"title": "Over weeks", "all": "All measures over weeks"},
    "run": {"title": "The run", "usually": "usually"},
    "dose": {
        "title": "Impacts by speed",
        "lead": "The impact dose adds up the peaks at the shin: one of 10 g counts 1, one of 5 g a "
        "half. It is no force on the bone, and no dose is known to be safe or harmful.",
        "speed": "Speed",
        "share": "Strides",
        "left": "Left",
        "right": "Right",
        "per_km": "Per kilometre",
    },
    "other": {
        "title": "Other measures",
        "lead": "Exploratory: shown without a verdict.",
        "today": "today",
        "usual": "usual",
        "alone": "of the whole run alone",
    },
    "quality": {
        "title": "Quality of this recording",
        "grade": "Grade",
        "pod": "Pod",
        "delivered": "Delivered",
        "clipped": "Clipped",
        "clock": "Clock ±",
        "height": "Height",
        "columns": "Delivered: share of the samples that arrived. Clipped: share of the stances "
        "with movement beyond what a sensor can read. Clock ±: how far the pods' clocks may be "
        "apart. Height: of a leg pod above the ankle, as its signals tell (± 4 cm).",
    },
    "can_tell": {
        "title": "What this can and cannot tell you",
        "can": "It can",
        "cannot": "It cannot",
    },
    "reservations": {"title": "Not compared, or with reservations"},
    "limits": {"title": "Limits"},
    "work_on": {
        "title": "What people work on",
        "lead": "General: it does not follow from today's numbers, and it is no advice for an "
        "injury. With pain, see somebody who can examine you.",
        "hypothesis": "Hypothesis:",
        "sources": "Sources:",
    },
    "terms": {
        "title": "What each word and measure means",
        "words": "Words",
        "measures": "Measures",
    },
    "more": {
        "title": "Where to read more",
        "text": "Every curve and table, what each word and measure means and how well it is "
        "measured:",
    },
}
