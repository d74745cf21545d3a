"""What pods make of a movement: mounting, noise, range, clock, loss."""
