"""Look through all that a source has in Abilian SBE, and bring it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sbe_scim.directory.sbe import SbeDirectory, SbeTransactions, comparisons
from sbe_scim.directory.sbe.comparisons import Comparison
from sbe_scim.protocol import ResourceType, ScimError, default_registry
from sbe_scim.service.documents import directory_group, directory_user, parse
from sbe_scim.service.records import StoredRecords
from sbe_scim.service.repairing import repair
from sbe_scim.store import Source, resources
from sbe_scim.store.clock import now
from sbe_scim.store.resources import Resource

if TYPE_CHECKING:
    # Only what starts Abilian SBE may import it.
    from sbe_scim.directory.sbe.drift import Drift


@dataclass(slots=True)
class Found:
    """What has drifted of a source, each with its type, and how many people and memberships it has in all."""

    drifts: list[tuple[ResourceType, Drift]] = field(default_factory=list)
    people: int = 0
    memberships: int = 0

    def guarded(self) -> bool:
        """Whether it is so much that somebody has to look first: rather an accident than what people do by hand."""
        accounts = sum(kind.members is None and bool(one.differs) for kind, one in self.drifts)
        missing = sum(one.missing for _, one in self.drifts)
        return accounts > _limit(self.people) or missing > _limit(self.memberships)


def _limit(all_of_them: int) -> int:
    return min(50, max(3, all_of_them // 100))


def find(transactions: SbeTransactions, source: Source, stopped: Callable[[], bool] = lambda: False) -> Found:
    """Compare everything, in many transactions: the receiver goes on meanwhile. Ends early once ``stopped``."""
    found = Found()
    for kind in default_registry().resource_types:
        after = 0
        while not stopped():
            with transactions.write() as transaction:
                batch = resources.following(transaction.connection, source.id, kind.number, after)
                if not batch:
                    break
                after = batch[-1].pk
                records = StoredRecords(transaction.connection)
                if kind.members is None:
                    found.people += len(batch)
                else:
                    found.memberships += sum(len(records.members_of(one.id)) for one in batch)
                drifts = _drifts(transaction.session, records, kind, source, batch)
                found.drifts.extend((kind, drift) for drift in drifts)
    return found


def _drifts(
    session: object, records: StoredRecords, kind: ResourceType, source: Source, batch: list[Resource]
) -> Iterator[Drift]:
    from sbe_scim.directory.sbe import drift

    if kind.members is None:
        users = [directory_user(one.id, source.name, parse(one)) for one in batch]
        yield from drift.of_users(session, records, source.name, users)
        return
    for one in batch:
        group = drift.of_group(session, records, directory_group(one.id, source.name, parse(one)))
        if group is not None:
            yield group


@dataclass(frozen=True, slots=True)
class Checked:
    """What has drifted of a source, each with its type and what came of it; ``held``: it was too much to repair."""

    rows: list[tuple[ResourceType, Drift, str]]
    held: bool


def check(
    transactions: SbeTransactions,
    directory: SbeDirectory,
    source: Source,
    *,
    repair: bool,
    everything: bool = False,
    stopped: Callable[[], bool] = lambda: False,
) -> Checked:
    """Compare a source with what SCIM last said, bring it back where ``repair`` is set, and note what was found.

    ``everything``: also where it is so much that it is held. Ends early once ``stopped``, and then notes nothing. Of a
    source in shadow mode there is nothing to compare.
    """
    if source.shadow is not None:
        return Checked([], held=False)
    found = find(transactions, source, stopped)
    mending = repair and (everything or not found.guarded())
    rows: list[tuple[ResourceType, Drift, str]] = []
    for kind, one in found.drifts:
        if stopped():
            break
        result = _mend(transactions, directory, source, kind, one) if mending else DIFFERS if one.differs else BLOCKED
        rows.append((kind, one, result))
    checked = Checked(rows, repair and not mending)
    if not stopped():
        _note(transactions, source, checked)
    return checked


def _mend(
    transactions: SbeTransactions, directory: SbeDirectory, source: Source, kind: ResourceType, one: Drift
) -> str:
    """Bring one back, in a transaction of its own; what came of it, in words."""
    from sbe_scim.directory.sbe import drift

    if not one.differs:
        return BLOCKED
    try:
        with transactions.write() as transaction:
            there = repair(transaction, directory, source, kind, one.resource_id, one.differs)
            if there and kind.members is None:
                records = StoredRecords(transaction.connection)
                drift.bring_roles(transaction.session, records, source.name, one.resource_id)
    except ScimError as error:
        return f"refused: {error.detail}"
    return REPAIRED if there else GONE


def _note(transactions: SbeTransactions, source: Source, checked: Checked) -> None:
    results = [result for _, one, result in checked.rows if one.differs]
    found = len(results) - results.count(GONE)
    repaired = results.count(REPAIRED)
    blocked = sum(one.blocked for _, one, _ in checked.rows)
    held = found if checked.held else 0
    with transactions.write() as transaction:
        comparisons.note(transaction.connection, Comparison(source.name, now(), found, repaired, held, blocked))


DIFFERS = "differs"
REPAIRED = "repaired"
GONE = "gone meanwhile"
#: Of an account that an administrator of Abilian SBE has closed.
BLOCKED = "closed by hand, which stands"
#: Results that leave nothing to do.
WELL = frozenset({BLOCKED, REPAIRED, GONE})
