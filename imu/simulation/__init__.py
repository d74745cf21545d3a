"""The virtual runner: a forward model with exact truth."""
