"""Openings: settings of a source or of its realm by which more people can get a token that provisions than should."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from sbe_scim.commandline import command
from sbe_scim.store import Source
from sbe_scim.store.clock import now, to_text

#: A person's token that was shown longer ago says nothing of today's realm, in microseconds.
REMEMBERED = 30 * 86_400_000_000
# Clients that every realm of Keycloak has, and at which its people sign in.
_CLIENTS = frozenset(
    {"account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"}
)
# Audiences of tokens that everybody gets: Keycloak's, Okta's default server, Microsoft Graph and Azure's management.
_AUDIENCES = _CLIENTS | {
    "api://default",
    "00000002-0000-0000-c000-000000000000",
    "00000003-0000-0000-c000-000000000000",
    "https://graph.microsoft.com",
    "https://graph.windows.net",
    "https://management.azure.com",
    "https://management.core.windows.net",
}


class Opening(NamedTuple):
    """One of them: a code for programs, and what it is and what to do, for people."""

    code: str
    text: str


def openings(source: Source) -> tuple[Opening, ...]:
    """Return what opens a source, as far as it shows at this receiver."""
    found = []
    if source.persons_token is not None and now() - source.persons_token < REMEMBERED:
        found.append(
            Opening(
                "scope_for_everybody",
                f"somebody who signed in at {source.issuer} showed a token with a scope of this receiver (last at "
                f"{to_text(source.persons_token)}); it was refused, but the realm gives that scope to people: take the "
                "client scope off the realm's default and optional ones, and off every client but the source's own",
            )
        )
    if everybodys := [client for client in source.azp if client in _CLIENTS]:
        found.append(
            Opening(
                "client_for_everybody",
                f"it lists {', '.join(everybodys)}, at which everybody of the realm can sign in: list a client of its "
                f"own ({command('source', 'set', '--azp', 'CLIENT', name=source.name)})",
            )
        )
    if source.audience is not None and (why := _too_general(source.audience, source.issuer)):
        found.append(
            Opening(
                "general_audience",
                f"its audience {why}: leave it out ({command('source', 'set', '--audience', '', name=source.name)}), "
                "so that tokens have to be for the SCIM base URL",
            )
        )
    return tuple(found)


def _too_general(audience: str, issuer: str | None) -> str | None:
    plain = audience.rstrip("/").lower()
    if "*" in audience:
        return "is a wildcard, which means nothing in a token but itself"
    if plain in _AUDIENCES:
        return f"({audience}) is that of tokens which every client gets"
    url = urlsplit(plain)
    if plain == (issuer or "").rstrip("/").lower():
        return "is the issuer itself"
    if url.scheme in ("http", "https") and not url.path:
        return "is a whole host, with every other application of it"
    return None
