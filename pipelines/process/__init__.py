"""From a journal or a file of another system to session files: raw samples, then stances."""
