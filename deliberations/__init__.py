"""Deliberations: what people say to each other, and what they can agree on.

Nouns: comment (in the thread of a contribution), reply, statement (one sentence to agree or
disagree with). Builds on votes (stances).
"""
