"""Creates, new members and a first sync through the receiver and through Abilian SBE's own models; prints JSON.

Both in turn, block by block.

Runs in the virtualenv of Abilian SBE: ``python -m tests.bench.beside_orm SCIM_URL``, the token in ``SBE_BENCH_TOKEN``.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from abilian.core.extensions import db
from abilian.core.models.subjects import Group, User
from abilian.sbe.app import create_app

BLOCKS = 15
BLOCK = 20
#: Blocks that warm both up, and are not counted.
WARM_UP = 2
#: Of a first sync: people in a block, who come to the receiver as one bulk, and blocks, the first of which is not
#: counted.
PEOPLE = 100
SYNC_BLOCKS = 51
USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group"
BULK_URN = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
PATCH_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Models:
    """What a program does that knows Abilian SBE and nothing else: one commit for each change."""

    def __init__(self) -> None:
        self._app = create_app()
        with self._app.app_context():
            group = Group(name="Bench of the models")
            db.session.add(group)
            db.session.commit()
            self._group: int = group.id
        self._people: list[int] = []

    def create(self, number: int) -> None:
        with self._app.app_context():
            user = User(email=f"orm{number}@example.org", first_name="Zoé", last_name=f"Orm{number}", can_login=True)
            db.session.add(user)
            db.session.commit()
            self._people.append(user.id)

    def create_all(self, numbers: range) -> None:
        for number in numbers:
            self.create(number)

    def join(self, number: int) -> None:
        with self._app.app_context():
            db.session.get(User, self._people[number]).join(db.session.get(Group, self._group))
            db.session.commit()


class Receiver:
    """The same by SCIM, over one connection, by a client that costs little: httpx takes 0.3 ms more."""

    def __init__(self, url: str, token: str) -> None:
        where = urlsplit(url)
        self._http = HTTPConnection(where.netloc, timeout=60)
        self._path = where.path
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
        self._group = self._post("/Groups", {"schemas": [GROUP_URN], "displayName": "Bench of the receiver"})["id"]
        self._people: list[str] = []

    def create(self, number: int) -> None:
        self._people.append(self._post("/Users", _person(number))["id"])

    def create_all(self, numbers: range) -> None:
        creates = [
            {"method": "POST", "path": "/Users", "bulkId": str(number), "data": _person(number)} for number in numbers
        ]
        answer = self._post("/Bulk", {"schemas": [BULK_URN], "Operations": creates})
        refused = [one for one in answer["Operations"] if one["status"] != "201"]
        if refused:
            raise RuntimeError(f"{len(refused)} of {len(creates)} were refused, the first: {refused[0]}")

    def join(self, number: int) -> None:
        added = {"op": "add", "path": "members", "value": [{"value": self._people[number]}]}
        body = {"schemas": [PATCH_URN], "Operations": [added]}
        self._send("PATCH", f"/Groups/{self._group}?attributes=id", body)

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._send("POST", path, body)

    def _send(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self._http.request(method, self._path + path, json.dumps(body), self._headers)
        answer = self._http.getresponse()
        content: dict[str, Any] = json.loads(answer.read())
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {content}")
        return content


def _person(number: int) -> dict[str, Any]:
    mail = f"scim{number}@example.org"
    body = {"schemas": [USER_URN], "userName": mail, "externalId": str(number), "active": True}
    name = {"givenName": "Zoé", "familyName": f"Scim{number}"}
    return body | {"name": name, "emails": [{"value": mail, "primary": True}]}


def measure(models: Callable[[int], None], receiver: Callable[[int], None]) -> list[tuple[float, float]]:
    """Seconds of one of each block, by the models and by the receiver; the order turns."""
    taken = []
    for block in range(WARM_UP + BLOCKS):
        first = block * BLOCK
        ways = {"models": models, "receiver": receiver}
        order = sorted(ways, reverse=block % 2 == 1)
        spent = {way: _seconds(ways[way], first) for way in order}
        taken.append((spent["models"] / BLOCK, spent["receiver"] / BLOCK))
    return taken[WARM_UP:]


def measure_sync(models: Models, receiver: Receiver) -> list[tuple[float, float]]:
    """As :func:`measure`, of a first sync of many, whom the receiver gets by bulks."""
    taken = []
    for block in range(SYNC_BLOCKS):
        first = 1_000_000 + block * PEOPLE
        ways = {"models": models.create_all, "receiver": receiver.create_all}
        spent = {}
        for way in sorted(ways, reverse=block % 2 == 1):
            begun = time.perf_counter()
            ways[way](range(first, first + PEOPLE))
            spent[way] = time.perf_counter() - begun
        taken.append((spent["models"] / PEOPLE, spent["receiver"] / PEOPLE))
    return taken[1:]


def _seconds(act: Callable[[int], None], first: int) -> float:
    begun = time.perf_counter()
    for number in range(first, first + BLOCK):
        act(number)
    return time.perf_counter() - begun


def main() -> None:
    models, receiver = Models(), Receiver(sys.argv[1], os.environ["SBE_BENCH_TOKEN"])
    print(
        json.dumps(
            {
                "create": measure(models.create, receiver.create),
                "member": measure(models.join, receiver.join),
                f"first sync of {(SYNC_BLOCKS - 1) * PEOPLE:,}": measure_sync(models, receiver),
            }
        )
    )


if __name__ == "__main__":
    main()
