"""Which candidates are running stances: of one shank, of all pods together, in bouts."""
