"""Measures against accounts: warn, limit, suspend until a date, always with a reason and a way to
contest. None touches a vote."""
