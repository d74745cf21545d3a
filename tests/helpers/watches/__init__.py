"""Watch files, and how readers that others wrote see them."""
