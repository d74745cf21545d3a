"""From a recorder's journal to the samples of each worn pod, on one clock."""
