"""Ballots: organised votes of a space, from drafting the question to a sealed, recountable result.

Nouns: ballot (the organised vote), option, roll, émargement, box, receipt, seal, request.
The roll says who may vote, the émargement who did, the box what was voted; nothing joins the last
two once the box is sealed.
"""
