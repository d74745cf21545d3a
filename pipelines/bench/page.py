"""Write the figures of a benchmark as a page."""

from __future__ import annotations

from pathlib import Path

from pipelines.bench.figures import Bench, Figure

HEAD = """# How fast it is

Written by `midstance bench --write`: {hours:g} h of three virtual pods at 200 Hz, CPU time of one
thread. "x vqf" is in times of what VQF alone takes to follow the orientation of the same three
pods, in the same process and in turns with it; of several rounds the least counts. So ratios hold
on any machine that is not too busy, seconds do not.

{about}
"""


def written(figure: Figure) -> tuple[str, str, str, str]:
    """Return name, value, what is asked and the verdict, in words."""
    digits = 0 if figure.unit.startswith("MB") else 2
    bound = "" if figure.asked is None else f"{'≥' if figure.at_least else '≤'} {figure.asked:g}"
    return figure.name, f"{figure.value:.{digits}f} {figure.unit}", bound, figure.verdict


def page(bench: Bench) -> str:
    """Return the page as Markdown."""
    about = "\n".join(f"- {line}" for line in bench.about)
    parts = [HEAD.format(hours=bench.hours, about=about)]
    for title, figures in bench.tables().items():
        rows = ["| | figure | asked | |", "|---|---|---|---|"]
        rows += ["| " + " | ".join(written(one)) + " |" for one in figures]
        parts.append(f"## {title}\n\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def write_page(bench: Bench, path: Path) -> None:
    """Write the page to `path`."""
    path.write_text(page(bench), encoding="utf-8")
