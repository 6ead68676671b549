"""Spam: what the form, the text and its author say, and a ranking learnt from decisions.

Nouns: signal (one thing that was noticed, in words), suspicion (0 to 1), model (plain numbers),
hold (a text that waits for a person, a day at most). Nothing leaves the machine.
"""
