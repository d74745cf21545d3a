"""Fetch what pods recorded on board: list it, download it into a journal, make one session of it."""
