"""Tests of Palabre: each a sentence that a citizen could judge."""
