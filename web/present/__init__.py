"""From domain values to the words of a page: pure functions."""
