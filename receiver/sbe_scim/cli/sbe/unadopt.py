"""``sbe-scim sbe unadopt``: accounts and groups that were adopted are made by hand again."""

from __future__ import annotations

from typing import Any

import click

from sbe_scim.cli.output import echo_list, fail, json_option
from sbe_scim.cli.sbe.started import operator, started
from sbe_scim.cli.types import Text
from sbe_scim.directory.sbe import adoptions, blocks, links
from sbe_scim.directory.sbe.links import Kind
from sbe_scim.service.records import StoredRecords
from sbe_scim.service.releasing import release
from sbe_scim.store import Source, sources


@click.command()
@click.option("--source", "name", required=True, type=Text(), help="The source whose they are, or were to become.")
@click.option("--mail", "mails", multiple=True, type=Text(), metavar="ADDRESS", help="This account; may be repeated.")
@click.option("--group", "groups", multiple=True, type=Text(), metavar="NAME", help="This group; may be repeated.")
@click.option("--waiting", is_flag=True, help="All accounts and groups that the source has not come for yet.")
@json_option
def unadopt(name: str, mails: tuple[str, ...], groups: tuple[str, ...], waiting: bool, as_json: bool) -> None:
    """Undo `adopt`, before or after the source has come: the account or group stays as it is now, but for rules' roles.

    The source no longer has it, and is refused when it sends the person again; a group that it sends again is made
    beside this one. Take them out of its scope to end that.
    """
    if sum(map(bool, (mails, groups, waiting))) != 1:
        raise click.UsageError("Give one of --mail, --group and --waiting.")
    with started() as transactions, transactions.write() as transaction:
        source = sources.require(transaction.connection, name)
        undo = _Undo(transaction.session, source)
        if waiting:
            rows = [undo.one(kind, row) for kind in Kind for row in undo.adopted(kind) if undo.is_waiting(kind, row)]
        else:
            rows = [undo.one(Kind.USER, row) for row in undo.named(Kind.USER, mails)]
            rows += [undo.one(Kind.GROUP, row) for row in undo.named(Kind.GROUP, groups)]
    echo_list(rows, as_json, "Nothing waits to be taken.")


class _Undo:
    """The adoptions of one source, in one transaction."""

    def __init__(self, session: Any, source: Source) -> None:
        # Only what starts Abilian SBE may import it.
        from abilian.core.models.subjects import Group, User

        self._session = session
        self._connection = session.connection()
        self._source = source
        self._models = {Kind.USER: User, Kind.GROUP: Group}

    def adopted(self, kind: Kind) -> list[Any]:
        """Rows that the source may take or has taken."""
        model = self._models[kind]
        found = adoptions.lasting(self._connection, kind).values()
        mine = [one for one in found if one.source == self._source.name]
        rows = ((one, self._session.get(model, one.sbe_id)) for one in mine)
        return [row for one, row in rows if row is not None and one.is_of(row)]

    def is_waiting(self, kind: Kind, row: Any) -> bool:
        """Whether the source has not come for it yet."""
        found = adoptions.lock(self._connection, kind, row, self._source.name)
        return found is not None and not found.taken

    def named(self, kind: Kind, names: tuple[str, ...]) -> list[Any]:
        """Adopted rows by address or name. The command ends where one is none."""
        rows = {_key(kind, row): row for row in self.adopted(kind)}
        wanted = [name.lower() if kind is Kind.USER else name for name in dict.fromkeys(names)]
        missing = [name for name in wanted if name not in rows]
        if missing:
            fail(f"Source {self._source.name} has adopted nobody of the name {' or '.join(missing)}; nothing was done.")
        return [rows[name] for name in wanted]

    def one(self, kind: Kind, row: Any) -> dict[str, Any]:
        """Undo one adoption; what is told of it."""
        # A request that is taking it ends first, and its link is then seen.
        adoptions.lock(self._connection, kind, row, self._source.name)
        link = links.of_row(self._connection, kind, row)
        released = link is not None and not link.removed
        if link is not None and released:
            self._release(kind, link.resource_id)
        links.forget(self._connection, kind, row)
        if kind is Kind.USER:
            blocks.lift(self._connection, row)
        adoptions.end(self._connection, kind, row, operator())
        name = row.email if kind is Kind.USER else row.name
        return {"id": row.id, "kind": kind.value, "name": name, "result": "released" if released else "withdrawn"}

    def _release(self, kind: Kind, resource_id: str) -> None:
        """End what SCIM governs; what came by rules was nobody's gift, and goes."""
        from sbe_scim.directory.sbe import roles

        records = StoredRecords(self._connection)
        if kind is Kind.USER:
            roles.person_released(self._session, records, resource_id)
        release(self._connection, self._source, resource_id, "unadopt")
        if kind is Kind.GROUP:
            roles.group_removed(self._session, records, resource_id)


def _key(kind: Kind, row: Any) -> str:
    return str(row.email).lower() if kind is Kind.USER else str(row.name)
