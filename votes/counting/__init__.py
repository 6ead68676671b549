"""Counting: the rules by which ballots become a result, as pure functions.

Nouns: paper, ballots (marks, rankings, grades), result, trace, lot.
Arrays and plain data in, a `Result` out: no database, no request, no clock, nothing but numpy.
Whatever decides is an integer or a fraction. A tie is a value that the caller receives; the
published tie-break by lot (`lot`) is a separate step, and every use of it is written down.
"""
