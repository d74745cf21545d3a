"""A virtual Movesense pod, written from what is published of its protocol."""
