"""The rules of the debate as a town words them, version after version."""
