"""Loading metrics: one function each, one number per stance."""
