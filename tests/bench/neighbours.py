"""What one source costs another: a GET of one person, alone and beside a source that does its worst.

``python -m tests.bench.neighbours [PEOPLE]``: the other source has 100,000 people, or as many as are asked for, and in
turn clients that send and read slowly, eight filters at a time that look at everybody, and a large group that is
replaced and read again and again. On SQLite and on PostgreSQL. Printed are medians, and how much they were raised.
"""

from __future__ import annotations

import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx

from sbe_scim.bench.crowd import crowd, identifier
from sbe_scim.store import migrate, open_database, sources, tokens
from tests.bench.rig import HOME, seconds
from tests.environment.postgres import LocalPostgres, create_database, url
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

PEOPLE = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
MEMBERS = min(PEOPLE, 50_000)
GETS = 200
PAUSE = 0.01
SLOW_CLIENTS = 60
FILTERS = 8
REACH_MS = 100
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"

#: Does its worst once; called again until it is over.
Trouble = Callable[[httpx.Client], object]


def get_median(client: httpx.Client, person: str) -> float:
    """Milliseconds."""
    found = []
    for _ in range(GETS):
        found.append(seconds(lambda: client.get(f"/Users/{person}").raise_for_status()) * 1000)
        time.sleep(PAUSE)
    return statistics.median(found)


@contextmanager
def going_on(client: Callable[[], httpx.Client], trouble: Trouble, threads: int) -> Iterator[list[int]]:
    """Have threads make trouble; yields the statuses that they were answered."""
    over = threading.Event()
    answered: list[int] = []

    def run() -> None:
        with client() as own:
            while not over.is_set():
                try:
                    result = trouble(own)
                except httpx.HTTPError:
                    continue
                answered.append(result.status_code if isinstance(result, httpx.Response) else 0)

    running = [threading.Thread(target=run) for _ in range(threads)]
    for one in running:
        one.start()
    until(lambda: bool(answered), what="the trouble to be under way", deadline=120)
    try:
        yield answered
    finally:
        over.set()
        for one in running:
            one.join()


def filters(client: httpx.Client) -> httpx.Response:
    """One that no index helps."""
    words = " or ".join(f'emails.value co "nobody{number}"' for number in range(5))
    return client.get("/Users", params={"filter": f'not ({words}) and userName co "nobody"', "count": 1})


def slow_client(port: int, token: str) -> Trouble:
    """Sends a body byte by byte, or asks for a long page and reads none of it."""

    def run(_client: httpx.Client) -> int:
        head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/scim+json\r\n"
        with socket.create_connection(("127.0.0.1", port)) as one, socket.create_connection(("127.0.0.1", port)) as two:
            one.sendall(f"POST /scim/v2/Users HTTP/1.1\r\n{head}Content-Length: 1000\r\n\r\n".encode())
            two.sendall(f"GET /scim/v2/Users?count=1000 HTTP/1.1\r\n{head}\r\n".encode())
            for _ in range(20):
                one.sendall(b" ")
                time.sleep(0.1)
        return 0

    return run


def large_group(group: str) -> Trouble:
    """Everybody in it, then all but one; and read."""
    everybody = [{"value": identifier(number)} for number in range(1, MEMBERS + 1)]

    def run(client: httpx.Client) -> httpx.Response:
        for members in (everybody, everybody[1:]):
            body = {"schemas": [GROUP], "displayName": "Tous", "members": members}
            client.put(f"/Groups/{group}", json=body).raise_for_status()
        return client.get(f"/Groups/{group}").raise_for_status()

    return run


def measure(name: str, database: str) -> None:
    """Print the medians on one database."""
    engine = open_database(database)
    migrate(engine)
    with engine.begin() as connection:
        loud, quiet = sources.add(connection, "loud").id, sources.add(connection, "quiet").id
        sources.change(connection, "loud", storm_limit=None)
        crowd(connection, loud, 1, PEOPLE)
        words = {source: tokens.create(connection, source) for source in (loud, quiet)}
    engine.dispose()
    process = ReceiverProcess(database, host="127.0.0.1", log=HOME / "neighbours.log")
    process.start()
    port = httpx.URL(process.base_url).port
    assert port is not None

    def client(source: int) -> httpx.Client:
        authorization = {"authorization": f"Bearer {words[source]}"}
        return httpx.Client(base_url=process.base_url, headers=authorization, timeout=120)

    with ExitStack() as stack:
        stack.callback(process.stop)
        own, other = stack.enter_context(client(quiet)), stack.enter_context(client(loud))
        person = own.post("/Users", json={"userName": "calme"}).raise_for_status().json()["id"]
        group = other.post("/Groups", json={"schemas": [GROUP], "displayName": "Tous"}).raise_for_status().json()["id"]
        alone = get_median(own, person)
        print(f"{name}, {PEOPLE:,} people: a GET alone {alone:.1f} ms")
        for what, trouble, threads in (
            (f"{2 * SLOW_CLIENTS} slow clients", slow_client(port, words[loud]), SLOW_CLIENTS),
            (f"{FILTERS} filters that look at everybody", filters, FILTERS),
            (f"a group of {MEMBERS:,} replaced and read", large_group(group), 1),
        ):
            with going_on(lambda: client(loud), trouble, threads) as answered:
                beside = get_median(own, person)
            told = {status: answered.count(status) for status in sorted(set(answered)) if status}
            print(f"  beside {what} {told or ''}: {beside:.1f} ms, raised by {beside - alone:.0f}; reach: {REACH_MS}")


def main() -> None:
    HOME.mkdir(parents=True, exist_ok=True)
    for left in HOME.glob("neighbours.db*"):
        left.unlink()
    measure("SQLite", f"sqlite:///{HOME / 'neighbours.db'}")
    server = LocalPostgres(HOME / "postgres.log", durable=True)
    server.start()
    try:
        create_database(server, "neighbours")
        measure("PostgreSQL", url(server, "neighbours"))
    finally:
        server.stop()


if __name__ == "__main__":
    main()
