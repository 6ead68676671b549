"""Paper ballots: a batch is typed in by two people, compared, and put into the same box.

Nouns: batch (the papers of one polling place), reading (one person's typing of a whole batch), mark
(a line of the roll that voted on paper), settlement (the third look at papers read differently).
"""
