"""The conversation with a provider, through Authlib: code flow with PKCE, state and nonce.

Addresses come from the operator's file and the provider's own discovery, never from people. Authlib
makes the requests; they have five seconds and follow no redirect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask, Response, current_app
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from civic.accounts.providers.reading import Provider, read_providers
from civic.errors import Conflict, Missing
from civic.i18n import gettext as _
from civic.settings import active

log = structlog.get_logger()
PATIENCE_SECONDS = 5
LEEWAY_SECONDS = 60  # how far apart two clocks may be
LETTERS = 48  # of state and nonce; ProConnect wants at least 32
TROUBLES = (AuthlibBaseError, JoseError, OSError, ValueError, KeyError, RuntimeError, TypeError)


class _Session(OAuth2Session):
    """Requests that are short and go where they were sent."""

    def request(self, method: str, url: str, **given: Any) -> Any:
        given["timeout"], given["allow_redirects"] = PATIENCE_SECONDS, False
        return super().request(method, url, **given)


class _App(FlaskOAuth2App):
    client_cls = _Session


class _Registry(OAuth):
    oauth2_client_cls = _App


@dataclass(frozen=True)
class Recognised:
    """What a provider has said of a person."""

    issuer: str
    subject: str
    id_token: str
    claims: dict[str, Any]

    @property
    def name(self) -> str:
        """A name to propose: given name, or what they are called there."""
        words = [self.claims.get(key) for key in ("given_name", "preferred_username", "name")]
        return next((word for word in words if isinstance(word, str) and word.strip()), "")

    @property
    def email(self) -> str:
        """The address, only if the provider says that it has checked it."""
        email = self.claims.get("email")
        is_checked = self.claims.get("email_verified") is True
        return email if is_checked and isinstance(email, str) else ""


def init_app(app: Flask) -> None:
    """Register the providers of the settings."""
    providers = read_providers(app.config["SETTINGS"].providers_file)
    registry = _Registry(app)
    for provider in providers.values():
        registry.register(
            provider.name,
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            server_metadata_url=f"{provider.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": provider.scopes,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": provider.authentication,
            },
        )
    app.extensions["palabre_providers"] = (providers, registry)


def providers() -> dict[str, Provider]:
    """The providers of this instance, by name."""
    found: dict[str, Provider] = current_app.extensions["palabre_providers"][0]
    return found


def provider_named(name: str) -> Provider:
    """One provider.

    Raises
    ------
    Missing
        When there is none of this name.
    """
    if name not in providers():
        raise Missing()
    return providers()[name]


def _client(provider: Provider) -> Any:
    return current_app.extensions["palabre_providers"][1].create_client(provider.name)


def _own(path: str) -> str:
    return active().base_url.rstrip("/") + path


def return_address(provider: Provider) -> str:
    """Where the provider sends people back: to be registered there."""
    return _own(f"/sign-in/with/{provider.name}/back")


def send_there(provider: Provider) -> Response:
    """Send the browser to the provider; state, nonce and the PKCE secret go into its cookie."""
    extra = {"acr_values": provider.acr_values} if provider.acr_values else {}
    try:
        return cast(
            Response,
            _client(provider).authorize_redirect(
                return_address(provider), state=generate_token(LETTERS),
                nonce=generate_token(LETTERS), **extra,
            ),
        )  # fmt: skip
    except TROUBLES:
        raise _not_recognised(provider) from None


def recognise(provider: Provider) -> Recognised:
    """Check everything that the provider sends back with the browser.

    State, nonce, signature, issuer, audience, times, and the claims that the settings require.

    Raises
    ------
    Conflict
        When anything is wrong; what exactly is for the log.
    """
    client = _client(provider)
    try:
        metadata = client.load_server_metadata()
        if metadata["issuer"].rstrip("/") != provider.issuer:
            raise ValueError("another issuer answers here")
        metadata["id_token_signing_alg_values_supported"] = list(provider.algorithms)
        token = client.authorize_access_token(
            claims_options=_wanted(provider, metadata), leeway=LEEWAY_SECONDS
        )
        said = dict(token["userinfo"])
        if "nonce" not in said:
            raise ValueError("no nonce")
        said |= _more(client, provider, metadata, token, said["sub"])
        if any(str(said.get(name)) != value for name, value in provider.claims.items()):
            raise ValueError("a required claim does not fit")
    except TROUBLES as error:
        raise _not_recognised(provider, error) from None
    return Recognised(provider.issuer, str(said["sub"]), token["id_token"], said)


def _wanted(provider: Provider, metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "values": [metadata["issuer"]]},
        "sub": {"essential": True},
        "aud": {"essential": True, "value": provider.client_id},
        "exp": {"essential": True},
        "nonce": {"essential": True},
    }


def _more(
    client: Any, provider: Provider, metadata: dict[str, Any], token: Any, subject: str
) -> dict[str, Any]:
    """What the provider says beside the token: JSON, or a token signed in its turn."""
    if provider.scopes.split() == ["openid"] or "userinfo_endpoint" not in metadata:
        return {}
    answer = client.get(metadata["userinfo_endpoint"], token=token)
    answer.raise_for_status()
    if "jwt" in answer.headers.get("Content-Type", ""):
        keys = KeySet.import_key_set(client.fetch_jwk_set())
        registry = JWSRegistry(algorithms=list(provider.algorithms), strict_check_header=False)
        said = dict(jwt.decode(answer.text, key=keys, registry=registry).claims)
        audience = said.get("aud", provider.client_id)
        audience = audience if isinstance(audience, list) else [audience]
        if said.get("iss", metadata["issuer"]) != metadata["issuer"]:
            raise ValueError("another issuer signed this")
        if provider.client_id not in audience:
            raise ValueError("this is for another site")
    else:
        said = dict(answer.json())
    if said.get("sub") != subject:
        raise ValueError("this is about another person")
    return said


def way_out(provider: Provider, id_token: str) -> str:
    """The address that ends the session over there; empty when the provider has none."""
    try:
        made = _client(provider).create_logout_url(
            post_logout_redirect_uri=_own("/"), id_token_hint=id_token,
            state=generate_token(LETTERS),
        )  # fmt: skip
    except TROUBLES:
        return ""
    return str(made["url"])


def _not_recognised(provider: Provider, error: BaseException | None = None) -> Conflict:
    log.warning("provider.refused", provider=provider.name, error=type(error).__name__)
    return Conflict(
        _("%(provider)s did not tell us who you are. Try again.", provider=provider.label)
    )
