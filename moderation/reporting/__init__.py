"""Pages to report a text, and to learn what became of the report."""
