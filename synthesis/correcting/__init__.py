"""Correcting: what officials do to the themes that the machine proposed.

Nouns: change (one act that can be undone), cut (a split that the machine proposes). Rename, merge,
cut, move, set aside, put back, lock: each leaves a change with the rows it touched as they were.
"""
