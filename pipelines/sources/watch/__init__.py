"""Read what a watch recorded of a run: FIT, GPX or TCX."""

from __future__ import annotations

from pathlib import Path

from pipelines.sources.limits import check_file
from pipelines.sources.watch.track import LARGEST_BYTES, WatchTrack, as_track


def read_watch(path: Path) -> WatchTrack:
    """Return the points of a watch file, told by its content and not by its name.

    Raises OSError or ValueError with one sentence for what is no such file, is damaged, too large,
    or holds neither speed nor distance nor positions.
    """
    path = Path(path)
    check_file(path, "watch file", LARGEST_BYTES)
    with path.open("rb") as file:
        start = file.read(512)
    if start[8:12] == b".FIT":
        from pipelines.sources.watch.fit import fit_points

        return as_track(path, *fit_points(path))
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        from pipelines.sources.watch.xml_points import xml_points

        return as_track(path, *xml_points(path))
    raise ValueError(f"{path} is neither FIT nor GPX nor TCX; export one of these from the watch")
