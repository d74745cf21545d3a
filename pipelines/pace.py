"""Say a speed as runners do."""


def pace(speed_mps: float) -> str:
    """Return minutes and seconds per kilometre, e.g. ``5:33 min/km`` of 3 m/s."""
    minutes, seconds = divmod(round(1000 / speed_mps), 60)
    return f"{minutes}:{seconds:02d} min/km"
