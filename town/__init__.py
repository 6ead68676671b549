"""The demonstration town: invented people and words, entered through the real actions."""
