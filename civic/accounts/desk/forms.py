"""What an administrator types about an account."""

from __future__ import annotations

from wtforms import RadioField

from civic.web.forms import CivicForm, TextField, _l, an_email, at_least, at_most, choices, said

ACTS = {
    "devices": _l("Sign every device out"),
    "factors": _l("Take every second factor away"),
    "lock": _l("Lock the account: nobody signs in to it"),
    "unlock": _l("Unlock the account"),
}


class FindForm(CivicForm):
    """The address of one person."""

    email = TextField(_l("E-mail address"), [said(), an_email])


class ActForm(CivicForm):
    """What to do, and why: it is written in the audit log."""

    act = RadioField(_l("What to do"), [said(_l("Choose what to do."))])
    because = TextField(_l("Reason"), [said(), at_least(10), at_most(300)])

    def offering(self, acts: list[str]) -> ActForm:
        """Offer some of the acts."""
        self.act.choices = choices({name: ACTS[name] for name in acts})
        return self
