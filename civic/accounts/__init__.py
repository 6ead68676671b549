"""Accounts: people, and how they come in.

Nouns: account (a person), credential (how they sign in), sign-in (a session, revocable), mail
token (a link sent by mail). An imported author is an account without a credential: a name that
nobody can sign in with. Roles are given by space, one package to the right.
"""
