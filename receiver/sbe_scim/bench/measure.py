"""What is asked of each server, in turn, and what it took."""

from __future__ import annotations

import asyncio
import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from sbe_scim.bench.servers import Server
from sbe_scim.bench.wire import load
from sbe_scim.protocol import USER

_PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
#: Of so many people that are there any is read or changed.
_KNOWN = 1_000
LIST = 100
BULK = 100
_BULK = f"POST by bulks of {BULK}"
#: In the order in which they are told.
OPERATIONS = ("GET", "filter", f"list of {LIST}", "PATCH", "POST", _BULK)


@dataclass(slots=True)
class Figures:
    """By operation, of each round: requests a second (of bulks: people), and processor time of one in seconds."""

    rates: dict[str, list[float]] = field(default_factory=dict)
    costs: dict[str, list[float]] = field(default_factory=dict)
    memory: int = 0

    def rate(self, operation: str) -> float | None:
        """The median; ``None`` where it was not measured."""
        return statistics.median(self.rates[operation]) if operation in self.rates else None

    def cost(self, operation: str) -> float | None:
        """As :meth:`rate`, of the processor time."""
        return statistics.median(self.costs[operation]) if operation in self.costs else None


class Client:
    """Who asks one server; it knows some of the people who are there."""

    def __init__(self, server: Server, connections: int) -> None:
        self.server = server
        self.figures = Figures()
        self._connections = connections
        self._new = count()
        self._known: list[tuple[str, str]] = []

    def fill(self) -> None:
        """Send those who are to be there; beside a crowd some who are whole, and can be changed."""
        if self.server.answers_scim:
            _, _, bodies = self._load(self._create, most=_KNOWN if self.server.filled else self.server.people)
            made = [json.loads(body) for body in bodies]
            self._known = [(one["id"], one["userName"]) for one in made[:_KNOWN]]

    def measure(self, operation: str, seconds: float) -> None:
        """Ask for a time."""
        if not self.server.answers_scim and operation != "GET":
            return
        request = self._requests[operation]
        before = self.server.cpu
        done, took, _ = self._load(request, seconds=seconds)
        done *= BULK if operation == _BULK else 1
        self.figures.rates.setdefault(operation, []).append(done / took)
        self.figures.costs.setdefault(operation, []).append((self.server.cpu - before) / done)
        self.figures.memory = self.server.memory

    def _load(
        self, request: Callable[[int], bytes], *, seconds: float = 0, most: int | None = None
    ) -> tuple[int, float, list[bytes]]:
        accepts = _all_made if request == self._create_many else _anything
        sent = load(
            self.server.target.port,
            request,
            connections=self._connections,
            seconds=seconds,
            most=most,
            accepts=accepts,
        )
        return asyncio.run(sent)

    @property
    def _requests(self) -> Mapping[str, Callable[[int], bytes]]:
        return {
            "GET": self._get,
            "filter": self._filter,
            f"list of {LIST}": self._list,
            "PATCH": self._patch,
            "POST": self._create,
            _BULK: self._create_many,
        }

    def _somebody(self, number: int) -> tuple[str, str]:
        return self._known[number * 7 % len(self._known)]

    def _get(self, number: int) -> bytes:
        path = f"/Users/{self._somebody(number)[0]}" if self.server.answers_scim else "/"
        return self.server.target.request("GET", path)

    def _filter(self, number: int) -> bytes:
        name = self._somebody(number)[1]
        return self.server.target.request("GET", f"/Users?filter=userName%20eq%20%22{name}%22")

    def _list(self, _: int) -> bytes:
        return self.server.target.request("GET", f"/Users?count={LIST}")

    def _patch(self, number: int) -> bytes:
        operation = {"op": "replace", "path": "title", "value": f"Title {next(self._new)}"}
        body = {"schemas": [_PATCH_OP], "Operations": [operation]}
        return self.server.target.request("PATCH", f"/Users/{self._somebody(number)[0]}", _json(body))

    def _create(self, _: int) -> bytes:
        return self.server.target.request("POST", "/Users", _json(self._person()))

    def _create_many(self, _: int) -> bytes:
        operations = [
            {"method": "POST", "path": "/Users", "bulkId": str(number), "data": self._person()}
            for number in range(BULK)
        ]
        body = {"schemas": [_BULK_REQUEST], "Operations": operations}
        return self.server.target.request("POST", "/Bulk", _json(body))

    def _person(self) -> Mapping[str, object]:
        number = next(self._new)
        name = f"bench{number}"
        return {
            "schemas": [USER],
            "userName": name,
            "externalId": f"e-{number}",
            "name": {"givenName": "Zoé", "familyName": f"Martin {number}"},
            "displayName": f"Zoé Martin {number}",
            "emails": [{"value": f"{name}@example.org", "type": "work", "primary": True}],
            "active": True,
        }


def measure(
    servers: Sequence[Server], *, rounds: int, seconds: float, connections: int, tell: Callable[[str], None]
) -> list[tuple[Server, Figures]]:
    """Measure all in turn, each operation of each for so many seconds a round; ``tell`` hears what is under way."""
    clients = [Client(server, connections) for server in servers]
    for client in clients:
        tell(f"filling: {client.server.name}")
        client.fill()
    for number in range(rounds):
        for operation in OPERATIONS:
            tell(f"round {number + 1} of {rounds}: {operation}")
            # Another one is first each time.
            for place in range(len(clients)):
                clients[(place + number) % len(clients)].measure(operation, seconds)
    return [(client.server, client.figures) for client in clients]


def _all_made(body: bytes) -> bool:
    return all(operation["status"] == "201" for operation in json.loads(body)["Operations"])


def _anything(_: bytes) -> bool:
    return True


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
