"""What is known of the request at hand: it becomes the journal's row and the line in the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter_ns
from typing import Any

from sbe_scim.journal.journal import Entry
from sbe_scim.store.clock import now


@dataclass(slots=True)
class Exchange:
    """One request and what became of it, filled on the way; ``time`` in microseconds since 1970."""

    request_id: str
    time: int = field(default_factory=now)
    started: int = field(default_factory=perf_counter_ns)
    operation: str = "unknown"
    source: str | None = None
    target_type: str | None = None
    target_id: str | None = None
    status: int = 0
    scim_type: str | None = None
    detail: str | None = None
    dropped: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    #: The row is in the journal already, by the transaction of the change or of the refusal.
    journalled: bool = False

    @property
    def duration(self) -> int:
        """Microseconds since the request came in."""
        return (perf_counter_ns() - self.started) // 1000

    def failed(self) -> None:
        """Note that the request ended in an unexpected error, whatever was to be answered."""
        made = self.journalled and self.status < 400
        if self.operation == "create" and not made:
            self.target_id = None
        self.detail = "internal error after the change was made" if made else "internal error"
        self.status, self.scim_type, self.journalled = 500, None, False

    def entry(self) -> Entry:
        """The journal's row, as far as the request has got."""
        return Entry(
            time=self.time,
            duration=self.duration,
            request_id=self.request_id,
            operation=self.operation,
            status=self.status,
            source=self.source,
            target_type=self.target_type,
            target_id=self.target_id,
            scim_type=self.scim_type,
            detail=self.detail,
            dropped=self.dropped,
            changed=self.changed,
        )

    def log_fields(self) -> dict[str, Any]:
        """What the access log says; nothing in it is about a person."""
        return {
            "request_id": self.request_id,
            "operation": self.operation,
            "source": self.source,
            "target_type": self.target_type,
            "target_id": self.target_id,
            "status": self.status,
            "scim_type": self.scim_type,
            "detail": self.detail,
            "duration_us": self.duration,
        }
