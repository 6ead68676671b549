"""Formats: readers for the files in which ballots travel, and the writer of our own export.

A reader sets nothing aside in silence: what it cannot use becomes a note on the ballots or a
refusal that names the line. It never creates an option that the paper does not list.
"""
