"""Spaces: the places of participation, their calendar and who holds which role there.

Nouns: space (one consultation), phase (a stretch of its calendar and what it permits),
membership (a role of a person in a space), invitation. What is open is computed from the clock at
the moment of the request, never by a job.
"""
