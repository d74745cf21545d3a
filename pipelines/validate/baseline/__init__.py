"""Proof of the comparison with the past, on made-up athletes at session level."""
