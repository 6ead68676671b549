"""How a space is moderated, quarter by quarter: for everyone, small numbers masked."""
