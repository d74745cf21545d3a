"""A virtual Movella DOT, written from what is published of its protocol."""
