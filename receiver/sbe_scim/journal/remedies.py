"""What a refusal means, and what an operator does about it, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from sbe_scim.commandline import command
from sbe_scim.journal.reader import Row
from sbe_scim.store.people import Person
from sbe_scim.store.sources import Source

_REALMS = "/realms/"
_TWICE = (
    "where both are one person, take them out of one of the two at the identity provider; else give one of them another"
)


@dataclass(frozen=True, slots=True)
class Remedy:
    """Why somebody was refused, and what to do."""

    why: str
    remedy: str


def remedy(row: Row, source: Source | None, holder: Person | None = None) -> Remedy:
    """Explain a refusal. ``source`` is that of the row, ``holder`` who has the name or the address that is taken."""
    held = f": {holder.id} of source {holder.source}" if holder is not None else ""
    match row.reason:
        case "account_taken":
            adopt = command("sbe", "adopt", "--source", row.source or "", "--mail", row.mail or row.name or "")
            why = "the mail address belongs to an account of Abilian SBE that SCIM did not make"
            told = f"adopt the account: {adopt}; or give it another address in Abilian SBE"
        case "name_taken":
            why = f"another {row.target_type} at this receiver has this name{held}"
            told = f"{_TWICE} name"
        case "mail_taken":
            why = f"another {row.target_type} at this receiver has this mail address{held}"
            told = f"{_TWICE} address"
        case "external_id_taken":
            why = "another resource of the same source has this externalId"
            told = "let the identity provider send an externalId of its own for each"
        case "mail_missing":
            why = "an account of Abilian SBE needs a mail address, and none was sent"
            told = "give the person a mail address at the identity provider"
        case "mail_unusable":
            why = "what was sent as the mail address is none"
            told = "correct the mail address at the identity provider"
        case "last_administrator":
            why = "this is the last enabled administrator of Abilian SBE"
            told = "name another administrator in Abilian SBE"
        case _:
            why = row.detail or f"refused with status {row.status}"
            told = "correct what the reason names at the identity provider"
    return Remedy(why, f"{told}; {_again(source)}")


def _again(source: Source | None) -> str:
    """How they are sent once more."""
    issuer = source.issuer if source is not None and source.dialect == "keycloak" else None
    parts = urlsplit(issuer or "")
    front, found, realm = parts.path.rpartition(_REALMS)
    if not found or not realm:
        return "then let the identity provider send it again"
    server = f"{parts.scheme}://{parts.netloc}{front}"
    return f"then: {command('keycloak', 'retry', '--refused', '--server', server, '--realm', realm)}"
