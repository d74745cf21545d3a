"""Parquet as midstance writes it: columns, checksums, seals."""
