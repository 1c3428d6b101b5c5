"""Play modules, one after the other, and keep what was seen."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

from sbe_scim.certify.members import member_ids
from sbe_scim.certify.module import Module
from sbe_scim.certify.provider import Faults, Group, ImpossibleError, Person, Provider, RefusedError, Resource
from sbe_scim.certify.run import Asked, Ended, Step
from sbe_scim.certify.view import View

#: Between two looks, in seconds.
_BETWEEN = 0.02
#: Made up, and nobody's: RFC 2606.
_DOMAIN = "example.org"


class Weather(Faults, Protocol):
    """Faults, and what they did."""

    def passed(self) -> int:
        """How many requests have come this way, with a fault or without."""

    def asked(self) -> Iterable[Asked]:
        """The requests since the fault began, with their times after it."""


class Player:
    """Plays on one provider. Names carry a number of the run: nobody real is ever touched."""

    def __init__(
        self,
        provider: Provider,
        view: View,
        waits: Mapping[str, float],
        faults: Weather | None,
        missing: Collection[str] = (),
    ) -> None:
        """``missing`` are modules that such a provider does not know: they are not played."""
        self._provider = provider
        self._view = view
        self._waits = waits
        self._faults = faults
        self._missing = missing
        self._nonce = secrets.token_hex(3)
        self._made = 0

    def gather(self, count: int) -> None:
        """Have so many people made, and wait for them: among few, what modules take away would be held as a storm."""
        people = [self.person() for _ in range(count)]
        for person in people:
            self._provider.create(person)
        end = time.monotonic() + self._waits["recover"]
        while people and self._view.users() < count and time.monotonic() < end:
            time.sleep(_BETWEEN)

    def person(self, **values: str) -> Person:
        """Somebody new."""
        number = self._number()
        login = f"cert-{number}"
        made = {"login": login, "given": "Camille", "family": f"Certif {number}", "mail": f"{login}@{_DOMAIN}"}
        return Person(key=login, **made | {"title": "Agent", "department": "Essais"} | values)

    def new_group(self) -> Group:
        """A new group."""
        number = self._number()
        return Group(key=f"cert-{number}", name=f"Certif {number}")

    def play(self, module: Module) -> Step:
        """Play one module. An interruption is kept, and goes on to the caller of the next."""
        if module.id in self._missing or (lacking := module.needs - self._able()):
            lacking = frozenset() if module.id in self._missing else lacking
            return Step(module.id, "unable", lacking=tuple(sorted(lacking)))
        scene = _Stage(self, module)
        before = self._faults.passed() if self._faults is not None else 0
        ended: Ended = "done"
        try:
            module.play(scene)
        except _UnreadyError:
            ended = "unready"
        except RefusedError:
            ended = "refused"
        except ImpossibleError:
            ended = "unable"
        except KeyboardInterrupt:
            ended = "interrupted"
        finally:
            if self._faults is not None:
                self._faults.calm()
        if scene.began:
            self._view.mark(module.id, "end")
        if self._faults is None or "faults" not in module.needs:
            return Step(module.id, ended, scene.facts, scene.subjects)
        passed = self._faults.passed() - before
        return Step(module.id, ended, scene.facts, scene.subjects, tuple(self._faults.asked()), passed=passed)

    def _able(self) -> frozenset[str]:
        return self._provider.can | ({"faults"} if self._faults is not None else frozenset())

    def _number(self) -> str:
        """Another one each time, as names have it."""
        self._made += 1
        return f"{self._nonce}-{self._made:02d}"


class _UnreadyError(Exception):
    """What a module needs is not there."""


class _Stage:
    """One module's stage (:class:`~sbe_scim.certify.provider.Stage`)."""

    def __init__(self, player: Player, module: Module) -> None:
        self._player = player
        self._module = module
        self._view = player._view
        self.began = False
        self.facts: dict[str, bool] = {}
        self.subjects: dict[str, str] = {}
        self.waits = player._waits

    @property
    def provider(self) -> Provider:
        """Whoever changes something from now on begins the module's time."""
        if not self.began:
            self.moment("begin")
        return self._player._provider

    @property
    def faults(self) -> Faults:
        if self._player._faults is None:
            raise _UnreadyError
        return self._player._faults

    def person(self, **values: str) -> Person:
        return self._player.person(**values)

    def somebody(self) -> Person:
        person = self.person()
        self._player._provider.create(person)
        if not self.see(lambda: (self.user(person.login) or {}).get("active") is True):
            raise _UnreadyError
        return person

    def group(self, *members: Person) -> Group:
        group, provider = self.new_group(), self._player._provider
        if "create_group" not in provider.can:
            raise _UnreadyError
        provider.create_group(group)
        for person in members:
            provider.join(person, group)
        wanted = {(self.user(person.login) or {}).get("id") for person in members}
        if not self.see(lambda: (found := self.named(group)) is not None and member_ids(found) == wanted):
            raise _UnreadyError
        return group

    def new_group(self) -> Group:
        return self._player.new_group()

    def about(self, person: Person) -> str:
        found = str((self.user(person.login) or {}).get("id", ""))
        if found:
            self.subjects[person.key] = found
        return found

    def user(self, login: str) -> Resource | None:
        return self._view.user(login)

    def users(self) -> int:
        return self._view.users()

    def named(self, group: Group) -> Resource | None:
        return self._view.group(group.name)

    def put_user(self, body: Resource) -> str:
        return self._view.put_user(body)

    def patch_user(self, user: str, values: Resource) -> None:
        self._view.patch_user(user, values)

    def see(self, holds: Callable[[], object], wait: str = "see") -> bool:
        """A provider that has nothing left to send is waited for no longer."""
        end = time.monotonic() + self.waits[wait]
        while True:
            last = self._player._provider.settled() or time.monotonic() > end
            if holds():
                return True
            if last:
                return False
            time.sleep(_BETWEEN)

    def settle(self) -> None:
        self.see(lambda: False, "settle")

    def note(self, **facts: object) -> None:
        self.facts |= {name: bool(held) for name, held in facts.items()}

    def moment(self, name: str) -> None:
        self.began = self.began or name == "begin"
        self._view.mark(self._module.id, name)

    def idle(self, wait: str) -> None:
        time.sleep(self.waits[wait])


def play(player: Player, modules: Iterable[Module], tell: Callable[[Module], Any]) -> tuple[Step, ...]:
    """Play all of them; after one that was interrupted, none."""
    steps: list[Step] = []
    for module in modules:
        if steps and steps[-1].ended == "interrupted":
            break
        tell(module)
        steps.append(player.play(module))
    return tuple(steps)
