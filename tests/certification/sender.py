"""A small identity provider that pushes SCIM, and that can be broken in one way."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict
from typing import Any

import httpx

from sbe_scim.certify.provider import Group, Person, Provider
from tests.certification.bodies import PATCH, Entry, body_of, differences

_PAUSE = 0.02
#: How often something is tried.
_TRIES = {"gives-up": 1, "hammers": 20}
_FOR_EVER = 1_000_000
_KEEPING = ("disables-nobody", "all-or-nothing")


class Sender(Provider):
    """Provisions like a good citizen, but for one ``fault`` (:data:`tests.certification.controls.CONTROLS`).

    One thread sends, one change after the other, and tries again what got no answer.
    """

    can = frozenset(
        {"create", "change", "disable", "enable", "delete", "unassign"}
        | {"create_group", "rename_group", "delete_group", "join", "leave", "nest", "manage", "place", "renew"}
        | {"block_by_rule", "sign_in", "block_organization", "unblock_organization", "restart", "elsewhere"}
        | {"add_entries", "change_entry", "stop_directory", "start_directory", "narrow_directory", "widen_directory"}
        | {"block_entry", "unblock_entry", "move_entry_away", "move_entry_back", "add_entry_group", "leave_entry_group"}
        | {"back_up_receiver", "set_receiver_back"}
    )

    def __init__(self, receiver: str, token: str, fault: str = "", issue: Callable[[], str] | None = None) -> None:
        """``issue`` gives another token, and ends the former one."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
        self._http = httpx.Client(base_url=receiver, headers=headers, timeout=10)
        self._fault = fault
        self._issue = issue
        self._entries: dict[str, Entry] = {}
        self._tasks: queue.Queue[Callable[[], bool]] = queue.Queue()
        self._deleted: set[str] = set()
        #: What the receiver holds, and when it is to be tried again.
        self._held: list[tuple[float, Callable[[], bool]]] = []
        self._asked_to_wait: float | None = None
        self._imported: list[Person] = []
        #: Of groups of the directory: who is in one, and which other it is in.
        self._within: dict[str, list[Person]] = {}
        self._outer: dict[str, Group] = {}
        self._backup: dict[str, bool] = {}
        self._other: Sender | None = None
        self._begin()

    @property
    def receiver(self) -> httpx.URL:
        """Where it sends."""
        return self._http.base_url

    @receiver.setter
    def receiver(self, url: httpx.URL) -> None:
        self._http.base_url = url

    def close(self) -> None:
        """Stop sending."""
        if self._other is not None:
            self._other.close()
        self._stop()
        self._http.close()

    def _begin(self) -> None:
        self._stopping = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _stop(self) -> None:
        self._stopping = True
        self._thread.join()

    def settled(self) -> bool:
        """Whether everything was sent."""
        done = self._tasks.unfinished_tasks == 0 and not self._held
        return done and (self._other is None or self._other.settled())

    # What happens at the provider

    def create(self, person: Person) -> None:
        if self._fault == "remembers-the-deleted" and person.login in self._deleted:
            return
        self._entries[person.key] = Entry("User", person.key, asdict(person))
        self._push(person.key)

    def change(self, person: Person) -> None:
        self._entries[person.key].values = asdict(person)
        self._push(person.key)

    def disable(self, person: Person) -> None:
        self._switch(person, False)

    def enable(self, person: Person) -> None:
        if self._fault == "lets-nobody-back":
            return
        self._switch(person, True)

    def delete(self, person: Person) -> None:
        self._deleted.add(person.login)
        self._remove(person.key)

    def unassign(self, person: Person) -> None:
        self._switch(person, False)

    def create_group(self, group: Group) -> None:
        self._entries[group.key] = Entry("Group", group.key, asdict(group))
        self._push(group.key)

    def rename_group(self, group: Group) -> None:
        self._entries[group.key].values = asdict(group)
        self._push(group.key)

    def delete_group(self, group: Group) -> None:
        self._remove(group.key)

    def join(self, person: Person, group: Group) -> None:
        self._entries[group.key].members.add(person.key)
        self._push(group.key)

    def leave(self, person: Person, group: Group) -> None:
        self._entries[group.key].members.discard(person.key)
        self._push(group.key)

    def nest(self, inner: Group, outer: Group) -> None:
        if self._fault != "nests-nothing":
            self._entries[outer.key].members.add(inner.key)
            self._push(outer.key)

    def manage(self, person: Person, manager: Person | None) -> None:
        entry = self._entries[person.key]
        if self._fault != "keeps-the-manager" or "manager" not in entry.more:
            entry.more["manager"] = manager.key if manager else ""
            self._push(person.key)

    def place(self, person: Person, siret: str, unit: str) -> None:
        self._entries[person.key].more |= {"siret": siret, "unit": unit}
        self._push(person.key)

    def renew(self) -> None:
        assert self._issue is not None
        self.take(self._issue())

    def take(self, token: str) -> None:
        """Identify itself by this token from now on."""
        if self._fault != "keeps-its-token":
            self._http.headers["Authorization"] = f"Bearer {token}"

    def block_by_rule(self, person: Person) -> None:
        if self._fault != "misses-its-rules":
            self.disable(person)

    def sign_in(self, person: Person) -> None:
        if person.key not in self._entries:
            self.create(person)
        elif self._fault != "misses-sign-ins":
            self.change(person)

    def block_organization(self, person: Person) -> None:
        if self._fault != "misses-organizations":
            self.disable(person)

    def unblock_organization(self, person: Person) -> None:
        self.enable(person)

    def restart(self) -> None:
        if self._fault == "forgets-at-restart":
            self._stop()
            self._tasks, self._held = queue.Queue(), []
            self._begin()

    def elsewhere(self) -> Provider:
        if self._fault != "nodes-apart":
            return self
        self._other = Sender(str(self._http.base_url), self._http.headers["Authorization"].removeprefix("Bearer "))
        self._other._entries = deepcopy(self._entries)
        return self._other

    # Its directory

    def add_entries(self, people: Sequence[Person]) -> None:
        self._imported += people
        for person in people:
            self.create(person)

    def change_entry(self, person: Person) -> None:
        self.change(person)

    def block_entry(self, person: Person) -> None:
        if self._fault != "misses-its-directory":
            self.disable(person)

    def unblock_entry(self, person: Person) -> None:
        self.enable(person)

    def move_entry_away(self, person: Person) -> None:
        self.block_entry(person)

    def move_entry_back(self, person: Person) -> None:
        self.unblock_entry(person)

    def add_entry_group(self, group: Group, people: Sequence[Person], inner: Group | None = None) -> None:
        self.create_group(group)
        for person in people:
            self.join(person, group)
        for person in self._within.setdefault(inner.key, []) if inner is not None else ():
            if self._fault != "nests-nothing":
                self.join(person, group)
        self._within[group.key] = list(people)
        self._outer |= {inner.key: group} if inner is not None else {}

    def leave_entry_group(self, person: Person, group: Group) -> None:
        if self._fault != "misses-its-directory":
            self.leave(person, group)
            if group.key in self._outer and self._fault != "nests-nothing":
                self.leave(person, self._outer[group.key])

    def stop_directory(self) -> None:
        self._see_in_directory(set())

    def start_directory(self) -> None:
        self._see_in_directory({person.key for person in self._imported})

    def narrow_directory(self, person: Person) -> None:
        self._see_in_directory({person.key})

    def widen_directory(self) -> None:
        self.start_directory()

    def _see_in_directory(self, shown: set[str]) -> None:
        if self._fault == "believes-its-directory":
            for person in self._imported:
                self._switch(person, person.key in shown)

    # Its receiver is one of several senders', and is made to forget what it was told since.

    def back_up_receiver(self) -> None:
        self._backup = {key: entry.active for key, entry in self._entries.items()}

    def set_receiver_back(self) -> None:
        for key, entry in list(self._entries.items()):
            if key not in self._backup:
                self._send("DELETE", f"/{entry.kind}s/{entry.id}")
            elif entry.active != self._backup[key]:
                value = {"op": "replace", "path": "active", "value": self._backup[key]}
                self._send("PATCH", f"/Users/{entry.id}", {"schemas": [PATCH], "Operations": [value]})
        if self._fault != "looks-at-nothing":
            for key, entry in self._entries.items():
                entry.body = {}
                self._push(key)

    def _switch(self, person: Person, active: bool) -> None:
        self._entries[person.key].active = active
        self._push(person.key)

    def _remove(self, key: str) -> None:
        if self._fault != "never-deletes":
            self._entries[key].gone = True
            self._push(key)

    # What is sent

    def _push(self, key: str) -> None:
        """Have the state of now sent; a new object, so that what is sent is the state of then."""
        entry = self._entries[key]
        state = Entry(entry.kind, key, dict(entry.values), entry.active, entry.gone, more=dict(entry.more))
        state.members = set(entry.members)
        self._tasks.put(lambda: self._deliver(entry, state))

    def _run(self) -> None:
        while not self._stopping:
            if self._fault == "chatters":
                self._again()
            for due in [one for one in self._held if one[0] <= time.monotonic()]:
                self._tasks.put(due[1])
                self._held.remove(due)
            try:
                task = self._tasks.get(timeout=_PAUSE)
            except queue.Empty:
                continue
            if self._done(task) > 1 and self._fault == "loses-order":
                for late in reversed([self._tasks.get_nowait() for _ in range(self._tasks.qsize())]):
                    self._done(late)

    def _done(self, task: Callable[[], bool]) -> int:
        """After how many tries."""
        tries = 1
        while not task() and tries < _TRIES.get(self._fault, _FOR_EVER) and not self._stopping:
            if self._asked_to_wait is not None and self._fault != "stops-for-one":
                self._held.append((time.monotonic() + self._asked_to_wait, task))
                break
            tries += 1
            time.sleep(_PAUSE)
        self._tasks.task_done()
        return tries

    def _again(self) -> None:
        for entry in list(self._entries.values()):
            if entry.id and not entry.gone and entry.kind == "User":
                self._send("PUT", f"/Users/{entry.id}", self._body(entry, entry))
                return

    def _deliver(self, entry: Entry, state: Entry) -> bool:
        """Bring one resource in line; whether nothing has to be tried again."""
        path = f"/{state.kind}s"
        if state.gone:
            return not entry.id or self._send("DELETE", f"{path}/{entry.id}") is not None
        login, entry.login = entry.login, state.values.get("login", "")
        if self._fault == "renames-anew" and login not in ("", entry.login):
            entry.id = ""
        name, entry.name = entry.name, state.values.get("name", "")
        if self._fault == "renames-groups-anew" and name not in ("", entry.name):
            entry.id = ""
        if not entry.id and state.kind == "Group" and not state.members and self._fault == "needs-members":
            return True
        if not entry.id:
            return self._create(entry, state, path)
        if state.kind == "Group" and (done := self._members(entry, state)) is not None:
            return done
        answer = self._update(f"{path}/{entry.id}", entry, self._body(entry, state))
        if answer is not None and answer.status_code == 404:
            entry.id = entry.version = ""
            return self._create(entry, state, path)
        if answer is not None and answer.status_code == 409 and not state.active:
            # Whatever is refused of somebody who leaves, they are out.
            operation = {"op": "replace", "path": "active", "value": self._fault in _KEEPING}
            body = {"schemas": [PATCH], "Operations": [operation]}
            answer = self._send("PATCH", f"{path}/{entry.id}", body)
        return answer is not None

    def _update(self, path: str, entry: Entry, body: dict[str, Any]) -> httpx.Response | None:
        """Send everything, or by fault what has changed."""
        before = entry.body
        method, sent = "PUT", body
        if self._fault == "trusts-itself" and before and entry.kind == "User":
            method, sent = "PATCH", {"schemas": [PATCH], "Operations": differences(before, body)}
        answer = self._send(method, path, sent, version=entry.version)
        if answer is not None and answer.status_code == 412:
            # Somebody else has changed it: what it is to be is said once more, of what it is now.
            found = self._send("GET", path)
            answer = found and self._send(method, path, sent, version=found.headers.get("ETag", ""))
        if answer is not None and answer.is_success:
            entry.body, entry.version = body, answer.headers.get("ETag", "")
        return answer

    def _create(self, entry: Entry, state: Entry, path: str) -> bool:
        if self._fault != "never-looks" and not self._look(entry, state, path):
            return False
        if entry.id:
            return self._deliver(entry, state)
        body = self._body(entry, state)
        answer = self._send("POST", path, body)
        if answer is None and self._fault == "doubles" and state.kind == "User":
            answer = self._send(
                "POST", path, body | {"userName": f"{body['userName']}-2", "externalId": "second", "emails": []}
            )
        if answer is None:
            return False
        if answer.status_code == 409 and self._fault == "hammers":
            return False
        if answer.status_code == 409 and self._fault != "never-looks":
            return not self._look(entry, state, path) or not entry.id or self._deliver(entry, state)
        entry.id = answer.json().get("id", "") if answer.is_success else ""
        entry.sent, entry.body, entry.version = set(state.members), body, answer.headers.get("ETag", "")
        return True

    def _look(self, entry: Entry, state: Entry, path: str) -> bool:
        """Find whoever is there already, of nobody else."""
        name = "userName" if state.kind == "User" else "displayName"
        query = {"filter": f'{name} eq "{self._body(entry, state)[name]}"'}
        answer = self._send("GET", path, query=query)
        if answer is None:
            return False
        for found in answer.json().get("Resources", ()):
            if found.get("externalId", state.key) == state.key:
                entry.id = found["id"]
        return True

    def _members(self, entry: Entry, state: Entry) -> bool | None:
        """Whoever left, by PATCH where the fault is in it; ``None``: the whole group is to be sent."""
        left = entry.sent - state.members
        entry.sent = set(state.members)
        if self._fault == "empties-groups" and left:
            operations = [{"op": "remove", "path": "members"}]
            body = {"schemas": [PATCH], "Operations": operations}
            return self._send("PATCH", f"/Groups/{entry.id}", body) is not None
        if self._fault == "keeps-the-last" and left and not state.members:
            return True
        return None

    def _body(self, entry: Entry, state: Entry) -> dict[str, Any]:
        return body_of(self._fault, self._entries, entry, state)

    def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        version: str = "",
    ) -> httpx.Response | None:
        """The answer; ``None`` where it is to be tried again, once whatever it asks to wait for is over; what is held,
        later."""
        self._asked_to_wait = None
        try:
            headers = {"If-Match": version} if version and self._fault != "names-no-version" else {}
            answer = self._http.request(method, path, json=body, params=query, headers=headers)
        except httpx.TransportError:
            return None
        if answer.status_code == 401 and self._fault != "keeps-its-token":
            # The former token: there is another by now.
            return None
        if answer.status_code not in (429, 503):
            return answer
        if "held" in answer.text:
            self._asked_to_wait = float(answer.headers.get("Retry-After", 0))
            return None
        if self._fault not in ("ignores-429", "gives-up"):
            self._wait(float(answer.headers.get("Retry-After", 0)))
        return None

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self._stopping:
            time.sleep(_PAUSE)
