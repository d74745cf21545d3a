"""A virtual Capture2Go pod, written from the maker's published protocol."""
