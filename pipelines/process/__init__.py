"""Turn a journal or a file of another system into session files: raw samples, then stances."""
