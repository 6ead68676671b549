"""A theme's answer given to all its proposals at once.

Nouns: batch (one such act). It is previewed, carried out by a job, and can be taken back for a day.
"""
