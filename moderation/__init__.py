"""Moderation: fair, fast, accountable.

Nouns: report (somebody points at a text), case (one version of a text, its reports grouped),
decision (keep or hide, with its reason). Acts on any contribution and knows none of the kinds.
"""
