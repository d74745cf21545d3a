"""Record a run: keep the links to its pods, show their health, recover what was interrupted."""
