"""Parquet as midstance writes it: columns, page checksums, digests."""
