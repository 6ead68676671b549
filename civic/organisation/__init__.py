"""The organisation's side: who runs the instance, when they last came, and who names whom.

Nouns: administrator. Roles in a space are given in `civic.spaces`; what each role may do is told
by `town.rights` from the doors of the routes.
"""
