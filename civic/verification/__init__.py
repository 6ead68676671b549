"""Verification: a space may ask that people who take part live in the town.

Nouns: requirement (what a space asks, and by which means), resident line (one line of the town's
list, as a keyed hash), letter code (sent by post, stored hashed), verification (that somebody was
verified, by which means, and at most an age bracket and a district). Nothing else is kept.
"""
