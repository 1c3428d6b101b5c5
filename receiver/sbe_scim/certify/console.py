"""A provider whose changes are made by a person at its console, who is told one sentence after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict

from sbe_scim.certify import sentences
from sbe_scim.certify.provider import Group, Person, Provider
from sbe_scim.certify.text import Text


class ConsoleProvider(Provider):
    """Asks for every change, and goes on once it is said to be made."""

    can = frozenset(
        {"create", "change", "disable", "enable", "delete", "unassign"}
        | {"create_group", "rename_group", "delete_group", "join", "leave", "nest", "manage", "place", "renew"}
        | {"block_by_rule", "sign_in", "block_organization", "unblock_organization", "add_entries", "change_entry"}
        | {"stop_directory", "start_directory", "narrow_directory", "widen_directory", "restart", "elsewhere"}
        | {"block_entry", "unblock_entry", "move_entry_away", "move_entry_back", "add_entry_group", "leave_entry_group"}
    )

    def __init__(self, ask: Callable[[Text], None], issued: Callable[[], AbstractContextManager[str]]) -> None:
        """``ask`` tells a person what to do, and returns when they have done it; ``issued`` gives a new token, at the
        end of which the former one ends."""
        self._ask = ask
        self._issued = issued
        self._people: dict[str, Person] = {}
        self._groups: dict[str, Group] = {}

    def create(self, person: Person) -> None:
        """Hire somebody, and give them the application."""
        self._people[person.key] = person
        self._ask(sentences.CREATE.fill(facts=_facts(asdict(person))))

    def change(self, person: Person) -> None:
        """Ask for what differs."""
        before, differing = self._differing(person)
        self._ask(sentences.CHANGE.fill(who=before.login, facts=_facts(differing)))

    def disable(self, person: Person) -> None:
        """Block them."""
        self._ask(sentences.DISABLE.fill(who=self._login(person)))

    def enable(self, person: Person) -> None:
        """Unblock them."""
        self._ask(sentences.ENABLE.fill(who=self._login(person)))

    def delete(self, person: Person) -> None:
        """Delete them."""
        self._ask(sentences.DELETE.fill(who=self._login(person)))

    def unassign(self, person: Person) -> None:
        """Take the application from them."""
        self._ask(sentences.UNASSIGN.fill(who=self._login(person)))

    def create_group(self, group: Group) -> None:
        """Make a group."""
        self._groups[group.key] = group
        self._ask(sentences.CREATE_GROUP.fill(group=group.name))

    def rename_group(self, group: Group) -> None:
        """Let it be called so from now on."""
        before = self._groups[group.key]
        self._groups[group.key] = group
        self._ask(sentences.RENAME_GROUP.fill(group=before.name, name=group.name))

    def delete_group(self, group: Group) -> None:
        """Delete it."""
        self._ask(sentences.DELETE_GROUP.fill(group=group.name))

    def join(self, person: Person, group: Group) -> None:
        """Make somebody a member."""
        self._ask(sentences.JOIN.fill(who=self._login(person), group=group.name))

    def leave(self, person: Person, group: Group) -> None:
        """Take somebody out."""
        self._ask(sentences.LEAVE.fill(who=self._login(person), group=group.name))

    def nest(self, inner: Group, outer: Group) -> None:
        """Put a group into another one."""
        self._ask(sentences.NEST.fill(inner=inner.name, outer=outer.name))

    def manage(self, person: Person, manager: Person | None) -> None:
        """Give them this manager, or none."""
        if manager is None:
            self._ask(sentences.UNMANAGE.fill(who=self._login(person)))
        else:
            self._ask(sentences.MANAGE.fill(who=self._login(person), manager=self._login(manager)))

    def place(self, person: Person, siret: str, unit: str) -> None:
        """Ask for what the extension for French administrations says of them."""
        self._ask(sentences.PLACE.fill(who=self._login(person), siret=siret, unit=unit))

    def renew(self) -> None:
        """Have a new token put in, while the former one is still good."""
        with self._issued() as token:
            self._ask(sentences.RENEW.fill(token=token))

    def restart(self) -> None:
        """Have it stopped and started."""
        self._ask(sentences.RESTART)

    def elsewhere(self) -> Provider:
        """The same people and groups, changed at another node."""

        def ask(what: Text) -> None:
            self._ask(sentences.ELSEWHERE.fill(what=what))

        other = ConsoleProvider(ask, self._issued)
        other._people, other._groups = self._people, self._groups
        return other

    def block_by_rule(self, person: Person) -> None:
        """Have a rule of the provider's own block them."""
        self._ask(sentences.RULE.fill(who=self._login(person)))

    def sign_in(self, person: Person) -> None:
        """Have them sign in by another provider."""
        self._people[person.key] = person
        self._ask(sentences.SIGN_IN.fill(facts=_facts(asdict(person))))

    def block_organization(self, person: Person) -> None:
        """Block their organization."""
        self._ask(sentences.BLOCK_ORGANIZATION.fill(who=self._login(person)))

    def unblock_organization(self, person: Person) -> None:
        """Unblock it."""
        self._ask(sentences.UNBLOCK_ORGANIZATION.fill(who=self._login(person)))

    def add_entries(self, people: Sequence[Person]) -> None:
        """Add them to the directory, one after the other."""
        for person in people:
            self._people[person.key] = person
            self._ask(sentences.ADD_ENTRY.fill(facts=_facts(asdict(person))))

    def change_entry(self, person: Person) -> None:
        """Ask for what differs."""
        before, differing = self._differing(person)
        self._ask(sentences.CHANGE_ENTRY.fill(who=before.login, facts=_facts(differing)))

    def block_entry(self, person: Person) -> None:
        """Block them there."""
        self._ask(sentences.BLOCK_ENTRY.fill(who=self._login(person)))

    def unblock_entry(self, person: Person) -> None:
        """Unblock them there."""
        self._ask(sentences.UNBLOCK_ENTRY.fill(who=self._login(person)))

    def move_entry_away(self, person: Person) -> None:
        """Move them where the provider does not look."""
        self._ask(sentences.MOVE_ENTRY_AWAY.fill(who=self._login(person)))

    def move_entry_back(self, person: Person) -> None:
        """Move them back."""
        self._ask(sentences.MOVE_ENTRY_BACK.fill(who=self._login(person)))

    def add_entry_group(self, group: Group, people: Sequence[Person], inner: Group | None = None) -> None:
        """Make a group of the directory."""
        self._groups[group.key] = group
        who = ", ".join(self._login(person) for person in people)
        if inner is None:
            self._ask(sentences.ADD_ENTRY_GROUP.fill(group=group.name, who=who))
        else:
            self._ask(sentences.ADD_OUTER_GROUP.fill(group=group.name, who=who, inner=inner.name))

    def leave_entry_group(self, person: Person, group: Group) -> None:
        """Take somebody out of it."""
        self._ask(sentences.LEAVE_ENTRY_GROUP.fill(who=self._login(person), group=group.name))

    def stop_directory(self) -> None:
        """Take the directory away."""
        self._ask(sentences.STOP_DIRECTORY)

    def start_directory(self) -> None:
        """Give it back."""
        self._ask(sentences.START_DIRECTORY)

    def narrow_directory(self, person: Person) -> None:
        """Have a wrong filter put in."""
        self._ask(sentences.NARROW_DIRECTORY.fill(who=self._login(person)))

    def widen_directory(self) -> None:
        """Have it put right."""
        self._ask(sentences.WIDEN_DIRECTORY)

    def _differing(self, person: Person) -> tuple[Person, Mapping[str, str]]:
        """As they were before, and what differs now."""
        before = self._people[person.key]
        self._people[person.key] = person
        old = asdict(before)
        return before, {name: value for name, value in asdict(person).items() if value != old[name]}

    def _login(self, person: Person) -> str:
        return self._people[person.key].login


def _facts(values: Mapping[str, str]) -> Text:
    """Attributes as a person fills them in."""
    told = [(name, values[name]) for name in sentences.NAMES if name in values]
    return Text(
        "; ".join(f"{sentences.NAMES[name].en}: {value or '(empty)'}" for name, value in told),
        " ; ".join(f"{sentences.NAMES[name].fr} : {value or '(vide)'}" for name, value in told),
    )
