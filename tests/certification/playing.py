"""A certification of a sender, from the first change to the report."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import httpx
from sqlalchemy.engine import Engine

from sbe_scim.certify.judge import Report, judge
from sbe_scim.certify.module import Module
from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.play import Player, play
from sbe_scim.certify.profile import Profile, profile
from sbe_scim.certify.provider import Provider
from sbe_scim.certify.proxy import FaultyProxy
from sbe_scim.certify.run import Run
from sbe_scim.certify.verdict import Verdict
from sbe_scim.certify.view import View
from sbe_scim.cli.certify.journal import journal
from sbe_scim.store import open_database, sources, tokens
from tests.certification.sender import Sender
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

#: Controls say when they have nothing left to send, so that only the waits that are a module's matter cost time.
WAITS: Mapping[str, float] = {
    "see": 10,
    "leaver": 10,
    "recover": 10,
    "settle": 10,
    "outage": 0.3,
    "throttle": 1,
    "idle": 0.3,
    # A sender gets its new token once the former one is refused.
    "trust": 0,
    "compare": 10,
    "backup": 0,
}


@contextmanager
def sending(receiver: ReceiverProcess, source: str, fault: str = "") -> Iterator[tuple[Sender, FaultyProxy]]:
    """A sender with a source of its own, behind a proxy."""
    add_source(receiver, source)
    token = token_of(receiver, source)
    proxy = FaultyProxy(receiver.base_url, "127.0.0.1")
    held = [token]

    def issue() -> str:
        former = held.pop()
        held.append(token_of(receiver, source))
        with engine(receiver).begin() as connection:
            found = tokens.find(connection, former)
            assert found is not None
            assert tokens.revoke(connection, found.id)
        # The receiver trusts for some seconds what it has seen to be good.
        headers = {"Authorization": f"Bearer {former}"}
        until(lambda: httpx.get(f"{receiver.base_url}/Users?count=0", headers=headers).status_code == 401)
        return held[0]

    sender = Sender(proxy.url, token, fault, issue)
    try:
        yield sender, proxy
    finally:
        sender.close()
        proxy.close()


def certify(
    receiver: ReceiverProcess,
    source: str,
    provider: Provider,
    faults: FaultyProxy | None,
    *,
    modules: Mapping[str, Module] = MODULES,
    waits: Mapping[str, float] = WAITS,
    known: Profile | None = None,
    leg: str = "control",
    version: str = "1",
) -> Report:
    """Play and judge."""
    identifier = secrets.token_hex(4)
    view = View(receiver.base_url, token_of(receiver, source), identifier)
    known = replace(known or profile("generic"), waits=waits)
    player = Player(provider, view, waits, faults)
    player.gather(known.crowd)
    steps = play(player, modules.values(), lambda _: None)
    view.close()
    run = Run(identifier, leg, known.title.en, version, known.name, source, waits, steps)
    return judge(journal(engine(receiver), source, run), known, modules.values(), run)


def add_source(receiver: ReceiverProcess, source: str) -> None:
    """A new source, from whose people as many may go as modules need."""
    with engine(receiver).begin() as connection:
        sources.add(connection, source, storm_limit=None)


def token_of(receiver: ReceiverProcess, source: str) -> str:
    """A new token of a source."""
    with engine(receiver).begin() as connection:
        return tokens.create(connection, sources.require(connection, source).id)


def engine(receiver: ReceiverProcess) -> Engine:
    """Its database."""
    return open_database(receiver.database)


def came_to(report: Report, verdict: Verdict) -> set[str]:
    """The modules that came to this."""
    return {result.module.id for result in report.results if result.works.verdict is verdict}
