"""A certification of a sender, from the first change to the report."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Engine

from sbe_scim.certify import record
from sbe_scim.certify.judge import Report, judge
from sbe_scim.certify.module import Module
from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.play import Player, play
from sbe_scim.certify.profile import Profile, profile
from sbe_scim.certify.provider import Provider
from sbe_scim.certify.record import Record
from sbe_scim.certify.run import Run, mark
from sbe_scim.certify.verdict import Verdict
from sbe_scim.certify.view import View
from sbe_scim.journal import export, search
from sbe_scim.journal.search import Wanted
from sbe_scim.store import open_database, sources, tokens
from tests.certification.faults import ProxyFaults
from tests.certification.sender import Sender
from tests.environment.proxy import FaultProxy
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
}


@contextmanager
def sending(receiver: ReceiverProcess, source: str, fault: str = "") -> Iterator[tuple[Sender, ProxyFaults]]:
    """A sender with a source of its own, behind a proxy."""
    with engine(receiver).begin() as connection:
        sources.add(connection, source)
    token = token_of(receiver, source)
    proxy = FaultProxy(f"http://127.0.0.1:{receiver.port}")
    sender = Sender(f"http://127.0.0.1:{proxy.port}/scim/v2", token, fault)
    try:
        yield sender, ProxyFaults(proxy)
    finally:
        sender.close()
        proxy.close()


def certify(
    receiver: ReceiverProcess,
    source: str,
    provider: Provider,
    faults: ProxyFaults | None,
    *,
    modules: Mapping[str, Module] = MODULES,
    waits: Mapping[str, float] = WAITS,
    known: Profile | None = None,
    **about: Any,
) -> Report:
    """Play and judge."""
    identifier = secrets.token_hex(4)
    view = View(receiver.base_url, token_of(receiver, source), identifier)
    steps = play(Player(provider, view, waits, faults), modules.values(), lambda _: None)
    view.close()
    named = {"leg": "control", "provider": source, "version": "1", "profile": "generic"} | about
    run = Run(identifier, **named, source=source, waits=waits, steps=steps)
    played = [step.module for step in steps if step.ended == "done"]
    last = mark(identifier, played[-1], "end")
    journal = until(
        lambda: exported(receiver, source),
        lambda seen: any(row.request_id == last for row in seen.rows),
        what="the journal has everything",
    )
    return judge(journal, known or replace(profile("generic"), waits=waits), modules.values(), run)


def exported(receiver: ReceiverProcess, source: str) -> Record:
    """The receiver's journal, as `sbe-scim journal export` prints it."""
    with engine(receiver).begin() as connection:
        pages = export.lines(search.each(connection, Wanted(source)), with_names=False)
        return record.read([export.header(sources.find_all(connection)), *(line for page in pages for line in page)])


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
