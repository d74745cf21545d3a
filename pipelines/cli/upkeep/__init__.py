"""Commands that check, move and hand over stores, and that measure midstance itself."""
