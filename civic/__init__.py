"""Civic: the ground floor, what any public forum needs.

Nouns: account, space, phase, membership, contribution, revision, notice, job, audit entry.
Inside, a module uses only what stands to its left:
`settings, clock, errors ← db, text, i18n, events ← audit, jobs, outbox ← web ← accounts ← spaces
← contributions ← notifications`. Every other package builds on this one; it imports none of them.
"""
