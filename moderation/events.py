"""Facts that this package tells after the commit."""

from __future__ import annotations

from civic.events import Event

text_let_out = Event("moderation.text_let_out")
"""A text that waited for a moderator is public. Carries `contribution_id`."""
