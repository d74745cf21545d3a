"""What exports of all systems share: when, which pods, and their samples in chunks."""

G = 9.80665
XYZ = "xyz"
START_S = 1_795_336_200.0  # 2026-11-22 08:30 UTC
NAMES = {"pelvis": "P1A", "shank_left": "L2B", "shank_right": "R3C"}


def pods_of(recording):
    """Return acceleration in m/s² and angular rate in rad/s, each (n, 3), by placement."""
    return {place: (one.acc_mps2, one.gyr_radps) for place, one in recording.sensors.items()}


def chunked(values, size):
    return [values[at : at + size] for at in range(0, len(values) - size + 1, size)]
