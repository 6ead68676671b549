"""Second factors: a code from a telephone (TOTP), passkeys, recovery codes.

Nouns: authenticator (the telephone's shared secret), passkey (WebAuthn), recovery code. Moderators,
officials and administrators need one; others may have one.
"""
