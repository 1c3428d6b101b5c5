"""Who is played with, and what a module has at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is made up for a run, as the provider is to have them; ``key`` stays."""

    key: str
    login: str
    given: str = ""
    family: str = ""
    mail: str = ""
    title: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is made up for a run; ``key`` stays."""

    key: str
    name: str


class RefusedError(Exception):
    """The provider does not do what it is asked for."""


class ImpossibleError(Exception):
    """The provider has no such thing, as whoever was asked for it says."""


class Provider:
    """An identity provider whose people can be changed: by a program, or by a person who is told what to do.

    Here it knows nothing; one that derives from it has some of the methods, and says which. Each returns when the
    provider has taken the change, not when it has arrived, and raises :class:`RefusedError` where it does not take it.
    """

    #: The names of the methods that this provider has.
    can: frozenset[str] = frozenset()

    def create(self, person: Person) -> None:
        """Hire somebody, and give them the application."""
        raise NotImplementedError

    def change(self, person: Person) -> None:
        """Let them be so from now on."""
        raise NotImplementedError

    def disable(self, person: Person) -> None:
        """Block them."""
        raise NotImplementedError

    def enable(self, person: Person) -> None:
        """Unblock them."""
        raise NotImplementedError

    def delete(self, person: Person) -> None:
        """Delete them."""
        raise NotImplementedError

    def unassign(self, person: Person) -> None:
        """Take the application from them."""
        raise NotImplementedError

    def create_group(self, group: Group) -> None:
        """Make a group."""
        raise NotImplementedError

    def rename_group(self, group: Group) -> None:
        """Let it be called so from now on."""
        raise NotImplementedError

    def delete_group(self, group: Group) -> None:
        """Delete it."""
        raise NotImplementedError

    def join(self, person: Person, group: Group) -> None:
        """Make somebody a member."""
        raise NotImplementedError

    def leave(self, person: Person, group: Group) -> None:
        """Take somebody out."""
        raise NotImplementedError

    def nest(self, inner: Group, outer: Group) -> None:
        """Put a group below another one."""
        raise NotImplementedError

    def manage(self, person: Person, manager: Person | None) -> None:
        """Let this be their manager from now on."""
        raise NotImplementedError

    def place(self, person: Person, siret: str, unit: str) -> None:
        """Let them work from now on in this establishment and unit (its code) of a French administration."""
        raise NotImplementedError

    def renew(self) -> None:
        """Replace the token or key by which it identifies itself, and have the former one end."""
        raise NotImplementedError

    def restart(self) -> None:
        """Stop it at once, as a power cut does, and start it again."""
        raise NotImplementedError

    def elsewhere(self) -> Provider:
        """It, by another of its nodes."""
        raise NotImplementedError

    def block_by_rule(self, person: Person) -> None:
        """Have a rule of its own, a workflow, block them."""
        raise NotImplementedError

    def sign_in(self, person: Person) -> None:
        """Let them sign in by another identity provider that has them so; whoever is new is made by it."""
        raise NotImplementedError

    def block_organization(self, person: Person) -> None:
        """Block the organization to which the other identity provider has brought them."""
        raise NotImplementedError

    def unblock_organization(self, person: Person) -> None:
        """Unblock it."""
        raise NotImplementedError

    def add_entries(self, people: Sequence[Person]) -> None:
        """Have them in a directory behind the provider, and read there."""
        raise NotImplementedError

    def change_entry(self, person: Person) -> None:
        """Let them be so in the directory from now on, and have it read again."""
        raise NotImplementedError

    def block_entry(self, person: Person) -> None:
        """Block them in the directory, and have it read again."""
        raise NotImplementedError

    def unblock_entry(self, person: Person) -> None:
        """Unblock them there."""
        raise NotImplementedError

    def move_entry_away(self, person: Person) -> None:
        """Move them to a part of the directory that is not read, and have it read again."""
        raise NotImplementedError

    def move_entry_back(self, person: Person) -> None:
        """Move them back."""
        raise NotImplementedError

    def add_entry_group(self, group: Group, people: Sequence[Person], inner: Group | None = None) -> None:
        """Have a group of the directory with these people, and another of its groups, in it."""
        raise NotImplementedError

    def leave_entry_group(self, person: Person, group: Group) -> None:
        """Take somebody out of a group of the directory."""
        raise NotImplementedError

    def stop_directory(self) -> None:
        """Cut the provider off from its directory, and have it look at everybody."""
        raise NotImplementedError

    def start_directory(self) -> None:
        """Give it its directory back."""
        raise NotImplementedError

    def narrow_directory(self, person: Person) -> None:
        """By a wrong filter, let the directory show nobody but them, and have the provider look at everybody."""
        raise NotImplementedError

    def widen_directory(self) -> None:
        """Put the filter right, and have the directory read again."""
        raise NotImplementedError

    def back_up_receiver(self) -> None:
        """Back up the receiver, where whoever plays has it in hand."""
        raise NotImplementedError

    def set_receiver_back(self) -> None:
        """Restore it from that backup."""
        raise NotImplementedError

    def settled(self) -> bool:
        """Whether it has nothing left to send; one that cannot tell says no, and is judged by what arrives."""
        return False


class Faults(Protocol):
    """What goes wrong between provider and receiver, on demand."""

    def refuse(self, status: int, retry_after: int | None = None) -> None:
        """Answer everything so from now on, in the receiver's place."""

    def lose_answer(self, method: str) -> None:
        """Let the receiver do the next request of this method, and lose its answer."""

    def hold(self, retry_after: int) -> None:
        """Answer so what takes access away, as a receiver does that holds a storm (503 ``held``); let the rest pass."""

    def delay(self) -> None:
        """Lose the next change of something that is there for whoever sends it, and keep it."""

    def arrive(self) -> None:
        """Let the receiver have what was kept."""

    def calm(self) -> None:
        """Let everything pass; what was kept is lost."""

    def met(self) -> int:
        """How many requests have met the fault."""


