"""Measurements of Palabre beside a ceiling or a peer, in one run on one machine.

Figures are ratios: this or that machine, busy or idle, changes absolute times by more than any
change in the code.
"""
