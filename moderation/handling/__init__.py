"""What a moderator does with a case beside deciding: take it, undo, note who asked for what."""
