"""What the pages say beside what the report says."""

from __future__ import annotations

from typing import Any, Final

from pipelines.store.stated.context import SURFACES

ROSTER: Final[dict[str, Any]] = {
    "title": "Runners",
    "lead": "Each runner is held against her own past runs and against nobody else. The sentences "
    "are those of her report: “your” means hers.",
    "chance": "With many runners chance names some: of 100 who have not changed, about 3 are named "
    "after a run (less than 1 of them as firm), and 3 to 5 over weeks. What is real shows again.",
    "not_yet": "Being looked at.",
    "to_do": "{count} of {all} runners are still being looked at; this page loads itself again.",
    "nobody": "Nobody has run yet. Record a run with midstance record, take one in with midstance "
    "import, or make one up with midstance demo.",
    "groups": {
        "changed": (
            "Changed",
            "Firm in the last run (two in a row, or so far out that one is enough), or named over "
            "the weeks. Look at these first.",
        ),
        "seen once": ("Seen once", "In the last run only: the next one tells whether it lasts."),
        "poor": (
            "The last recording is poor",
            "Nothing of it is compared. Look at the pods and record another run.",
        ),
        "other": (
            "The last run was unlike all before",
            "At another pace or on other hills than any past run, so it is compared with none.",
        ),
        "building": (
            "No baseline yet",
            "Too few runs that count to say what is usual.",
        ),
        "usual": ("As usual", "Nothing stands out."),
        "no run": ("No run that can be read", ""),
        "not yet": ("Still to be looked at", "By the names of their files only."),
    },
    "columns": ("Runner", "Last run", "Grade", "What changed", "Leg", "Since", "How sure"),
}

STORES: Final[dict[str, Any]] = {
    "title": "Stores",
    "lead": "Each has its own pages, questions in SQL among them. One name in two stores is two "
    "runners here.",
    "trouble": "cannot be shown now",
    "runner": "runner",
    "runners": "runners",
    "nowhere": "no store of that name is served here",
    "not_yet": "It has not been looked at yet; load the page again.",
    "reader": "You look as",
    "enter": "Give another token",
}

NOTE: Final[dict[str, Any]] = {
    "title": "What you know of this run",
    "lead": "Kept beside the run, for all who open this store. Shoes, surface, pace and slope are "
    "allowed for when runs are compared.",
    "nothing": "nothing",
    "changed_meanwhile": "Not stored: this run was noted elsewhere meanwhile. There it says now: "
    "{there}. What you typed is still below; store it again to put it in that place.",
    "there": "To what was typed.",
    "unstated": "Nothing is stated of it.",
    "save": "Store",
    "labels": {
        "shoes": "Shoes",
        "surface": "Surface",
        "treadmill": "Treadmill",
        "speed_mps": "Mean speed, m/s",
        "grade_pct": "Slope, %, up is positive",
        "plan_phase": "Phase of the plan",
        "pain": "Pain, 0 to 10",
        "tags": "Tags",
        "strapped": "Pods put on",
        "strapped_min": "How long before the run, min",
        "timezone": "Time zone",
        "notes": "Notes",
    },
    "hints": {
        "pain": "site=number with commas, as knee=3, left_hip=1",
        "tags": "words with commas, as healthy, race",
        "timezone": "as Europe/Berlin; empty is that of the recording",
    },
    "choices": {
        "surface": (("", "not stated"), *((one, one) for one in SURFACES)),
        "treadmill": (("", "not stated"), ("yes", "yes"), ("no", "no")),
        "strapped": (
            ("", "not stated"),
            ("anew", "anew for this run"),
            ("kept", "kept on since an earlier one"),
        ),
    },
}

RUNNER: Final[dict[str, Any]] = {
    "back": "All runners",
    "last": "Her last run",
    "next": "Next:",
    "weeks": "Over weeks",
    "weeks_table": "All measures over weeks",
    "measures": "Every measure, run after run",
    "measures_lead": "The median of each run. Shaded: her usual range at the pace of her last run, "
    "which holds 19 of 20 runs without a change. The bar below marks the runs that say what is "
    "usual, a dotted line where a change over weeks that is named began; pale runs do not count. "
    "Faster and slower runs differ without any change: the verdicts allow for pace, the dots do "
    "not.",
    "together": "The last run changed on the {leg} leg in these taken together, though none of "
    "them alone lies clearly outside its range: {labels}.",
    "between": "The last run, left against right: changed by {change} (95 % interval {interval}), "
    "outside what is usual.",
    "earlier": "Earlier weeks",
    "calendar": "Weeks and runs",
    "calendar_lead": "Choose a run to see its report. Impact dose: the peaks at the shin, one of "
    "10 g counting 1; it is no force on the bone, and no dose is known to be safe or harmful.",
    "compare": "Compare two groups of her runs",
    "compare_lead": "In words, or tick runs under A and B in the weeks below. All measures are "
    "judged together, pace, hills, shoes and surface allowed for as far as they are known.",
    "compare_how": "Two days as 2026-03-01..2026-04-15, last:6, or what was stated: tag:healthy, "
    "shoes:NAME, surface:NAME, plan:NAME; before: and after: any of these.",
    "reference": "What is usual for her",
    "reference_lead": "Changes are told against these runs. A change that lasts stays named until "
    "others are chosen.",
    "cautions": "What limits this",
    "week_of": "Week of",
    "group": {"first": "Group A", "second": "Group B"},
}

