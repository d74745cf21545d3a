"""What happens over a stance, in a runner's words."""

from typing import Final

CONTACT: Final = "The foot lands (initial contact)"
MIDSTANCE: Final = "Mid-stance"
TOE_OFF: Final = "The foot leaves (toe-off)"
TURNS_BACK: Final = "The pelvis turns back, off the leg (one wave over the stride)"
PEAKS: Final = {
    "pelvis_drop_deg": "The side in the air is lowest",
    "vertical_force_bw": "The load is highest, as estimated from the pelvis",
    "shank_rotation_deg": "The shin has turned in the most",
}
"""Curve -> what happens at its highest point."""
