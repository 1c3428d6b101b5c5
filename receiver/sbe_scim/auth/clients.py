"""Which of an issuer's tokens provision: the connector's own, and those of clients that the source lists."""

from __future__ import annotations

from sbe_scim.auth.access_token import Claims
from sbe_scim.auth.principal import OlderConnector, PersonsToken, UnlistedClient
from sbe_scim.commandline import command
from sbe_scim.protocol import Unauthorized
from sbe_scim.store import Source

#: The claim ``typ`` of the connector's tokens. A realm writes ``typ`` itself into every token that it gives to a
#: client, and no mapper can change it; every other claim can be set by who may manage clients.
CONNECTOR = "sbe-scim"
#: The client that the connector's tokens name.
_CONNECTOR_CLIENT = "sbe-scim"
# Keycloak's access tokens say Bearer; ID, refresh and logout tokens say what they are.
_ACCESS = ("bearer", "")
# What only tokens of a session have (OpenID Connect Front-Channel Logout 1.0 §3): somebody has signed in. Keycloak
# writes them itself, and a service account has no session.
_SESSION = ("sid", "session_state")


def require_accepted(claims: Claims, source: Source) -> None:
    """Check that the source takes the token with these verified claims.

    Raises :class:`Unauthorized` for what is no access token, :class:`UnlistedClient` for that of another client,
    :class:`PersonsToken` for that of somebody who has signed in at a listed one.
    """
    kind = claims.get("typ", "")
    if kind == CONNECTOR:
        return
    if not isinstance(kind, str) or kind.lower() not in _ACCESS:
        raise Unauthorized("the token is not an access token", reason="wrong_token_type")
    client = _client(claims)
    if client in source.azp:
        if is_of_a_person(claims):
            raise PersonsToken(
                f"the token is of somebody who has signed in at client {printable(str(client))}: only its service "
                "account provisions, without a session"
            )
        return
    if client == _CONNECTOR_CLIENT:
        raise OlderConnector(
            f"the token is of an older connector: install the JAR of this release ({command('keycloak', 'jar')}), or "
            f"list its client: {command('source', 'set', '--azp', client, name='NAME')}"
        )
    named = "no client" if client is None else f"client {printable(client)}"
    raise UnlistedClient(
        f"source {source.name} takes the connector's tokens, and of the clients only those it lists; this token names "
        f"{named} (to list one: {command('source', 'set', '--azp', 'CLIENT', name='NAME')})"
    )


def is_of_a_person(claims: Claims) -> bool:
    """Tell whether somebody has signed in for this token; where not, a client got it for itself."""
    return any(name in claims for name in _SESSION)


def printable(text: str) -> str:
    """What a token says, as an answer may repeat it: short, and without control characters or quotes."""
    return "".join(char if char.isascii() and char.isprintable() and char not in '"\\' else "?" for char in text[:200])


def _client(claims: Claims) -> str | None:
    """The client that got the token: ``azp`` (OpenID Connect), or ``client_id`` (RFC 9068 §2.2)."""
    named = [claims[name] for name in ("azp", "client_id") if name in claims]
    if not all(isinstance(client, str) for client in named) or len(set(named)) > 1:
        raise Unauthorized("azp and client_id of the token do not name one client", reason="ambiguous_client")
    return named[0] if named else None
