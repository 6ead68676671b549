"""Synthesis: from thousands of contributions to a text that an official can sign.

Nouns: theme, opinion group, synthesis (one version of an analysis), assignment, answer to a theme.
`themes` (text) and `opinions` (votes) are pure: arrays and plain data in, a result out. They import
neither Flask nor SQLAlchemy, and no web process imports them (scikit-learn costs seconds and memory).
Reads every package to its left; nothing below knows that it exists.
"""
