"""The receiver's side of enabling a realm, where its database is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from sbe_scim.keycloak.enablement import Trust
from sbe_scim.keycloak.errors import KeycloakError
from sbe_scim.store import migrate, open_database
from sbe_scim.store.sources import Source, SourceError, Sources


@dataclass(frozen=True, slots=True)
class DatabaseReceiver:
    """Registers a realm as source ``name`` in the database at ``url``."""

    url: str
    name: str

    @contextmanager
    def trust(self, trust: Trust) -> Iterator[None]:
        engine = self._open()
        try:
            added = self._register(engine, trust)
            try:
                yield
            except BaseException:
                if added:
                    with engine.begin() as connection:
                        Sources(connection).remove(self.name)
                raise
        finally:
            engine.dispose()

    def _open(self) -> Engine:
        try:
            engine = open_database(self.url)
            migrate(engine)
        except (SQLAlchemyError, ValueError) as error:
            raise KeycloakError(
                f"The receiver's database could not be opened ({type(error).__name__}): check --database."
            ) from error
        return engine

    def _register(self, engine: Engine, trust: Trust) -> bool:
        """Whether the source is new; one of that name for another realm is refused."""
        with engine.begin() as connection:
            sources = Sources(connection)
            existing = sources.get(self.name)
            if existing is not None:
                self._expect_same(existing, trust)
                return False
            try:
                sources.add(
                    self.name,
                    dialect="keycloak",
                    issuer=trust.issuer,
                    audience=trust.audience,
                    jwks_url=trust.jwks_url,
                )
            except SourceError as error:
                raise KeycloakError(f"The receiver cannot register the realm: {error}.") from error
            return True

    def _expect_same(self, existing: Source, trust: Trust) -> None:
        if (existing.issuer, existing.audience) != (trust.issuer, trust.audience):
            raise KeycloakError(
                f"The receiver already has a source {self.name!r} with another issuer or audience "
                f"({existing.issuer}, {existing.audience}): choose another name with --source, or remove that one."
            )
