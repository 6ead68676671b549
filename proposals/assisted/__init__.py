"""The desk of an agent: enter what somebody without a device says, with their consent on paper.

Builds on every kind that a citizen can write or vote on; what is entered goes through the same
actions, under the person's own account or one made for them, and is marked as such in public.
"""
