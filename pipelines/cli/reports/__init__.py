"""Commands that say what was found, and what its columns mean."""
