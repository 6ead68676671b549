"""Personal data: one registry of where it lives, and what drives from it.

Nouns: holding (columns that hold data about a person, with their purpose, ground, retention and
fate), download (all my data, once), former address (a keyed mark of the address of a deleted
account), retention report. Each package registers its own holdings in `personal.py`.
"""
