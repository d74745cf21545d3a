"""Samples that no sensor read: what an exporter filled in, and how oftener than read it wrote."""
