"""The registry of a receiver: what is declared now, beside what its database holds of before."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from sqlalchemy.engine import Connection

from sbe_scim.protocol import Registry, Schema, read_schema, registry
from sbe_scim.store import extensions, indexing
from sbe_scim.store.transactions import Transactions

_log = logging.getLogger(__name__)


def register(transactions: Transactions, defined: Sequence[Schema]) -> Registry:
    """Return the registry with the extensions that an operator has defined, and keep them in the database.

    Raises :class:`~sbe_scim.protocol.DefinitionError` where they clash with each other or with what is stored.
    """
    registry(defined)
    with transactions.read() as reading:
        now = extensions.compared(reading.connection, defined)
        changed = now != extensions.known(reading.connection)
    if changed:
        with transactions.write() as writing:
            now = extensions.compared(writing.connection, defined)
            extensions.save(writing.connection, now)
            indexing.begin_anew(writing.connection)
    if unindexed := [path for extension in now.values() for path in extension.unindexed]:
        _log.warning("stored values are not found as they compare now: run sbe-scim index", extra={"paths": unindexed})
    return _with(defined, now)


def registered(connection: Connection) -> Registry:
    """Return the registry of the receiver that was last started on this database."""
    known = extensions.known(connection)
    defined = [read_schema(one.schema) for one in known.values() if one.served]
    return _with(defined, known)


def _with(defined: Sequence[Schema], known: Mapping[str, extensions.Extension]) -> Registry:
    return registry(defined, [urn for urn, extension in known.items() if extension.is_retired])
