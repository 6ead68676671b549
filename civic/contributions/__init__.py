"""Contributions: everything that a citizen writes in public is a row of one table.

Nouns: contribution, revision, state, follow. Kinds of contribution (proposal, comment, statement)
are joined subtypes in packages above; votes, reports and analyses point here with a real foreign
key and know none of the kinds. `visible()` is the one visibility rule of every output.
"""
