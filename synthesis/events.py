"""Facts that this package tells after the commit."""

from __future__ import annotations

from civic.events import Event

synthesis_published = Event("synthesis.published")
"""A version is public. Carries `synthesis_id`."""
