"""Every metric against exact truth: over the stances of one runner, between people, on bends."""
