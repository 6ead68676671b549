"""The public journal: what outsiders need to catch a record that was changed behind their backs.

Nouns: signing key, signed statement, head. The audit log is a chain; its head, signed and published
once a day, ties everything that came before to what strangers have already seen.
"""
