"""What a refusal means, and what an operator does about it, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from sbe_scim.commandline import command
from sbe_scim.journal.reader import Row
from sbe_scim.journal.remedy_texts import ENGLISH, Words
from sbe_scim.store.people import Person
from sbe_scim.store.sources import Source

_REALMS = "/realms/"


@dataclass(frozen=True, slots=True)
class Remedy:
    """Why somebody was refused, and what to do."""

    why: str
    remedy: str


def remedy(row: Row, source: Source | None, holder: Person | None = None, words: Words = ENGLISH) -> Remedy:
    """Explain a refusal. ``source`` is that of the row, ``holder`` who has the name or the address that is taken."""
    why, told = words.by_code.get(row.reason or "", words.other)
    facts = {
        "adopt": command("sbe", "adopt", "--source", row.source or "", "--mail", row.mail or row.name or ""),
        "without": command("source", "set", "--mail", "optional", name=row.source or ""),
        "kind": row.target_type or "",
        "holder": "" if holder is None else words.holder.format(id=holder.id, source=holder.source),
        "detail": row.detail or words.refused.format(status=row.status),
    }
    return Remedy(why.format(**facts), f"{told.format(**facts)}{words.between}{_again(source, words)}")


def _again(source: Source | None, words: Words) -> str:
    """How they are sent once more."""
    issuer = source.issuer if source is not None and source.dialect == "keycloak" else None
    parts = urlsplit(issuer or "")
    front, found, realm = parts.path.rpartition(_REALMS)
    if not found or not realm:
        return words.send
    server = f"{parts.scheme}://{parts.netloc}{front}"
    return words.retry.format(retry=command("keycloak", "retry", "--refused", "--server", server, "--realm", realm))