COMPARE: Final[dict[str, Any]] = {
    "title": "Two groups of runs",
    "next": "A difference says nothing of why. Ask what was new between the two groups (shoes, "
    "ground, training, a niggle) and note it with a run.",
    "others": "Choose two others",
    "none": "Nothing differs that could be told from noise.",
    "different": "Different:",
    "rest": "Not told apart: the second group less the first, with 95 % interval",
    "cautions": "What limits this",
}

REFUSED: Final[dict[int, str]] = {
    404: "there is no such page",
    405: "nothing is done here that way; load the page again and use its buttons",
    500: "midstance made a mistake here; "
    "load the page again, and report what stands in the terminal if it comes again",
}

RUN: Final[dict[str, Any]] = {
    "stored": "Stored.",
    "report": "The report",
    "alone": "The report as a page of its own",
    "paper": "The report prints from its own page: “The report as a page of its own”.",
    "short": "In short, for the runner",
    "quality": "Quality and pods",
    "downloads": "Take it elsewhere",
    "downloads_lead": "Stances and curves for a spreadsheet, a file for training platforms, or the "
    "stored table itself.",
    "usual": "Does it count as usual?",
    "counts": "It counts among the runs that say what is usual, if its grade allows.",
    "not_counts": "It does not count:",
    "mend": "Mend it",
    "swap": "The pods were on each other’s place. What was recorded stays, and the same exchange "
    "takes it back.",
    "process": "Find its stances again with this version of midstance. Knee bends with a bow show "
    "how the pods sit; say when they were, in s, or leave both empty to use what was said before. "
    "0 and 0 forget it.",
    "no_raw": "Its samples are not in this store, so it cannot be processed again.",
}

EXPLORE: Final[dict[str, Any]] = {
    "title": "Ask the tables",
    "link": "Explore",
    "lead": "One SELECT in the SQL of DuckDB on the tables of this store. It can read them and "
    "nothing else, for ten seconds and with 256 MB at most. What comes out are numbers, no "
    "verdicts: those are on the pages of the runners.",
    "box": "SQL",
    "ask": "Ask",
    "csv": "As CSV",
    "up": "Drawn upwards",
    "along": "Drawn along",
    "drawn": "{up} along {along}: each row below is a point. Rows without both are left out; "
    "nothing is joined or filled.",
    "legs": "The left leg is a blue circle, the right an orange diamond.",
    "answer": "Answer",
    "cut": "There are more; the CSV has up to 100 000.",
    "examples": "To begin with",
    "queries": (
        (
            "The runs of everybody",
            "select athlete, count(*) as runs, max(started_utc) as last\nfrom sessions\n"
            "group by athlete\norder by last desc",
        ),
        (
            "Contact time of each leg, run by run, of sound stances",
            "select athlete, session, side, count(*) as stances,\n"
            "  median(contact_time_s) as contact_s\nfrom stances\nwhere quality = ''\n"
            "group by all\norder by all",
        ),
        (
            "Pelvic drop and pace of each run",
            "select athlete, session, speed_mps, left_pelvic_drop_deg, right_pelvic_drop_deg\n"
            "from sessions\nwhere grade <> 'D'\norder by athlete, session",
        ),
        (
            "The mean curve of the pelvis' tilt over stance",
            "select session, side, stance_pct, mean\nfrom curves\n"
            "where signal = 'pelvis_tilt_deg'\norder by session, side, stance_pct",
        ),
    ),
    "tables": "What every column means",
    "tables_lead": "Every table has the column athlete. What is not known is NULL. The median of a "
    "leg is in sessions, with the leg before its name.",
}

LIVE: Final[dict[str, Any]] = {
    "title": "Being recorded now",
    "link": "Live",
    "lead": "What midstance record shows in its terminal, as it comes. Lines for cues are set in "
    "cues.toml of the runner.",
    "nothing": "Nothing is being recorded into this store with live numbers. Start midstance "
    "record; this page shows it by itself.",
    "minute": "Last minute",
    "no_numbers": "No live numbers; the recording goes on.",
    "drawn": "At mid-stance, medians of the last ten seconds, from behind and from above; angles "
    "are drawn twice as large as they are.",
    "not_drawn": "Pelvis and shins are drawn after some seconds of running with all three pods, if "
    "she stood still before.",
    "said": "Said to the runner",
    "pods": "Pods",
    "lost": "The server does not answer; what is shown is old.",
}

ENTER: Final[dict[str, Any]] = {
    "title": "Token",
    "lead": "Whoever started midstance serve gave it a token, or one to look only, by midstance "
    "share. It is asked for once in 12 hours.",
    "wrong": "That is not the token.",
}

WORDS: Final[dict[str, dict[str, Any]]] = {
    "roster": ROSTER,
    "stores": STORES,
    "runner": RUNNER,
    "run": RUN,
    "note": NOTE,
    "compare": COMPARE,
    "enter": ENTER,
    "live": LIVE,
    "explore": EXPLORE,
}
