"""The check before a run: a guided minute that says how each pod is worn."""
