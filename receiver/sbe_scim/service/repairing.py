"""Bring accounts and groups back to what SCIM last said of them."""

from __future__ import annotations

from sbe_scim.directory.port import Directory
from sbe_scim.journal import Arrival, Entry, Journal
from sbe_scim.protocol import ResourceType
from sbe_scim.service.documents import directory_group, directory_user, parse
from sbe_scim.service.records import StoredRecords
from sbe_scim.store import Source, resources
from sbe_scim.store.transactions import Transaction


def repair(
    transaction: Transaction,
    directory: Directory,
    source: Source,
    kind: ResourceType,
    resource_id: str,
    differs: tuple[str, ...],
) -> bool:
    """Tell the directory of a resource as it is stored, and the journal that it had drifted; whether it is there.

    ``differs`` is what the journal is told. Raises :class:`~sbe_scim.protocol.ScimError` where the directory refuses.
    """
    arrival = Arrival()
    connection = transaction.connection
    found = resources.get(connection, source.id, kind.number, resource_id, lock=True)
    if found is None:
        return False
    records = StoredRecords(connection)
    accounts = directory.accounts(transaction, records)
    if kind.members is None:
        accounts.user_saved(directory_user(resource_id, source.name, parse(found), found.active))
    else:
        accounts.group_saved(directory_group(resource_id, source.name, parse(found)))
        accounts.members_changed(resource_id, records.members_of(resource_id), ())
    entry = Entry(
        time=arrival.time,
        duration=arrival.duration,
        request_id=arrival.request_id,
        operation="drift",
        status=200,
        source=source.name,
        target_type=kind.name,
        target_id=resource_id,
        changed=differs,
        effect="repaired",
    )
    Journal.write(connection, (entry,))
    return True
