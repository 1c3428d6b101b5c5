"""One person, of whom there may be several resources and refusals: found, told of, erased."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from sbe_scim.directory.port import Accounts, Directory
from sbe_scim.journal import Arrival, Entry, Journal, reader
from sbe_scim.journal.reader import Row
from sbe_scim.protocol import Projection, default_registry, name_key, policy
from sbe_scim.service.calls import Call, Target
from sbe_scim.service.records import StoredRecords
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.unit import Unit
from sbe_scim.store import journal as journal_rows
from sbe_scim.store import people, sources
from sbe_scim.store.clock import now
from sbe_scim.store.people import Person
from sbe_scim.store.transactions import Transaction

_Identity = tuple[str | None, str | None]


class PersonError(ValueError):
    """It is not clear who is meant, or they may not be erased; the text names them by ids alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """One person: what was made of them, oldest first, and the refusals that name them."""

    resources: Sequence[Person]
    refusals: Sequence[Row]


def find(connection: Connection, who: str, accounts: Accounts | None = None) -> Found:
    """Find the one person who is meant: by user name, mail address, ``externalId`` or SCIM id.

    Of whom nothing is left here but an id is found by the address that their account has, where ``accounts`` are given.
    Raises :class:`PersonError` where nobody or more than one is.
    """
    resources = people.same(connection, people.find(connection, who))
    if not resources and accounts is not None:
        resources = [one for id in accounts.users_with(who) for one in people.find(connection, id)]
    named = reader.refused_people(connection)
    said = [row for row in named if row.names(who)]
    meant: dict[_Identity, str] = {}
    for person in resources:
        key: _Identity = person.source, person.external_id if person.external_id is not None else person.id
        meant[key] = "\n".join(filter(None, (meant.get(key), f"{person.id}: {person.state}, source {person.source}")))
    for row in said:
        if row.external_id is not None or not resources:
            key = row.source, row.external_id or row.called
            meant.setdefault(key, f"externalId {row.external_id}: refused, source {row.source}")
    if not meant:
        raise PersonError("nobody known here has this user name, mail address, externalId or SCIM id")
    if len(meant) > 1:
        raise PersonError("this is more than one person; give the id of one:\n" + "\n".join(meant.values()))
    ((source, known),) = meant
    if source is not None:
        more = people.of_identities(connection, [(source, known)])
        resources = sorted({one.pk: one for one in [*resources, *more]}.values(), key=lambda one: one.pk)
    names = {name_key(person.user_name) for person in resources}
    refusals = [row for row in named if row.source == source and _is_about(row, known, names, who)]
    return Found(resources, refusals)


def _is_about(row: Row, known: str | None, names: set[str], who: str) -> bool:
    if row.external_id is not None:
        return row.external_id == known
    return row.names(who) or name_key(row.name or "") in names


def data(connection: Connection, accounts: Accounts, found: Found) -> dict[str, Any]:
    """All that is held of a person, as JSON can hold it; times in microseconds since 1970."""
    rows = {row.seq: row for row in [*found.refusals, *reader.of_ids(connection, [one.id for one in found.resources])]}
    names = Row.__dataclass_fields__
    return {
        "resources": [_resource(connection, accounts, person) for person in found.resources],
        "journal": [{name: getattr(rows[seq], name) for name in names} for seq in sorted(rows)],
    }


def _resource(connection: Connection, accounts: Accounts, person: Person) -> dict[str, Any]:
    times = {"created": person.created, "modified": person.modified, "deleted": person.deleted}
    return {
        "id": person.id,
        "source": person.source,
        "state": person.state,
        **times,
        "document": person.parsed,
        "groups": people.groups(connection, person),
        "changes": people.changes(connection, person),
        "account": dict(accounts.user_data(person.id)),
    }


def erase(transaction: Transaction, directory: Directory, found: Found) -> None:
    """Leave nothing of a leaver by which somebody could know them, and a row of the journal that says so.

    Who is inactive at the source is deleted first. Raises :class:`PersonError` for somebody who is active, and what
    the directory refuses (:class:`~sbe_scim.protocol.ScimError`).
    """
    arrival = Arrival()
    connection = transaction.connection
    accounts = directory.accounts(transaction, StoredRecords(connection))
    for person in found.resources:
        if person.deleted is None:
            _remove(connection, accounts, person, arrival)
        people.anonymise(connection, person)
        accounts.user_erased(person.id)
    journal_rows.forget(connection, [row.seq for row in found.refusals])
    Journal.write(connection, _told(found, arrival))


def _remove(connection: Connection, accounts: Accounts, person: Person, arrival: Arrival) -> None:
    source = sources.require(connection, person.source)
    kind = default_registry().by_number(person.type)
    call = Call(source, policy(), arrival)
    target = Target(kind, Projection.parse(None, None, kind), person.id)
    unit = Unit(call, target, connection, accounts, Renderer(""), time=now())
    held = unit.get()
    if held.active:
        raise PersonError(f"{person.id} is active at source {person.source}: disable or delete them there first")
    unit.remove(held)
    unit.end()


def erased(arrival: Arrival, person: Person) -> Entry:
    """The journal's row of somebody of whom nothing is left but an id."""
    return _entry(arrival, person.source, default_registry().by_number(person.type).name, person.id)


def _told(found: Found, arrival: Arrival) -> Iterator[Entry]:
    yield from (erased(arrival, person) for person in found.resources)
    if not found.resources:
        yield _entry(arrival, found.refusals[-1].source, found.refusals[-1].target_type, None)


def _entry(arrival: Arrival, source: str | None, kind: str | None, id: str | None) -> Entry:
    return Entry(
        time=arrival.time,
        duration=arrival.duration,
        request_id=arrival.request_id,
        operation="erase",
        status=200,
        source=source,
        target_type=kind,
        target_id=id,
        effect="erased",
    )
