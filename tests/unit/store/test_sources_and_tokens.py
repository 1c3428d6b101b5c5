"""Sources and static tokens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.engine import Connection, Engine

from sbe_scim.store import TOKEN_PREFIX, sources, tables, tokens
from sbe_scim.store.clock import now
from sbe_scim.store.sources import SourceError, UnknownSource
from tests.unit.rig import USER, Rig


def test_a_source_is_found_by_name_and_by_exact_issuer(engine: Engine) -> None:
    with engine.begin() as connection:
        added = sources.add(connection, "staff", dialect="keycloak", issuer="https://sso.example.org/realms/staff")
        assert sources.get(connection, "staff") == added == sources.by_id(connection, added.id)
        assert sources.by_issuer(connection, "https://sso.example.org/realms/staff") == added
        assert sources.by_issuer(connection, "https://sso.example.org/realms/staff/") is None
        assert sources.get(connection, "guests") is None


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 101])
def test_a_name_that_cannot_be_shown_is_refused(engine: Engine, name: str) -> None:
    with engine.begin() as connection, pytest.raises(SourceError, match="name"):
        sources.add(connection, name)


def test_an_issuer_belongs_to_one_source(engine: Engine) -> None:
    with engine.begin() as connection:
        sources.add(connection, "staff", issuer="https://sso.example.org")
    with engine.connect() as connection, pytest.raises(SourceError, match="'staff' has the issuer"):
        sources.add(connection, "guests", issuer="https://sso.example.org")


def test_a_change_keeps_the_rest_of_a_source(engine: Engine) -> None:
    with engine.begin() as connection:
        added = sources.add(connection, "staff", dialect="keycloak", issuer="https://old.example.org", audience="x")
        changed = sources.change(connection, "staff", issuer="https://new.example.org", audience=None)
        assert changed == sources.require(connection, "staff") == sources.change(connection, "staff")
        assert changed == replace(added, issuer="https://new.example.org", audience=None)
        assert sources.by_issuer(connection, "https://old.example.org") is None


@pytest.mark.parametrize("client", ["", " ", "a\nb", "x" * 256])
def test_a_client_that_no_issuer_has_is_refused(engine: Engine, client: str) -> None:
    with engine.begin() as connection:
        with pytest.raises(SourceError, match="255"):
            sources.add(connection, "staff", issuer="https://sso.example.org", azp=(client,))
        added = sources.add(connection, "staff", issuer="https://sso.example.org", azp=("web",))
        with pytest.raises(SourceError, match="255"):
            sources.change(connection, "staff", azp=("web", client))
        with pytest.raises(SourceError, match="50"):
            sources.change(connection, "staff", azp=tuple(map(str, range(51))))
        assert sources.require(connection, "staff") == added


def test_clients_are_kept_letter_by_letter(engine: Engine) -> None:
    clients = ('a "b"', "préfecture", "名", "https://a.example.org/,x", "\\")
    with engine.begin() as connection:
        sources.add(connection, "staff", issuer="https://sso.example.org", azp=clients)
    with engine.connect() as connection:
        assert sources.require(connection, "staff").azp == clients


def test_a_change_that_cannot_be_kept_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        sources.add(connection, "staff", issuer="https://sso.example.org")
        guests = sources.add(connection, "guests")
        with pytest.raises(SourceError, match="'staff' has the issuer"):
            sources.change(connection, "guests", issuer="https://sso.example.org")
        with pytest.raises(SourceError, match="no issuer"):
            sources.change(connection, "guests", audience="x")
        with pytest.raises(SourceError, match="500"):
            sources.change(connection, "guests", issuer="https://" + "x" * 500)
        with pytest.raises(UnknownSource, match="no source is named"):
            sources.change(connection, "nobody", dialect="okta")
        assert sources.require(connection, "guests") == guests


def test_a_disabled_source_can_be_enabled(engine: Engine) -> None:
    with engine.begin() as connection:
        sources.add(connection, "staff")
        sources.disable(connection, "staff")
        assert sources.require(connection, "staff").enabled is False
        sources.enable(connection, "staff")
        assert sources.require(connection, "staff").enabled is True
        with pytest.raises(UnknownSource, match="no source is named"):
            sources.disable(connection, "guests")


def test_a_source_that_owns_people_cannot_be_removed(rig: Rig) -> None:
    ann = rig.create_user("ann")["id"]
    rig.create_group("Élus", ann)
    with rig.ports.write() as transaction, pytest.raises(SourceError, match="owns"):
        sources.remove(transaction.connection, "staff")


def test_a_source_whose_people_are_gone_is_removed_with_all_that_was_its(rig: Rig) -> None:
    ann = rig.create_user("ann", title="x")["id"]
    rig.delete(USER, ann)
    with rig.ports.write() as transaction:
        tokens.create(transaction.connection, rig.staff.id)
        sources.remove(transaction.connection, "staff")
    assert rig.rows(tables.source, tables.source.c.name) == [("other",)]
    assert rig.rows(tables.token) == rig.rows(tables.resource) == []


def test_a_token_is_kept_as_a_hash_only(engine: Engine) -> None:
    with engine.begin() as connection:
        secret = tokens.create(connection, sources.add(connection, "staff").id)
        assert secret.startswith(TOKEN_PREFIX)
        assert len(secret) >= len(TOKEN_PREFIX) + 43
        assert not any(secret[len(TOKEN_PREFIX) :] in str(value) for value in _only_row(connection))
        assert tokens.find(connection, secret + "x") is None


def test_a_token_ends_when_it_expires_or_is_revoked(engine: Engine) -> None:
    with engine.begin() as connection:
        source = sources.add(connection, "staff")
        soon = now() + 1_000_000
        token = tokens.find(connection, tokens.create(connection, source.id, soon))
        assert token is not None
        assert token.valid(soon - 1)
        assert not token.valid(soon)
        assert tokens.revoke(connection, token.id)
        assert not tokens.revoke(connection, token.id)
        (listed,) = tokens.find_all(connection, source.id)
        assert not listed.valid(soon - 1)


def _only_row(connection: Connection) -> tuple[object, ...]:
    (row,) = connection.execute(tables.token.select())
    return tuple(row)
