"""The declared metrics, one file per theme, and nothing else."""
