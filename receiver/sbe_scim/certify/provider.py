"""Who is played with, and what a module has at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        """Stop it at once, and start it again."""
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

    def calm(self) -> None:
        """Let everything pass."""

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
