"""Pages to decide on reported texts, and to contest a decision."""
