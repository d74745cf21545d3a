"""A virtual WitMotion pod."""
