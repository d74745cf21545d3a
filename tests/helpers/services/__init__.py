"""Servers on the loopback: S3, other people's services, and our own pages."""
