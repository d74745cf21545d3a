"""A virtual pod that speaks ORP v1."""
