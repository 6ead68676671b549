"""Proposals: a citizen's text asking the community to do something.

Nouns: proposal, stage, official answer. Builds on votes (support) and deliberations (comments);
synthesis reads it from above.
"""
