"""How the connector signs in at the receiver: the keys of its component that say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sbe_scim.keycloak import components
from sbe_scim.keycloak.components import Settings

#: Where commands look for the bearer token or the client's secret.
SECRET_VARIABLE = "SBE_SCIM_RECEIVER_SECRET"  # noqa: S105 - the variable's name

JWT, BEARER, CLIENT_SECRET, PRIVATE_KEY = "jwt", "bearer", "client-secret", "private-key"
#: What ``auth`` may be; those of a client ask a token endpoint.
AUTHS = (JWT, BEARER, CLIENT_SECRET, PRIVATE_KEY)
OF_A_CLIENT = (CLIENT_SECRET, PRIVATE_KEY)

_VAULT = re.compile(r"\$\{vault\.[^}]+}")

#: Gives the secret for an ``auth``.
AskSecret = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to sign in, told anew; what is ``None`` is left to the connector."""

    auth: str
    client_id: str | None = None
    token_url: str | None = None
    token_scope: str | None = None
    assertion_audience: str | None = None

    def settings(self) -> dict[str, str | Sequence[str]]:
        """All keys but the secret; those without value are removed."""
        told = {
            "clientId": self.client_id,
            "tokenUrl": self.token_url,
            "tokenScope": self.token_scope,
            "assertionAudience": self.assertion_audience,
        }
        found: dict[str, str | Sequence[str]] = {"auth": self.auth}
        return found | {key: () if value is None else value for key, value in told.items()}


def settings(existing: Mapping[str, Any] | None, wanted: Credentials | None, ask: AskSecret) -> Settings:
    """The keys that say how the component signs in; without ``wanted`` it goes on as it does, by JWT at first.

    The secret is asked for where one is needed: Keycloak shows nobody the one that it has, only a vault expression.
    """
    kept = existing or {}
    auth = wanted.auth if wanted is not None else components.setting(kept, "auth") or JWT
    found = wanted.settings() if wanted is not None else {"auth": auth} | _of_the_client(kept)
    if (key := components.SECRETS.get(auth)) is not None:
        held = components.setting(kept, key)
        found[key] = held if wanted is None and _VAULT.fullmatch(held) else ask(auth)
    return found


def _of_the_client(component: Mapping[str, Any]) -> dict[str, str | Sequence[str]]:
    keys = Credentials(JWT).settings().keys() - {"auth"}
    return {key: held for key in keys if (held := components.values(component, key))}


def clients(told: Settings) -> tuple[str, ...]:
    """The client whose tokens are sent, if they are a client's."""
    return tuple(components.as_list(told.get("clientId", ()))) if told["auth"] in OF_A_CLIENT else ()
