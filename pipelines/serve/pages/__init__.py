"""The pages, one module for each kind, with its routes."""
