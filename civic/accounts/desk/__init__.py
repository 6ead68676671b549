"""The counter for people who cannot come in, and for accounts that must be closed for a while."""
