"""The thread of comments under a contribution."""
