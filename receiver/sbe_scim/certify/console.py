"""A provider whose changes are made by a person at its console, who is told one sentence after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict

from sbe_scim.certify.provider import Group, Person, Provider
from sbe_scim.certify.text import Text


class ConsoleProvider(Provider):
    """Asks for every change, and goes on once it is said to be made."""

    can = frozenset(
        {"create", "change", "disable", "enable", "delete", "unassign"}
        | {"create_group", "rename_group", "delete_group", "join", "leave", "nest", "manage", "place", "renew"}
        | {"block_by_rule", "sign_in", "block_organization", "unblock_organization", "add_entries", "change_entry"}
        | {"stop_directory", "start_directory", "narrow_directory", "widen_directory", "restart", "elsewhere"}
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
        self._ask(_CREATE.fill(facts=_facts(asdict(person))))

    def change(self, person: Person) -> None:
        """Ask for what differs."""
        before, differing = self._differing(person)
        self._ask(_CHANGE.fill(who=before.login, facts=_facts(differing)))

    def disable(self, person: Person) -> None:
        """Block them."""
        self._ask(_DISABLE.fill(who=self._login(person)))

    def enable(self, person: Person) -> None:
        """Unblock them."""
        self._ask(_ENABLE.fill(who=self._login(person)))

    def delete(self, person: Person) -> None:
        """Delete them."""
        self._ask(_DELETE.fill(who=self._login(person)))

    def unassign(self, person: Person) -> None:
        """Take the application from them."""
        self._ask(_UNASSIGN.fill(who=self._login(person)))

    def create_group(self, group: Group) -> None:
        """Make a group."""
        self._groups[group.key] = group
        self._ask(_CREATE_GROUP.fill(group=group.name))

    def rename_group(self, group: Group) -> None:
        """Let it be called so from now on."""
        before = self._groups[group.key]
        self._groups[group.key] = group
        self._ask(_RENAME_GROUP.fill(group=before.name, name=group.name))

    def delete_group(self, group: Group) -> None:
        """Delete it."""
        self._ask(_DELETE_GROUP.fill(group=group.name))

    def join(self, person: Person, group: Group) -> None:
        """Make somebody a member."""
        self._ask(_JOIN.fill(who=self._login(person), group=group.name))

    def leave(self, person: Person, group: Group) -> None:
        """Take somebody out."""
        self._ask(_LEAVE.fill(who=self._login(person), group=group.name))

    def nest(self, inner: Group, outer: Group) -> None:
        """Put a group into another one."""
        self._ask(_NEST.fill(inner=inner.name, outer=outer.name))

    def manage(self, person: Person, manager: Person | None) -> None:
        """Give them this manager, or none."""
        if manager is None:
            self._ask(_UNMANAGE.fill(who=self._login(person)))
        else:
            self._ask(_MANAGE.fill(who=self._login(person), manager=self._login(manager)))

    def place(self, person: Person, siret: str, unit: str) -> None:
        """Ask for what the extension for French administrations says of them."""
        self._ask(_PLACE.fill(who=self._login(person), siret=siret, unit=unit))

    def renew(self) -> None:
        """Have a new token put in, while the former one is still good."""
        with self._issued() as token:
            self._ask(_RENEW.fill(token=token))

    def restart(self) -> None:
        """Have it stopped and started."""
        self._ask(_RESTART)

    def elsewhere(self) -> Provider:
        """The same people and groups, changed at another node."""

        def ask(what: Text) -> None:
            self._ask(_ELSEWHERE.fill(what=what))

        other = ConsoleProvider(ask, self._issued)
        other._people, other._groups = self._people, self._groups
        return other

    def block_by_rule(self, person: Person) -> None:
        """Have a rule of the provider's own block them."""
        self._ask(_RULE.fill(who=self._login(person)))

    def sign_in(self, person: Person) -> None:
        """Have them sign in by another provider."""
        self._people[person.key] = person
        self._ask(_SIGN_IN.fill(facts=_facts(asdict(person))))

    def block_organization(self, person: Person) -> None:
        """Block their organization."""
        self._ask(_BLOCK_ORGANIZATION.fill(who=self._login(person)))

    def unblock_organization(self, person: Person) -> None:
        """Unblock it."""
        self._ask(_UNBLOCK_ORGANIZATION.fill(who=self._login(person)))

    def add_entries(self, people: Sequence[Person]) -> None:
        """Add them to the directory, one after the other."""
        for person in people:
            self._people[person.key] = person
            self._ask(_ADD_ENTRY.fill(facts=_facts(asdict(person))))

    def change_entry(self, person: Person) -> None:
        """Ask for what differs."""
        before, differing = self._differing(person)
        self._ask(_CHANGE_ENTRY.fill(who=before.login, facts=_facts(differing)))

    def stop_directory(self) -> None:
        """Take the directory away."""
        self._ask(_STOP_DIRECTORY)

    def start_directory(self) -> None:
        """Give it back."""
        self._ask(_START_DIRECTORY)

    def narrow_directory(self, person: Person) -> None:
        """Have a wrong filter put in."""
        self._ask(_NARROW_DIRECTORY.fill(who=self._login(person)))

    def widen_directory(self) -> None:
        """Have it put right."""
        self._ask(_WIDEN_DIRECTORY)

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
    told = [(name, values[name]) for name in _NAMES if name in values]
    return Text(
        "; ".join(f"{_NAMES[name].en}: {value or '(empty)'}" for name, value in told),
        " ; ".join(f"{_NAMES[name].fr} : {value or '(vide)'}" for name, value in told),
    )


