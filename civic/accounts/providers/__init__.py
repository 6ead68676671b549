"""Providers: people whom somebody else has recognised (FranceConnect, ProConnect, any OpenID
Connect provider).

Noun: identity (an issuer's word for a person). It is bound to issuer and subject, never to an
e-mail address, and is joined to an existing account only from inside that account.
"""
