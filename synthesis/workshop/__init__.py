"""The officials' workshop: ask for a version, wait for it, review it, undo.

Nouns: version, turn (the state of a synthesis that a form was shown with). Every form carries its
turn, so that nobody overwrites what they have not read.
"""
