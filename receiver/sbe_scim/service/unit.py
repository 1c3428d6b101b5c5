"""One unit of work: what one operation does to one resource, within a transaction that is there.

Users are locked before groups, groups in the order of their pks, and the counters last: so no two units wait for each
other. Only where groups are in groups may two meet: the one that the database ends is done again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Connection

from sbe_scim.directory.port import Accounts
from sbe_scim.protocol import NotFound, ResourceType, name_key
from sbe_scim.service import documents, nested, rivals
from sbe_scim.service.calls import Call, Target
from sbe_scim.service.documents import Document, row_values
from sbe_scim.service.losses import Losses, of_removal
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.told import Told
from sbe_scim.store import changes, counting, former_members, members, nesting, resources, unique
from sbe_scim.store.ids import new_id
from sbe_scim.store.index import index
from sbe_scim.store.prepared import Together
from sbe_scim.store.resources import IndexRow, Resource

#: What the log of changes calls it when an operator brings back what was deleted.
UNDELETE = "undelete"

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def is_id(text: str) -> bool:
    """Tell whether a resource of ours could have this id."""
    return _ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Step:
    """A resource as it is now, and what was done to it: nothing, where ``kind`` is ``None``."""

    found: Resource
    kind: str | None = None
    changed: tuple[str, ...] = ()
    effect: str = "nothing"


@dataclass(frozen=True, slots=True)
class Unit:
    """What one operation does to one resource and its memberships."""

    call: Call
    target: Target
    connection: Connection
    accounts: Accounts
    renderer: Renderer
    time: int
    #: Others' work is committed with the unit's.
    shared: bool = False
    #: How many resources there are more than before, for each segment of pks.
    segments: Counter[int] = field(default_factory=Counter)
    losses: Losses = field(default_factory=Losses)
    told: Told = field(default_factory=Told)
    #: What is written at the end.
    together: Together = field(default_factory=Together)

    @property
    def resource_type(self) -> ResourceType:
        """The type of the resource."""
        return self.target.type

    def get(self) -> Resource:
        """Return the target, locked. Raises :class:`NotFound`, :class:`PreconditionFailed`."""
        source, kind = self.call.source.id, self.resource_type
        found = resources.get(self.connection, source, kind.number, str(self.target.id), lock=True)
        if found is None:
            raise NotFound(f"no {kind.name} has this id")
        self.target.check(found.version)
        return found

    def values(self, document: Document) -> dict[str, Any]:
        """Return the columns of a resource of the caller with this document."""
        identity = {"type": self.resource_type.number, "source": self.call.source.id}
        return identity | row_values(self.resource_type, self.call.source, document)

    def dormant(self, values: Mapping[str, Any]) -> Resource | None:
        """Return the inactive or detached resource that a POST with these values means, if any, locked.

        Raises :class:`Uniqueness` when another resource is in its way.
        """
        found = resources.rivals(self.connection, values)
        if (back := self._who_is_back(found, values)) is not None:
            return back
        for rival in found if self.call.policy.meaning.create_inactive == "restore" else ():
            if rivals.is_dormant(rival, values):
                # It may be changed or deleted by another request until it is locked: what counts is what it is then.
                held = resources.get(self.connection, rival.source, rival.type, rival.id, lock=True)
                if held is not None and rivals.is_dormant(held, values):
                    self.told.features.add("create_inactive")
                    return held
                found = resources.rivals(self.connection, values)
                break
        self._make_way(found, values)
        return None

    def add(
        self, values: dict[str, Any], document: Document, more: tuple[str, ...] = (), resource_id: str | None = None
    ) -> Step:
        """Create a resource. ``more`` are the paths of what it has beside its document. Raises :class:`Uniqueness`."""
        rows = index(self.resource_type, document)
        with self._claimed(rows):
            added = resources.add(self.connection, self.together, self._first(values, resource_id), rows)
        return self._added(added, document, more)

    def add_free(
        self, values: dict[str, Any], document: Document, more: tuple[str, ...] = (), resource_id: str | None = None
    ) -> Step | None:
        """As :meth:`add`, without a look for others, where none turns out to be in its way; else ``None``."""
        if unique.unique_paths(self.resource_type) or not resources.finds_out(self.connection, values):
            return None
        rows = index(self.resource_type, document)
        added = resources.add_free(self.connection, self.together, self._first(values, resource_id), rows)
        return None if added is None else self._added(added, document, more)

    def _first(self, values: dict[str, Any], resource_id: str | None) -> dict[str, Any]:
        """The columns of a first version."""
        return values | {"id": resource_id or new_id(), "version": 1, "created": self.time, "modified": self.time}

    def _added(self, added: Resource, document: Document, more: tuple[str, ...]) -> Step:
        self.segments[counting.segment(added.pk)] += 1
        step = self._step("create", added, (*(key for key in document if key != "schemas"), *more), "created")
        self.tell_directory(added.id, document, created=True)
        return step

    def change(self, kind: str, found: Resource, old: Document, document: Document, paths: tuple[str, ...]) -> Step:
        """Bring a resource from its ``old`` document to its next version. ``paths`` are those that differ.

        Raises :class:`Uniqueness`.
        """
        values: dict[str, Any] = {"version": found.version + 1, "modified": self._later_than(found)}
        if document != old:
            values |= self.values(document) | self._same_key(found, old, document)
            self._check_unique(found, values)
        before, after = index(self.resource_type, old), index(self.resource_type, document)
        with self._claimed(after, before, found.pk):
            changed = resources.save(self.connection, self.together, found, values, before, after)
        step = self._step(kind, changed, paths, _effect(kind, found.active, changed.active))
        if changed.display != found.display:
            # They show the names of their members.
            lock = members.lock_groups_of if self.resource_type.members is None else nesting.lock_outer
            self.touch(lock(self.connection, found.pk))
        if document != old:
            if found.active and not changed.active:
                self.lose(found.pk, 1)
            self.tell_directory(found.id, document, found.active)
        return step

    def revive(self, found: Resource, document: Document) -> Step:
        """Bring a resource back that was deleted, and that nobody is in the way of. It is detached from then on.

        Detached: as long as nothing else has changed it, a POST of its name or its former ``externalId`` adopts it.
        Raises :class:`Uniqueness` where somebody has a value of an extension that it had.
        """
        values = {"version": found.version + 1, "modified": self._later_than(found)} | self.values(document)
        # By it the source can be recognised that comes back, though it is not shown.
        values["external_id"] = found.external_id
        rows = index(self.resource_type, document)
        with self._claimed(rows, pk=found.pk):
            back = resources.revive(self.connection, self.together, found, values, rows)
        self.segments[counting.segment(back.pk)] += 1
        return self._step(UNDELETE, back, (), "restored")

    def remove(self, found: Resource) -> Step:
        """Delete a resource; its memberships end at the same time as it does."""
        at = self._later_than(found)
        if self.call.source.storm_limit is not None:
            self.lose(found.pk, of_removal(self.connection, self.resource_type, found))
        if self.resource_type.joins_groups:
            self.touch(former_members.leave_all(self.connection, found.pk, at))
        if self.resource_type.members is not None:
            outer, self.told.left = nested.dissolve(self.connection, self.accounts, found.pk, at)
            self.touch(outer)
        self._tell_removed(found.id)
        self.segments[counting.segment(found.pk)] -= 1
        return self._step("delete", resources.bury(self.connection, found, at), (), "deleted")

    def lose(self, resource: int, losses: int) -> None:
        """Take note that access ends with the unit. Raises :class:`Held` where that alone is too much at once."""
        self.losses.add(self.connection, self.call.source, resource, losses, self.time)

    def judge(self) -> None:
        """Let go who loses access. Raises :class:`Held`.

        Behind all other work but the counters: others of the source wait for its guard until the commit.
        """
        self.losses.judge(self.connection, self.call.source, self.time)

    def end(self) -> None:
        """Write what nobody had to wait for, and the counters last of all: others wait for these until the commit."""
        if self.segments:
            counting.move(self.together, self.call.source.id, self.resource_type.number, self.segments)
        self.together.run(self.connection)

    def tell_directory(
        self, resource_id: str, document: Document, was_active: bool | None = None, *, created: bool = False
    ) -> None:
        """Have the account or the group of a resource brought to this state, whatever it was made into meanwhile.

        ``was_active`` is what a user was before, who was ``created`` where there was nothing.
        """
        source = self.call.source.name
        if self.resource_type.members is None:
            user = documents.directory_user(resource_id, source, document, was_active, created=created)
            self.told.adopted |= self.accounts.user_saved(user)
        else:
            self.told.adopted |= self.accounts.group_saved(documents.directory_group(resource_id, source, document))

    def _tell_removed(self, resource_id: str) -> None:
        """Have the account closed, or the group taken away."""
        if self.resource_type.members is None:
            self.accounts.user_removed(resource_id)
        else:
            self.accounts.group_removed(resource_id)

    def touch(self, groups: Collection[int]) -> None:
        """Bring groups to their next version because what they show of members has changed."""
        resources.touch(self.connection, groups, self.time)
        changes.add_touched(self.connection, groups, ("members",), self.time, self.call.arrival.request_id)

    def _who_is_back(self, found: Sequence[Resource], values: Mapping[str, Any]) -> Resource | None:
        """The one of these, locked, that an operator has restored and that its source, who sends it now, has not
        touched since: by ``externalId``, else by name."""
        for is_meant in (rivals.has_external_id, rivals.has_name):
            for rival in found:
                if is_meant(rival, values) and changes.made_by(self.connection, rival) == UNDELETE:
                    held = resources.get(self.connection, rival.source, rival.type, rival.id, lock=True)
                    if held is not None and held.version == rival.version:
                        self.told.adopted = True
                        return held
        return None

    def _later_than(self, found: Resource) -> int:
        """The time of a change: a clock that was set back does not set back ``lastModified``."""
        return max(self.time, found.modified)

    def _same_key(self, found: Resource, old: Document, document: Document) -> dict[str, str]:
        """The key that a resource has had, while its name is the same: a twin of old has one that is not its name's."""
        name = self.resource_type.key
        return {"key": found.key} if name_key(old[name]) == name_key(document[name]) else {}

    def _check_unique(self, found: Resource, values: Mapping[str, Any]) -> None:
        if all(getattr(found, name) == values[name] for name in ("key", "mail_key", "external_id")):
            return
        self._make_way([rival for rival in resources.rivals(self.connection, values) if rival.pk != found.pk], values)

    @contextmanager
    def _claimed(self, new: Collection[IndexRow], old: Collection[IndexRow] = (), pk: int = 0) -> Iterator[None]:
        """Have the unique values that the block is about to write. Raises :class:`Uniqueness`."""
        claimed = unique.claim(self.connection, self.resource_type, self.call.source, new, old, pk)
        yield
        if claimed:
            # Who wants one of them next, in this transaction or another, has to see it.
            self.together.run(self.connection)

    def _make_way(self, found: Sequence[Resource], values: Mapping[str, Any]) -> None:
        """Take the mail address from a leaver who alone is in the way. Raises :class:`Uniqueness` for anybody else."""
        for rival in found:
            if self.call.policy.meaning.leaver_mail == "kept" or not rivals.gives_up(rival, values):
                raise rivals.taken(self.resource_type, rival, values)
        for rival in found:
            held = resources.get(self.connection, rival.source, rival.type, rival.id, lock=True)
            if held is None or held.mail_key != values["mail_key"]:
                continue
            if not rivals.gives_up(held, values):
                raise rivals.taken(self.resource_type, held, values)
            document = documents.parse(held)
            self.told.features.add("leaver_mail")
            self.change("patch", held, document, documents.without_mail(document, held.mail_key), ("emails",))

    def _step(self, kind: str, done: Resource, paths: tuple[str, ...], effect: str) -> Step:
        changes.add(self.together, kind, done, paths, self.time, self.call.arrival.request_id)
        return Step(done, kind, paths, effect)


def _effect(kind: str, was_active: bool, active: bool) -> str:
    """What a change did to a resource, as far as somebody's access goes."""
    if was_active == active:
        return "changed"
    return "deactivated" if was_active else "restored" if kind == "restore" else "activated"
