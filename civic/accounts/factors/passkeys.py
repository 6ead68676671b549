"""WebAuthn, through the webauthn library: what a device is asked, and whether it answered well.

A passkey here is always discoverable and always checks its owner (a finger, a face, a code), so it
stands for two factors at once. The site's name and origin come from the settings, never from the
request.
"""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import update
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from civic.accounts.actions import begin_ceremony, end_ceremony
from civic.accounts.factors import queries
from civic.accounts.factors.actions import recovery_codes_if_none, tell_owner
from civic.accounts.factors.models import Passkey
from civic.accounts.models import Account, Ceremony
from civic.clock import now
from civic.db import db
from civic.errors import Invalid
from civic.i18n import gettext as _
from civic.settings import active
from civic.text import plain

NEW, USE = "passkey.new", "passkey.use"
PASSKEYS_AT_MOST = 20
CREDENTIAL_LONGEST = 20_000  # characters of one answer of a device
REQUIRED = UserVerificationRequirement.REQUIRED


def site() -> tuple[str, str]:
    """Our name for devices (the host) and our origin."""
    address = urlsplit(active().base_url)
    return address.hostname or "localhost", f"{address.scheme}://{address.netloc}"


def ask_for_new(account: Account) -> tuple[str, str]:
    """What a device is asked to make a passkey: the ceremony's token, and the options as JSON."""
    known = queries.passkeys_of(account)
    if len(known) >= PASSKEYS_AT_MOST:
        raise Invalid("credential", _("You have many passkeys already. Remove one first."))
    handle = known[0].handle if known else bytes_to_base64url(secrets.token_bytes(48))
    options = webauthn.generate_registration_options(
        rp_id=site()[0],
        rp_name=active().town_name,
        user_name=account.email or account.name,
        user_display_name=account.name,
        user_id=base64url_to_bytes(handle),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.key_id)) for key in known
        ],
    )
    challenge = bytes_to_base64url(options.challenge)
    token = begin_ceremony(NEW, account, challenge=challenge, handle=handle)
    return token, webauthn.options_to_json(options)


def add(ceremony: Ceremony | None, account: Account, answer: str, name: str) -> list[str]:
    """Keep the passkey that a device has made.

    Returns
    -------
    list of str
        Recovery codes to show now and never again; empty when the person has some.

    Raises
    ------
    Invalid
        When the device's answer does not fit what it was asked.
    """
    if ceremony is None or ceremony.account_id != account.id:
        raise _no_answer()
    details = dict(ceremony.details)
    end_ceremony(ceremony)
    host, origin = site()
    try:
        made = webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=base64url_to_bytes(details["challenge"]),
            expected_rp_id=host,
            expected_origin=origin,
            require_user_verification=True,
        )
    except WebAuthnException:
        raise _no_answer() from None
    key_id = bytes_to_base64url(made.credential_id)
    if queries.passkey_by_key(key_id) is not None:
        raise Invalid("credential", _("This passkey is known already."))
    db.session.add(
        Passkey(
            account_id=account.id,
            key_id=key_id,
            handle=details["handle"],
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=plain(name)[:60] or _("Passkey"),
            created_at=now(),
        )
    )
    db.session.flush()
    tell_owner(account, "second_factor.added", kind="passkey")
    return recovery_codes_if_none(account)


def ask_for_use() -> tuple[str, str]:
    """What a device is asked to sign somebody in: the ceremony's token, and the options as JSON."""
    options = webauthn.generate_authentication_options(rp_id=site()[0], user_verification=REQUIRED)
    token = begin_ceremony(USE, challenge=bytes_to_base64url(options.challenge))
    return token, webauthn.options_to_json(options)


def account_of(ceremony: Ceremony | None, answer: str) -> Account:
    """Whose device has answered the challenge.

    Raises
    ------
    Invalid
        When the answer is wrong, late, used before, or of a device that we do not know.
    """
    if ceremony is None:
        raise _no_answer()
    challenge = base64url_to_bytes(ceremony.details["challenge"])
    end_ceremony(ceremony)
    credential = _read(answer)
    passkey = queries.passkey_by_key(str(credential.get("id", "")))
    if passkey is None or not _is_theirs(passkey, credential):
        raise _no_answer()
    host, origin = site()
    try:
        used = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except WebAuthnException:
        raise _no_answer() from None
    _count(passkey, used.new_sign_count)
    return passkey.account


def _count(passkey: Passkey, count: int) -> None:
    db.session.execute(
        update(Passkey).where(Passkey.id == passkey.id).values(sign_count=count, used_at=now())
    )


def _read(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer[:CREDENTIAL_LONGEST])
    except ValueError:
        raise _no_answer() from None
    if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
        raise _no_answer()
    return found


def _is_theirs(passkey: Passkey, credential: dict[str, Any]) -> bool:
    handle = credential["response"].get("userHandle")
    return isinstance(handle, str) and secrets.compare_digest(
        handle.rstrip("=").encode(), passkey.handle.encode()
    )


def _no_answer() -> Invalid:
    return Invalid("credential", _("The passkey was not recognised. Try again."))
