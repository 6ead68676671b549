"""Votes: supports, stances (agree, disagree, pass) and the counting rules.

Nouns: support, stance, ballot, tally. Everything here acts on a contribution of any kind and
knows none of the kinds. `counting` holds the rules as pure modules: arrays in, a result out.
"""
