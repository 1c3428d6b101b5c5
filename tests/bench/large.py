"""A group of everybody: what it costs to replace, read, join and leave it, among 100,000 people or as many.

``python -m tests.bench.large [PEOPLE]``. The peer of each figure is the same request on a small group, run beside.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx

from sbe_scim.bench.crowd import crowd, identifier
from sbe_scim.store import migrate, open_database, sources, tokens
from tests.bench.rig import HOME, seconds
from tests.environment.receiver import ReceiverProcess

LARGE, SMALL = 100_000, 100
ROUNDS = 5
MOVES = 200
PATCH_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group"


@contextmanager
def receiver(people: int) -> Iterator[tuple[ReceiverProcess, httpx.Client]]:
    """A receiver as it comes, with a crowd in it."""
    HOME.mkdir(parents=True, exist_ok=True)
    for left in HOME.glob("large.db*"):
        left.unlink()
    database = f"sqlite:///{HOME / 'large.db'}"
    engine = open_database(database)
    migrate(engine)
    with engine.begin() as connection:
        source = sources.add(connection, "bench", storm_limit=None).id
        crowd(connection, source, 1, people)
        token = tokens.create(connection, source)
    engine.dispose()
    process = ReceiverProcess(database, host="127.0.0.1", log=HOME / "large.log")
    process.start()
    try:
        with httpx.Client(base_url=process.base_url, timeout=60) as client:
            client.headers["authorization"] = f"Bearer {token}"
            yield process, client
    finally:
        process.stop()


def body(name: str, first: int, count: int) -> bytes:
    members = [{"value": identifier(number)} for number in range(first, first + count)]
    return json.dumps({"schemas": [GROUP_URN], "displayName": name, "members": members}).encode()


def put(client: httpx.Client, group: str, content: bytes) -> None:
    headers = {"content-type": "application/scim+json"}
    client.put(f"/Groups/{group}", content=content, headers=headers).raise_for_status()


def move(client: httpx.Client, group: str, person: int) -> None:
    """Somebody joins and leaves."""
    member = {"value": identifier(person)}
    for change in (
        {"op": "add", "path": "members", "value": [member]},
        {"op": "remove", "path": f'members[value eq "{member["value"]}"]'},
    ):
        patch = {"schemas": [PATCH_URN], "Operations": [change]}
        client.patch(f"/Groups/{group}", json=patch).raise_for_status()


def read(client: httpx.Client, path: str) -> int:
    return len(client.get(path).raise_for_status().content)


def meanwhile(client: httpx.Client, long: str, short: str) -> list[float]:
    """Seconds of each short read while a long one is under way."""
    taken = []
    with (
        httpx.Client(base_url=client.base_url, headers=client.headers, timeout=60) as other,
        ThreadPoolExecutor(1) as beside,
    ):
        read(other, short)
        reading = beside.submit(read, client, long)
        while not reading.done():
            taken.append(seconds(partial(read, other, short)))
    return taken


def resident(pid: int, *, forget: bool = False) -> int:
    """The most memory that a process has had, in bytes, since the last time it was forgotten."""
    if forget:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE + LARGE // 100
    with receiver(people) as (process, client):
        groups = {}
        for name in ("large", "small"):
            made = client.post("/Groups", json={"schemas": [GROUP_URN], "displayName": name}).raise_for_status()
            groups[name] = made.json()["id"]
        taken: dict[str, list[float]] = {"filled": [], "unchanged": [], "1 % moved": [], "small": []}
        put(client, groups["small"], body("small", 1, SMALL))
        taken["filled"].append(seconds(lambda: put(client, groups["large"], body("large", 1, LARGE))))
        small = body("small", 1, SMALL)
        for number in range(ROUNDS):
            here, there = (1, 1 + LARGE // 100) if number % 2 == 0 else (1 + LARGE // 100, 1)
            content, moved = body("large", here, LARGE), body("large", there, LARGE)
            taken["unchanged"].append(seconds(partial(put, client, groups["large"], content)))
            taken["1 % moved"].append(seconds(partial(put, client, groups["large"], moved)))
            taken["small"].append(seconds(partial(put, client, groups["small"], small)))
        per_member = statistics.median(taken.pop("small")) / SMALL
        print(f"PUT of a group of {LARGE} among {people} people; reach: 2 s")
        for name, values in taken.items():
            middle = statistics.median(values)
            print(f"  {name:10} {middle:.2f} s, {middle / LARGE / per_member:.2f} x the small group's time per member")
        for one in range(2 * MOVES):
            name = ("large", "small")[one % 2]
            taken.setdefault(f"moves of {name}", []).append(seconds(partial(move, client, groups[name], people)))
        large, few = (statistics.median(taken[f"moves of {name}"]) for name in ("large", "small"))
        print(f"one joins and leaves: {large * 1000:.1f} ms, {large / few:.2f} x that of the small group; reach: 3 x")
        before = resident(process.pid, forget=True)
        path = f"/Groups/{groups['large']}"
        length = read(client, path)
        grown = resident(process.pid) - before
        alone = statistics.median(seconds(lambda: read(client, path)) for _ in range(ROUNDS))
        print(
            f"GET of it: {length / 1e6:.1f} MB of text in {alone:.2f} s,"
            f" {grown / 1e6:.1f} MB of memory more; reach: 50 MB"
        )
        others = meanwhile(client, path, f"/Users/{identifier(1)}")
        told = ", ".join(f"{one * 1000:.1f} ms" for one in (statistics.median(others), max(others)))
        print(f"GET of a person by another client meanwhile, {len(others)} of them: median and longest {told}")
        before = resident(process.pid, forget=True)
        length = read(client, "/Groups")
        print(f"list with it: {length / 1e6:.1f} MB of text, {(resident(process.pid) - before) / 1e6:.1f} MB more")


if __name__ == "__main__":
    main()
