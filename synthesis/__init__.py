"""Synthesis: from thousands of contributions to a text that an official can sign.

Nouns: synthesis (one version of an analysis), theme, placement, quote, opinion group, answer to a
theme. `themes` (text) and `opinions` (votes) are pure: plain data in, a result out. They import
neither Flask nor SQLAlchemy, and no web process imports them (scikit-learn costs seconds and
memory): only `jobs` does, and jobs are asked for by name. `workshop` is where officials correct,
write and publish. Reads every package to its left; nothing below knows that it exists.
"""
