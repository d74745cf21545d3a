"""What the curves of `imu.analysis.Curves` are called, and which way is up."""

from typing import Final

CURVES: Final = {
    "pelvis_tilt_deg": ("Pelvic tilt", "from standing still; up: front of the pelvis down"),
    "pelvis_drop_deg": ("Pelvic drop", "from its average over the stride; up: swing side lower"),
    "pelvis_rotation_deg": (
        "Pelvic rotation",
        "from its average over the stride; up: over the stance leg",
    ),
    "shank_rotation_deg": ("Shank rotation", "from initial contact; up: inward"),
    "vertical_force_bw": ("Vertical force", "estimated from the pelvis"),
    "shank_axial_mps2": ("Acceleration along the shank", "gravity included"),
}
