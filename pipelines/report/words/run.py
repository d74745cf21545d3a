"""What the short page says of the run."""

from typing import Final

DISTANCE: Final = "Distance, about"
DOSE: Final = "Impact dose per km"
LEGS: Final = "L {left}, R {right}"
MEASURES: Final = {
    "cadence_spm": "Cadence",
    "step_length_m": "Step length",
    "contact_time_s": "Contact time",
    "vertical_oscillation_m": "Up and down",
}
"""Metric -> what it is called here; both legs together."""
