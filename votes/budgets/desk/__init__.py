"""The officials' pages of a budget: preparing, studying, opening, sealing, publishing."""
