"""Keycloak's own attempt to use the receiver, and what to do when it does not succeed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from sbe_scim.commandline import command
from sbe_scim.keycloak.errors import KeycloakError


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How far the connector came with a receiver.

    ``stage`` is ``scope``, ``reach``, ``token``, ``accept``, ``back_channel`` or ``done``. Whoever came to
    ``back_channel`` has been accepted by the receiver, which is ``ok``; ``warning`` says what is not.
    ``reason`` is the code of what failed, the connector's (``host_not_allowed``) or the receiver's
    (``unknown_issuer``); empty where there is none. ``detail`` is for people and decides nothing.
    """

    url: str
    ok: bool
    stage: str
    detail: str
    reason: str = ""
    warning: str = ""

    @classmethod
    def of(cls, url: str, result: dict[str, Any]) -> Self:
        """Read what the connector's check answered; only ``"ok": true`` is a success, of the receiver."""
        detail = result.get("detail")
        said = detail if isinstance(detail, str) and detail else "no reason given"
        reason = result.get("reason")
        stage, said = str(result.get("stage")), said.rstrip(".")
        warning = ""
        if stage == "back_channel":
            warning = (
                f"sessions in Abilian SBE cannot be ended by the Keycloak server: {said}; "
                "is the plugin loaded there, and does Keycloak reach that address?"
            )
        return cls(
            url,
            result.get("ok") is True or bool(warning),
            stage,
            said,
            reason if isinstance(reason, str) else "",
            warning,
        )

    @property
    def issuer_is_unknown(self) -> bool:
        """Whether all is well except that the receiver does not know the realm."""
        return self.stage == "accept" and self.reason == "unknown_issuer"

    @property
    def is_about_trust(self) -> bool:
        """Whether the receiver was reached and refused the token: something that its sources decide."""
        return self.stage == "accept"

    def error(self, registered: str | None = None) -> KeycloakError:
        """What to tell; ``registered`` is the realm's source, where it stands in the database that was named."""
        return KeycloakError(self._advice(registered))

    def _advice(self, registered: str | None) -> str:
        if self.reason == "host_not_allowed":
            return f"The Keycloak server may not send to {self.url}: {self.detail}."
        if self.reason == "malformed":
            return f"The connector refuses this configuration: {self.detail}."
        match self.stage:
            case "scope":
                return f"Nobody can be provisioned by this scope: {self.detail}. Check the spelling (case matters)."
            case "reach":
                return (
                    f"The receiver at {self.url} could not be used by the Keycloak server: {self.detail}. "
                    "Check --receiver as the server sees it."
                )
            case "token" if self.reason == "token_refused":
                return f"The realm gets no token for the receiver: {self.detail}."
            case "token":
                return f"The receiver could not be asked because the realm could not sign a token: {self.detail}."
            case "accept":
                refused = f"The receiver at {self.url} does not accept the realm's token: {self.detail}."
                return f"{refused} {self._about_trust(registered)}"
        return (
            f"Keycloak could not check the receiver at {self.url}: {self.detail} (stage {self.stage}). "
            "Are connector and sbe-scim of the same release?"
        )

    def _about_trust(self, registered: str | None) -> str:
        match self.reason:
            case "source_disabled":
                enable = command("source", "enable", name=registered or "NAME")
                return f"To take it again, run on the receiver's machine: {enable}"
            case "older_connector":
                return "Then run kc.sh build, restart the server, and enable again."
            case "unlisted_client" if registered is not None:
                return "Check --client-id: the token names another client."
            case "unlisted_client":
                listing = command("source", "set", "--azp", "CLIENT", name="NAME")
                return f"To list the client beside those that are listed, run on the receiver's machine: {listing}"
            case "persons_token":
                return "Switch off the client's refresh tokens for client credentials: its tokens must have no session."
            case "insufficient_scope":
                return "Give the client the scope scim, and ask for it by --token-scope where it is not a default one."
            case "unknown_issuer" if registered is not None:
                return "Check --database: the realm was registered there, but the receiver reads another one."
        return "Check --audience, --issuer and --jwks-url."
