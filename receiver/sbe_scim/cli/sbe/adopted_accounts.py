"""Which accounts a source may have: chosen, judged, adopted, and told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from sbe_scim.cli.output import echo_list, fail
from sbe_scim.cli.sbe.realm import Realm
from sbe_scim.directory.sbe import adoptions
from sbe_scim.directory.sbe.links import Kind
from sbe_scim.directory.sbe.verdicts import OPEN, Candidate, Verdict
from sbe_scim.keycloak.people import Holder, Standing

_DONE = frozenset({Verdict.WAITING, Verdict.LINKED})


@dataclass(frozen=True, slots=True)
class Judged:
    """An account, and why it is not adopted: ``None`` where it is."""

    account: Candidate
    refusal: str | None

    @property
    def done(self) -> bool:
        """Whether it was adopted before, or is the source's."""
        return self.account.verdict in _DONE


def look(connection: Connection, source: str) -> list[Candidate]:
    """All accounts, as they are for a source; once Abilian SBE is started."""
    from sbe_scim.directory.sbe import candidates

    return candidates.find_all(connection, source)


def named(known: Iterable[Candidate], mails: Sequence[str]) -> list[Candidate]:
    """The accounts of these addresses. The command ends where one is nobody's."""
    wanted = {mail.lower() for mail in mails}
    found = [account for account in known if account.mail.lower() in wanted]
    missing = sorted(wanted - {account.mail.lower() for account in found})
    if missing:
        fail(f"No account has the address {' or '.join(missing)}; nothing was done.")
    return found


def judge(accounts: Iterable[Candidate], realm: Realm, names: int) -> list[Judged]:
    """Say of each whether it is adopted. ``names`` is how many addresses an operator named; 0: all that match."""
    return [Judged(account, _refusal(account, realm.holders.get(account.id), names)) for account in accounts]


def _refusal(account: Candidate, holder: Holder | None, names: int) -> str | None:
    if account.verdict in _DONE:
        return None
    by_hand = names == 1 or (names > 1 and account.verdict is not Verdict.ADMINISTRATOR)
    if account.verdict is not Verdict.FREE and not (account.verdict in OPEN and by_hand):
        return account.told
    if holder is not None and holder.standing is not Standing.VERIFIED:
        return holder.standing.value
    return None


def check(judged: Iterable[Judged]) -> None:
    """End the command where one of those who were named cannot be adopted: all of them are, or nobody."""
    refused = [f"{one.account.mail} ({one.account.id}): {one.refusal}" for one in judged if one.refusal]
    if refused:
        fail("Nothing was done:\n" + "\n".join(refused))


def adopt(connection: Connection, source: str, judged: Iterable[Judged], by: str) -> None:
    """Let the source take those who may be adopted. The command ends where one has changed since it was judged."""
    current = {account.id: account for account in look(connection, source)}
    for one in judged:
        if one.refusal is not None or one.done:
            continue
        account = current.get(one.account.id)
        if account is None or (account.verdict, account.mail) != (one.account.verdict, one.account.mail):
            fail(f"Account {one.account.id} has just changed; nothing was done: try again.")
        adoptions.allow(connection, Kind.USER, account, source, by)


def show(accounts: Iterable[Candidate], realm: Realm, as_json: bool) -> None:
    """Print accounts with what can be done about them."""
    shown = _record if as_json else _row
    echo_list((shown(one, realm) for one in accounts), as_json, "There is no account.")


def tell(judged: Iterable[Judged], dry_run: bool, as_json: bool) -> None:
    """Print what became, or would become, of each."""
    new = "would be adopted" if dry_run else "adopted"
    rows = [
        {
            "id": one.account.id,
            "mail": one.account.mail,
            "result": one.refusal or (one.account.told if one.done else new),
        }
        for one in judged
    ]
    echo_list(rows, as_json, "There is no account.")


def _row(account: Candidate, realm: Realm) -> dict[str, Any]:
    holder = realm.holders.get(account.id)
    row = {
        "id": account.id,
        "mail": account.mail,
        "name": account.name,
        "last_active": _day(account.last_active),
        "roles": account.roles,
        "content": account.content,
        "verdict": account.told,
    }
    if realm.holders:
        row["realm"] = None if holder is None else f"{holder.standing.value}{_named(holder)}"
        row["refused"] = _is_refused(account, realm)
    return row


def _record(account: Candidate, realm: Realm) -> dict[str, Any]:
    holder = realm.holders.get(account.id)
    return {
        "id": account.id,
        "mail": account.mail,
        "name": account.name,
        "enabled": account.enabled,
        "last_active": _day(account.last_active),
        "roles": list(account.roles),
        "content": account.content,
        "verdict": account.verdict.value,
        "told": account.told,
        "realm": None if holder is None else holder.standing.name.lower(),
        "realm_name": None if holder is None else holder.name,
        "refused": _is_refused(account, realm),
    }


def _named(holder: Holder) -> str:
    return f" ({holder.name})" if holder.name else ""


def _is_refused(account: Candidate, realm: Realm) -> bool:
    """Whether the source has sent somebody of this address who was refused, as far as the realm says."""
    return account.mail.lower() in realm.refused


def _day(at: datetime | None) -> str | None:
    return None if at is None else at.date().isoformat()
