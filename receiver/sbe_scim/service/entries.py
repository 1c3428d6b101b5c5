"""The journal's row of one operation."""

from __future__ import annotations

from typing import Any

from sbe_scim.journal import Entry, named
from sbe_scim.protocol import ResourceType
from sbe_scim.service.calls import Call, Outcome


def entry(operation: str, call: Call, kind: ResourceType | None, outcome: Outcome, created: Any = None) -> Entry:
    """Return the row; ``created`` is the body of a refused create, which says whom it was about."""
    refusal = outcome.refusal
    about = named(kind, created) if kind and created is not None and outcome.status < 500 else None
    return Entry(
        time=call.arrival.time,
        duration=call.arrival.duration,
        request_id=call.arrival.request_id,
        operation=operation,
        status=outcome.status,
        source=call.source.name,
        target_type=kind.name if kind else None,
        target_id=outcome.id,
        scim_type=refusal.scim_type if refusal else None,
        detail=refusal.detail if refusal else None,
        dropped=outcome.dropped,
        changed=outcome.changed,
        reason=refusal.reason if refusal else None,
        external_id=about.external_id if about else None,
        name=about.name if about else None,
        mail=about.mail if about else None,
        effect=outcome.effect,
        members_added=outcome.joined or None,
        members_removed=outcome.left or None,
        features=outcome.features,
    )
