"""The organisers' desk: draft, open, seal, publish."""
