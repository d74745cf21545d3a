"""Everything on disk: journals, Parquet sessions, the catalogue."""
