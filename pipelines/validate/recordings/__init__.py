"""Score recordings with force plates."""
