"""Rows of the journal, as commands print them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection

from sbe_scim.cli.output import moment
from sbe_scim.journal import reader
from sbe_scim.journal.entry import LISTS
from sbe_scim.journal.reader import Row
from sbe_scim.journal.remedies import Remedy, remedy
from sbe_scim.store import Source


def explained(connection: Connection, row: Row, known: Mapping[str, Source]) -> Remedy:
    """Why a request was refused, and what to do; ``known`` are the sources by name."""
    return remedy(row, known.get(row.source or ""), reader.holder(connection, row))


def who_is(row: Row) -> str:
    """Whom a refused create was about."""
    mail = f" <{row.mail}>" if row.mail else ""
    return f"{row.name or '(no name)'}{mail}" + (f" ({row.external_id})" if row.external_id else "")


def line(row: Row) -> str:
    """A row as one line."""
    refused = ", ".join(filter(None, (row.reason or row.scim_type, row.detail)))
    paths = ", ".join(json.loads(row.changed or "[]"))
    members = f"members +{row.members_added or 0} -{row.members_removed or 0}" if _moved(row) else ""
    done = ": ".join(filter(None, (row.effect, ", ".join(filter(None, (paths, members))))))
    about = row.target_id or (who_is(row) if row.name is not None else row.target_type or "-")
    parts = (moment(row.time), f"{row.operation} {row.status}", row.source or "-", about, refused or done)
    return "  ".join(filter(None, parts))


def record(row: Row, told: Remedy | None) -> dict[str, Any]:
    """A row as JSON has it, with what explains it."""
    lists = {name: json.loads(getattr(row, name) or "[]") for name in LISTS}
    facts = {name: getattr(row, name) for name in Row.__dataclass_fields__ if name not in lists}
    reasons = {"why": told.why, "remedy": told.remedy} if told is not None else {}
    return facts | {"time": moment(row.time)} | lists | reasons


def _moved(row: Row) -> bool:
    return bool(row.members_added or row.members_removed)
