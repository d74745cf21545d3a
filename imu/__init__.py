"""What samples mean: pure arrays in, pure arrays out."""
