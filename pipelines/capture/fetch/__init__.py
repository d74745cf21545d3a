"""Fetch what pods recorded on board: list it, download it, make one session of it."""
