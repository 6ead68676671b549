"""A million contributions in flat memory: themes learned from a sample, then one pass over all.

Nouns: source (where the texts are), model (what the sample taught), block (some texts, placed),
table (what is kept of each text, on disk). `dask.py` runs the same blocks on several machines.
"""
