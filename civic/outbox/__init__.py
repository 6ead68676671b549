"""Outbox: mails are rows, written in the transaction of the act that sends them.

Nouns: mail. A job delivers them when a mail server is set; without one they wait, readable by the
administrator, and nothing else stops.
"""
