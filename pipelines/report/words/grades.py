"""What the grade of a recording says."""

from typing import Final

GRADES: Final = {
    "A": ("very good", "Very good. Nothing is wrong with this recording."),
    "B": ("good", "Good. This run can be compared; note the remarks."),
    "C": ("fair", "Fair. A difference may come from what the remarks name."),
    "D": ("poor", "Poor. Check the recording before you believe a difference."),
}
"""Grade -> in a word or two, and in a sentence."""
NOT_GRADED: Final = ("not graded", "Not graded.")
