"""The receiver's side of enabling a realm, where its database is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypedDict

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from sbe_scim.commandline import command, option
from sbe_scim.keycloak.enablement import Trust
from sbe_scim.keycloak.errors import KeycloakError, UnsettledError
from sbe_scim.store import sources
from sbe_scim.store.sources import Source, SourceError


class _Columns(TypedDict):
    issuer: str
    audience: str
    jwks_url: str
    azp: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DatabaseReceiver:
    """Registers a realm as source ``name`` in a receiver's database."""

    engine: Engine
    name: str

    @contextmanager
    def trust(self, trust: Trust, former_issuer: str) -> Iterator[bool]:
        """See :class:`~sbe_scim.keycloak.enablement.Receiver`."""
        with self.engine.begin() as connection:
            before = sources.get(connection, self.name)
            changed = self._register(connection, before, trust, former_issuer)
        try:
            yield changed
        except UnsettledError as error:
            raise KeycloakError(f"{error}{self._left() if changed else ''}") from error
        except BaseException as error:
            if changed:
                self._undo(before, error)
            raise

    def _register(self, connection: Connection, before: Source | None, trust: Trust, former_issuer: str) -> bool:
        """Whether anything was changed; the source of another realm is not touched."""
        other = sources.by_issuer(connection, trust.issuer)
        if other is not None and other.name != self.name:
            raise KeycloakError(
                f"At the receiver source {other.name!r} has this realm's issuer already: "
                f"enable with {option('--source', other.name)}."
            )
        try:
            if before is None:
                sources.add(connection, self.name, dialect="keycloak", **_columns(trust))
                return True
            trust = replace(trust, clients=_union(before.azp, trust.clients))
            if _trusted(before) == trust:
                return False
            if before.issuer is None or before.issuer not in (trust.issuer, former_issuer):
                raise KeycloakError(self._not_ours(before, trust))
            sources.change(connection, self.name, **_columns(trust))
        except SourceError as error:
            raise KeycloakError(f"The receiver cannot register the realm: {error}.") from error
        return True

    def _not_ours(self, before: Source, trust: Trust) -> str:
        whose = f"trusts {before.issuer}" if before.issuer else "has no issuer"
        return (
            f"The receiver already has a source {self.name!r}, which {whose} and may belong to another realm: "
            f"choose another name with --source. If it is this realm's, first run: {set_line(self.name, trust)}"
        )

    def _left(self) -> str:
        return f" Source {self.name!r} is kept at the receiver as the component needs it."

    def _undo(self, before: Source | None, error: BaseException) -> None:
        """Put the source back; where that fails say so, after what had failed before."""
        try:
            with self.engine.begin() as connection:
                if before is None:
                    sources.remove(connection, self.name)
                else:
                    sources.change(
                        connection,
                        self.name,
                        issuer=before.issuer,
                        audience=before.audience,
                        jwks_url=before.jwks_url,
                        azp=before.azp,
                    )
        except (SourceError, SQLAlchemyError) as failed:
            said = str(failed) if isinstance(failed, SourceError) else f"the database refused, {type(failed).__name__}"
            raise KeycloakError(
                f"{_first(error)} Besides, source {self.name!r} is left at the receiver as the component would need it "
                f"({said}). {self._advice(before)}"
            ) from error

    def _advice(self, before: Source | None) -> str:
        if before is None:
            disable = command("source", "disable", name=self.name)
            return f"Enable again once that is fixed, or stop it there: {disable}"
        return f"Enable again once that is fixed, or put it back: {set_line(self.name, _trusted(before))}"


def trust_options(trust: Trust) -> tuple[str, ...]:
    """The options of ``source add`` and ``source set`` that make a source trust this."""
    listed = (word for client in trust.clients for word in ("--azp", client))
    return ("--issuer", trust.issuer, "--audience", trust.audience, "--jwks-url", trust.jwks_url, *listed)


def set_line(name: str, trust: Trust) -> str:
    """The command that makes a source trust this."""
    return command("source", "set", *trust_options(trust), name=name)


def _trusted(source: Source) -> Trust:
    return Trust(source.issuer or "", source.audience or "", source.jwks_url or "", source.azp)


def _union(listed: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*listed, *more)))


def _columns(trust: Trust) -> _Columns:
    return {"issuer": trust.issuer, "audience": trust.audience, "jwks_url": trust.jwks_url, "azp": trust.clients}


def _first(error: BaseException) -> str:
    if isinstance(error, KeycloakError):
        return str(error)
    return "Interrupted." if isinstance(error, KeyboardInterrupt) else f"It failed ({type(error).__name__})."