class Stage(Protocol):
    """What a module plays on. The first change, made by :attr:`provider`, is where its time begins."""

    @property
    def provider(self) -> Provider:
        """Who is played with."""

    @property
    def faults(self) -> Faults:
        """What can go wrong."""

    @property
    def waits(self) -> Mapping[str, float]:
        """How long things are waited for, in seconds, by name."""

    def person(self, **values: str) -> Person:
        """Somebody new, whom the provider does not have yet."""

    def somebody(self) -> Person:
        """Somebody whom the provider has made and the receiver has, active. Ends the module where there is nobody."""

    def group(self, *members: Person) -> Group:
        """A group with these members that the receiver has too. Ends the module where it does not come."""

    def new_group(self) -> Group:
        """A group that the provider does not have yet."""

    def about(self, person: Person) -> str:
        """Whom the module is about; their SCIM id, empty where the receiver has nobody of that login."""

    def user(self, login: str) -> Resource | None:
        """The receiver's user of this name, if any."""

    def users(self) -> int:
        """How many users the receiver has of the provider."""

    def named(self, group: Group) -> Resource | None:
        """The receiver's group of this name, with its members."""

    def put_user(self, body: Resource) -> str:
        """Make a user at the receiver behind the provider's back; the SCIM id."""

    def patch_user(self, user: str, values: Resource) -> None:
        """Change a user (SCIM id) at the receiver behind the provider's back."""

    def see(self, holds: Callable[[], object], wait: str = "see") -> bool:
        """Wait until this holds; whether it does."""

    def note(self, **facts: object) -> None:
        """Keep what was seen, for the judgement."""

    def moment(self, name: str) -> None:
        """Let the journal know when this was."""

    def settle(self) -> None:
        """Wait until nothing more is to be expected: what holds then holds."""

    def idle(self, wait: str) -> None:
        """Do nothing for so long."""
