"""Keycloak's own attempt to use the receiver, and what to do when it does not succeed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self

from sbe_scim.keycloak import shell
from sbe_scim.keycloak.errors import KeycloakError

_UNKNOWN_ISSUER = "unknown issuer"
_OLDER = "of an older connector"
# As the receiver words its refusal of a token.
_DISABLED = re.compile(r"source (.+) is disabled")


@dataclass(frozen=True, slots=True)
class Trial:
    """How far the connector came with a receiver: ``stage`` is ``reach``, ``token``, ``accept`` or ``done``.

    ``reason`` is its code for what failed, such as ``host_not_allowed``; empty where it gave none.
    """

    url: str
    ok: bool
    stage: str
    detail: str
    reason: str = ""

    @classmethod
    def of(cls, url: str, result: dict[str, Any]) -> Self:
        """Read what the connector's check answered; only ``"ok": true`` is a success."""
        detail = result.get("detail")
        said = detail if isinstance(detail, str) and detail else "no reason given"
        reason = result.get("reason")
        return cls(
            url,
            result.get("ok") is True,
            str(result.get("stage")),
            said.rstrip("."),
            reason if isinstance(reason, str) else "",
        )

    @property
    def issuer_is_unknown(self) -> bool:
        """Whether all is well except that the receiver does not know the realm."""
        said = self.reason == "unknown_issuer" or self.detail.startswith(_UNKNOWN_ISSUER)
        return self.stage == "accept" and said

    @property
    def is_about_trust(self) -> bool:
        """Whether the receiver was reached and refused the token: something that its sources decide."""
        return self.stage == "accept"

    def error(self, *, registered: bool = False) -> KeycloakError:
        """What to tell; ``registered``: the realm stands in the database that was named."""
        return KeycloakError(self._advice(registered))

    def _advice(self, registered: bool) -> str:
        if self.reason == "host_not_allowed":
            return f"The Keycloak server may not send to {self.url}: {self.detail}."
        if self.stage == "reach":
            return (
                f"The receiver at {self.url} could not be used by the Keycloak server: {self.detail}. "
                "Check --receiver as the server sees it."
            )
        if self.stage == "token":
            return f"The receiver could not be asked because the realm could not sign a token: {self.detail}."
        if self.stage == "accept":
            return (
                f"The receiver at {self.url} does not accept the realm's token: {self.detail}. {self._key(registered)}"
            )
        return (
            f"Keycloak could not check the receiver at {self.url}: {self.detail} (stage {self.stage}). "
            "Are connector and sbe-scim of the same release?"
        )

    def _key(self, registered: bool) -> str:
        if disabled := _DISABLED.search(self.detail):
            return (
                f"To take it again, run on the receiver's machine: {shell.line('source', 'enable', name=disabled[1])}"
            )
        if self.reason == "source_disabled":
            return "To take it again, run sbe-scim source enable on the receiver's machine."
        if registered and self.issuer_is_unknown:
            return "Check --database: the realm was registered there, but the receiver reads another one."
        if _OLDER in self.detail:
            return "Then run kc.sh build, restart the server, and enable again."
        return "Check --audience, --issuer and --jwks-url."
