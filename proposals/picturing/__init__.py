"""The picture of a proposal."""
