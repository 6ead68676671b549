"""Tests against a real server: real processes, real parallel requests, real signals."""