_NAMES: Mapping[str, Text] = {
    "login": Text("login", "identifiant"),
    "given": Text("first name", "prénom"),
    "family": Text("last name", "nom"),
    "mail": Text("mail address", "adresse électronique"),
    "title": Text("title", "fonction"),
    "department": Text("department", "service"),
}
_CREATE = Text(
    "Create a user and give them the application. {facts}",
    "Créez un utilisateur et affectez-lui l'application. {facts}",
)
_CHANGE = Text("Change the user {who}. {facts}", "Modifiez l'utilisateur {who}. {facts}")
_DISABLE = Text("Block the user {who}.", "Bloquez l'utilisateur {who}.")
_ENABLE = Text("Unblock the user {who}.", "Débloquez l'utilisateur {who}.")
_DELETE = Text("Delete the user {who}.", "Supprimez l'utilisateur {who}.")
_UNASSIGN = Text("Take the application from the user {who}.", "Retirez l'application à l'utilisateur {who}.")
_CREATE_GROUP = Text("Create the group {group} and push it.", "Créez le groupe {group} et provisionnez-le.")
_RENAME_GROUP = Text("Rename the group {group} to {name}.", "Renommez le groupe {group} en {name}.")
_DELETE_GROUP = Text("Delete the group {group}.", "Supprimez le groupe {group}.")
_JOIN = Text("Put the user {who} into the group {group}.", "Ajoutez l'utilisateur {who} au groupe {group}.")
_LEAVE = Text("Take the user {who} out of the group {group}.", "Retirez l'utilisateur {who} du groupe {group}.")
_NEST = Text("Put the group {inner} into the group {outer}.", "Placez le groupe {inner} dans le groupe {outer}.")
_MANAGE = Text(
    "Make {manager} the manager of the user {who}.", "Donnez {manager} comme responsable à l'utilisateur {who}."
)
_UNMANAGE = Text("Take the manager from the user {who}.", "Retirez son responsable à l'utilisateur {who}.")
_RENEW = Text(
    "Replace the token by this one, which is shown once: {token}",
    "Remplacez le jeton par celui-ci, montré une seule fois : {token}",
)
_PLACE = Text(
    "Give the user {who} the SIRET {siret} and the unit {unit}.",
    "Donnez à l'utilisateur {who} le SIRET {siret} et l'unité {unit}.",
)
_RESTART = Text(
    "Stop the provider at once, as a power cut does, and start it again.",
    "Arrêtez le fournisseur d'un coup, comme le ferait une coupure de courant, puis redémarrez-le.",
)
_ELSEWHERE = Text("At another node of the provider: {what}", "Sur un autre nœud du fournisseur : {what}")
_RULE = Text(
    "Have a workflow, a rule of the provider's own, block the user {who}.",
    "Faites bloquer l'utilisateur {who} par un workflow, une règle du fournisseur lui-même.",
)
_SIGN_IN = Text(
    "Let somebody sign in by another identity provider, which has them so. {facts}",
    "Connectez quelqu'un par un autre fournisseur d'identité, qui le connaît ainsi. {facts}",
)
_BLOCK_ORGANIZATION = Text(
    "Block the organization of the user {who}.", "Bloquez l'organisation de l'utilisateur {who}."
)
_UNBLOCK_ORGANIZATION = Text(
    "Unblock the organization of the user {who}.", "Débloquez l'organisation de l'utilisateur {who}."
)
_ADD_ENTRY = Text(
    "Add somebody to the directory behind the provider, and have it read. {facts}",
    "Ajoutez quelqu'un à l'annuaire que lit le fournisseur, et faites-le lire. {facts}",
)
_CHANGE_ENTRY = Text(
    "Change {who} in the directory, and have it read. {facts}",
    "Modifiez {who} dans l'annuaire, et faites-le lire. {facts}",
)
_STOP_DIRECTORY = Text("Cut the provider off from its directory.", "Coupez le fournisseur de son annuaire.")
_START_DIRECTORY = Text("Give the provider its directory back.", "Rendez son annuaire au fournisseur.")
_NARROW_DIRECTORY = Text(
    "Change the filter of the directory so that it shows {who} alone of these people, and have it read.",
    "Modifiez le filtre de l'annuaire pour qu'il ne montre plus que {who} parmi ces personnes, et faites-le lire.",
)
_WIDEN_DIRECTORY = Text(
    "Put the filter of the directory right, and have it read.",
    "Rétablissez le filtre de l'annuaire, et faites-le lire.",
)
