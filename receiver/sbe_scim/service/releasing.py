"""Let go of a resource whose account or group stays as it is: it is deleted in the receiver's tables alone."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.engine import Connection

from sbe_scim.directory.none import NullAccounts
from sbe_scim.journal import Arrival, Entry, Journal
from sbe_scim.protocol import Projection, default_registry, policy
from sbe_scim.service.calls import Call, Target
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.unit import Unit
from sbe_scim.store import Source, resources
from sbe_scim.store.clock import now


def release(connection: Connection, source: Source, resource_id: str, operation: str) -> bool:
    """Delete a resource of ``source``, and tell the journal of an ``operation``; returns whether it was there.

    The directory is not told. The source may create the resource again.
    """
    for kind in default_registry().resource_types:
        found = resources.get(connection, source.id, kind.number, resource_id, lock=True)
        if found is not None:
            break
    else:
        return False
    arrival = Arrival()
    # An operator's word is not judged.
    call = Call(replace(source, storm_limit=None), policy(), arrival)
    target = Target(kind, Projection.parse(None, None, kind), resource_id)
    unit = Unit(call, target, connection, NullAccounts(), Renderer(""), time=now())
    unit.remove(found)
    unit.end()
    entry = Entry(
        time=arrival.time,
        duration=arrival.duration,
        request_id=arrival.request_id,
        operation=operation,
        status=204,
        source=source.name,
        target_type=kind.name,
        target_id=resource_id,
        effect="deleted",
    )
    Journal.write(connection, (entry,))
    return True
