"""What would have happened, had a source not been in shadow mode: each is asked of the directory, and nothing done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.exc import IntegrityError

from sbe_scim.directory.port import Accounts, Directory
from sbe_scim.directory.shadow import NoRecords, foreseen
from sbe_scim.journal import reader
from sbe_scim.journal.reader import Row
from sbe_scim.protocol import ResourceType, ScimError, Uniqueness, primary_mail
from sbe_scim.service.documents import parse
from sbe_scim.service.going_live import NothingToDo, bring
from sbe_scim.service.records import StoredRecords
from sbe_scim.service.registering import registered
from sbe_scim.store import Source, resources, shadows
from sbe_scim.store.failures import violated
from sbe_scim.store.resources import Resource
from sbe_scim.store.transactions import Transaction, Transactions

CREATE, ADOPT, DISABLE, DELETE, REFUSE = WHAT = ("create", "adopt", "disable", "delete", "refuse")
#: The codes of what an account or group made by hand is refused for that the source may be allowed to take.
_ADOPTABLE = frozenset({"account_taken"})


@dataclass(frozen=True, slots=True)
class Line:
    """What would have happened to one person or group.

    ``what`` is :data:`CREATE`; :data:`ADOPT`, an account or group that was made by hand (with a ``reason`` only once an
    operator has said so); :data:`DISABLE`, :data:`DELETE`: somebody who came and left since; or :data:`REFUSE`.
    ``reason`` is the code of a refusal, ``detail`` says more. ``id`` is ``None`` for whose create was refused.
    ``members`` are the people of a group; ``roles`` are those that a person would have by rules.
    """

    type: str
    what: str
    id: str | None
    name: str
    mail: str | None
    external_id: str | None
    members: int | None = None
    reason: str | None = None
    detail: str | None = None
    roles: tuple[str, ...] = ()


def report(transactions: Transactions, directory: Directory, source: Source) -> list[Line]:
    """Say what would happen to all that a source has, what went since, and who is refused now.

    Of a source of which something is still to be applied: what would happen to that. Many transactions, of which
    nothing stays; each holds up others no longer than some hundred requests would.
    """
    lines: list[Line] = []
    with transactions.read() as reading:
        kinds = registered(reading.connection)
        found = shadows.conflicts(reading.connection, source, kinds.resource_types)
        taken = {one.found.pk: one.reason for one in found}
    for kind in kinds.resource_types:
        after = 0
        while True:
            with transactions.write() as transaction:
                batch = resources.following(transaction.connection, source.id, kind.number, after)
                lines += _lines(transaction, directory, source, kind, batch, taken)
            if not batch:
                break
            after = batch[-1].pk
    if source.shadow is None:
        return lines
    with transactions.read() as reading:
        for one in shadows.gone(reading.connection, source):
            lines.append(_line(kinds.by_number(one.type), one, DELETE))
        for refused in reader.refused(reading.connection, source.name):
            if refused.last.time >= source.shadow:
                lines.append(_refused(refused.last))
    return lines


def counts(lines: Iterable[Line]) -> Counter[tuple[str, str, str | None]]:
    """How many there are by type, what and reason."""
    return Counter((line.type, line.what, line.reason) for line in lines)


def _lines(
    transaction: Transaction,
    directory: Directory,
    source: Source,
    kind: ResourceType,
    batch: list[Resource],
    taken: Mapping[int, str],
) -> Iterator[Line]:
    accounts, records = directory.accounts(transaction, NoRecords()), StoredRecords(transaction.connection)
    untold = (
        {one.id for one in batch} if source.shadow is not None else set(accounts.unknown([one.id for one in batch]))
    )
    # Of these it is asked with their groups.
    ids = () if kind.members is not None else untold
    roles = directory.accounts(transaction, records).by_rules(source.name, ids)
    for found in batch:
        if found.id not in untold:
            continue
        if found.pk in taken:
            yield _line(kind, found, REFUSE, reason=taken[found.pk])
            continue
        members = None if kind.members is None else len(records.members_of(found.id))
        line = _asked(transaction, directory, accounts, source, kind, found, members)
        there = line.what in (CREATE, ADOPT) and line.reason is None
        yield replace(line, roles=tuple(roles.get(found.id, ()))) if there else line


def _asked(
    transaction: Transaction,
    directory: Directory,
    accounts: Accounts,
    source: Source,
    kind: ResourceType,
    found: Resource,
    members: int | None,
) -> Line:
    try:
        effect = foreseen(transaction, lambda: bring(accounts, source.name, kind, found))
    except NothingToDo:
        return _line(kind, found, DISABLE, detail="has no account, and gets none")
    except IntegrityError as error:
        rule = violated(error, directory.unique)
        if rule is None:
            raise
        return _not(kind, found, Uniqueness(rule.taken, reason=rule.reason))
    except ScimError as error:
        return _not(kind, found, error)
    if effect == "deactivated":
        return _line(kind, found, DISABLE, detail="the account that is there is closed")
    return _line(kind, found, ADOPT if effect == "adopted" else CREATE, members=members)


def _not(kind: ResourceType, found: Resource, refusal: ScimError) -> Line:
    what = ADOPT if refusal.reason in _ADOPTABLE else REFUSE
    return _line(kind, found, what, reason=refusal.reason or refusal.scim_type, detail=refusal.detail)


def _line(
    kind: ResourceType,
    found: Resource,
    what: str,
    *,
    members: int | None = None,
    reason: str | None = None,
    detail: str | None = None,
) -> Line:
    document = parse(found)
    name, mail = str(document[kind.key]), primary_mail(document)
    return Line(kind.name, what, found.id, name, mail, document.get("externalId"), members, reason, detail)


def _refused(row: Row) -> Line:
    what = ADOPT if row.reason in _ADOPTABLE else REFUSE
    reason = row.reason or row.scim_type
    return Line(row.target_type or "?", what, None, row.name or "", row.mail, row.external_id, None, reason, row.detail)
