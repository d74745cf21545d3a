"""Contact, toe-off and side of every step from the pelvis alone."""
