"""Names compared by PRECIS: what cannot be seen in them, and blanks but one between two words, do not count."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection

from sbe_scim.protocol.names import name_key

_log = logging.getLogger(__name__)
_NAMES = {1: "userName", 2: "displayName"}
_BATCH = 1_000
# No key of a name has such a character beside others.
_APART = "\u200b"

_rows = text('SELECT pk, type, "key", document FROM scim_resource WHERE pk > :after ORDER BY pk LIMIT :batch')
_set = text('UPDATE scim_resource SET "key" = :key WHERE pk = :pk')
_holder = text(
    "SELECT other.pk, other.id FROM scim_resource mine JOIN scim_resource other"
    " ON other.type = mine.type AND other.scope = mine.scope AND other.pk <> mine.pk"
    ' WHERE mine.pk = :pk AND other."key" = :key AND mine.deleted IS NULL AND other.deleted IS NULL'
)
_id = text("SELECT id FROM scim_resource WHERE pk = :pk")


def upgrade(connection: Connection) -> None:
    """Bring the keys of version 5 to version 6.

    Of names that are one from now on, the oldest resource keeps the key; the others keep their names, are found by
    ``id`` and ``externalId``, and are told in the log by their ids.
    """
    changed = list(_changed(connection))
    # Through keys that nobody has: a new key may be the old one of another.
    for pk, _ in changed:
        connection.execute(_set, {"pk": pk, "key": f"{_APART}{pk}"})
    twins: list[str] = []
    for pk, key in changed:
        holder: Any = connection.execute(_holder, {"pk": pk, "key": key}).first()
        if holder is not None:
            later = max(pk, holder[0])
            twins.append(holder[1] if later == holder[0] else str(connection.execute(_id, {"pk": pk}).scalar()))
            connection.execute(_set, {"pk": later, "key": f"{key}{_APART}{later}"})
            if later == pk:
                continue
        connection.execute(_set, {"pk": pk, "key": key})
    if twins:
        _log.warning(
            "the names of these resources are others' but for blanks or what cannot be seen, so that they are found by "
            "id and externalId alone; rename them at their identity provider: %s",
            ", ".join(sorted(twins)),
        )


def _changed(connection: Connection) -> Iterator[tuple[int, str]]:
    after = 0
    while rows := connection.execute(_rows, {"after": after, "batch": _BATCH}).fetchall():
        for pk, kind, key, document in rows:
            wanted = name_key(json.loads(document)[_NAMES[kind]])
            if wanted != key:
                yield pk, wanted
        after = rows[-1][0]
