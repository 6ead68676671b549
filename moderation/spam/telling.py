"""What the filter noticed, in words, and what an author is told when a text is set aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from civic.contributions.models import Contribution
from civic.i18n import decimal, gettext as _, join_words, ngettext, percent
from civic.notifications.actions import notify
from civic.outbox.actions import post
from moderation.spam.models import Hold, Score

SENTENCES: dict[str, Callable[[Any], str]] = {
    "links": lambda value: _("%(rate)s links for a hundred words.", rate=decimal(value)),
    "first_link": lambda _value: _("A link in its author’s first text."),
    "mostly_link": lambda _value: _("Hardly anything but a link."),
    "copies": lambda value: ngettext(
        "%(num)s other text of this month says the same.",
        "%(num)s other texts of this month say the same.", value,
    ),
    "many_copies": lambda value: ngettext(
        "%(num)s other text of this month says the same.",
        "%(num)s other texts of this month say the same.", value,
    ),
    "invisible": lambda value: ngettext(
        "%(num)s invisible character.", "%(num)s invisible characters.", value
    ),
    "phone": lambda _value: _("A telephone number."),
    "iban": lambda _value: _("A bank account number."),
    "capitals": lambda value: _("Written in capitals (%(share)s).", share=percent(value)),
    "words": lambda value: _(
        "Words like those of texts hidden as spam: %(words)s.",
        words=join_words([f"« {word} »" for word in value]),
    ),
}  # fmt: skip


def signals_in_words(score: Score) -> list[str]:
    """Each signal as a sentence, the model's opinion last."""
    said = [SENTENCES[name](value) for name, value in score.signals if name in SENTENCES]
    if score.probability is not None and score.suspicion >= score.probability > 0.5:
        said.append(
            _("By past decisions: %(share)s likely to be spam.", share=percent(score.probability))
        )
    return said


def held(contribution: Contribution, hold: Hold) -> None:
    """The author learns that their text waits for a person, why, and until when."""
    author = contribution.author
    notify([author.id], "moderation.held", about=contribution)
    if author.email:
        post(
            author.email, "moderation/mails/held.txt", author.language, name=author.name,
            label=contribution.label, until=hold.until, contribution_id=contribution.id,
        )  # fmt: skip
