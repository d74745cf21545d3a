"""What happens over a stance, in a runner's words."""

from typing import Final

CONTACT: Final = "The foot lands (initial contact)"
MIDSTANCE: Final = "Mid-stance"
TOE_OFF: Final = "The foot leaves (toe-off)"
REVERSALS: Final = {
    "pelvic_rotation_reversal_pct": "The pelvis turns back, off the leg",
    "pelvic_obliquity_reversal_pct": "The pelvis rocks back up on the side in the air",
}
"""Metric -> what happens then."""
PEAKS: Final = {
    "vertical_force_bw": "The load is highest, as estimated from the pelvis",
    "shank_rotation_deg": "The shin has turned in the most",
}
"""Curve -> what happens at its highest point."""
