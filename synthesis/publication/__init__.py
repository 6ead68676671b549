"""Publication: what officials write under their name, and the step that shows it to everyone."""
