"""Taking part without a device: an agent enters what somebody says, never silently.

Nouns: consent (a paper that a person signed, by its reference), assisted act (a text, a support
or a stance that an agent entered for that person). The acts themselves are entered one package
per kind to the right, in `proposals/assisted/`.
"""
