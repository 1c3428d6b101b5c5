"""``sbe-scim certify live``."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from sqlalchemy.engine import Engine

from sbe_scim.certify import run as runs
from sbe_scim.certify.console import ConsoleProvider
from sbe_scim.certify.judge import PAST
from sbe_scim.certify.judge import judge as judged
from sbe_scim.certify.module import Module
from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.play import Player
from sbe_scim.certify.profile import Profile
from sbe_scim.certify.provider import ImpossibleError
from sbe_scim.certify.proxy import FaultyProxy
from sbe_scim.certify.run import Run, Step
from sbe_scim.certify.text import LANGUAGES, Text
from sbe_scim.certify.view import View, ViewError
from sbe_scim.cli.certify.asking import Asker, Terminal
from sbe_scim.cli.certify.journal import journal
from sbe_scim.cli.certify.page import LocalPage
from sbe_scim.cli.certify.proxying import Place, listening, proxy_options
from sbe_scim.cli.certify.telling import CouldNotRun, ProfileName, report_options, tell
from sbe_scim.cli.certify.waits import wait_option, waiting
from sbe_scim.cli.databases import database_option, engine
from sbe_scim.cli.types import HttpUrl
from sbe_scim.store import sources, tokens
from sbe_scim.store.clock import now

_CONNECT = Text(
    "Set up the application at the provider, with this address and this token, which is shown once:",
    "Configurez l'application chez le fournisseur avec cette adresse et ce jeton, montré une seule fois :",
)


@click.command()
@click.option("--profile", type=ProfileName(), default="generic", show_default=True, help="The kind of provider.")
@click.option("--receiver", required=True, type=HttpUrl(), metavar="URL", help="SCIM base URL of the receiver.")
@click.option("--module", "chosen", multiple=True, type=click.Choice(list(MODULES)), help="Only this. Repeatable.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of what is asked for.")
@click.option(
    "--run",
    "kept",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("sbe-scim-certify-run.json"),
    show_default=True,
    help="What was played is kept here; given again, it goes on where it was interrupted.",
)
@click.option("--page", is_flag=True, help="Ask on a page of this machine, whose address is printed.")
@proxy_options
@wait_option
@database_option
@report_options
def live(
    profile: Profile,
    receiver: str,
    chosen: tuple[str, ...],
    language: str,
    kept: Path,
    page: bool,
    listen: Place | None,
    proxy_url: str | None,
    waits: tuple[str, ...],
    database: str,
    report: Path | None,
    evidence: Path | None,
    key: Path,
    strict: bool,
    as_json: bool,
) -> None:
    """Certify any provider by hand: a person at its console is told what to do, one sentence after the other.

    A source and a token of its own are made first, so that nobody real is touched. Then each change is asked for, and
    waited for as long as the profile says; a dash skips what the provider does not have. Ctrl-C ends it; the same
    command goes on. With --listen the provider gets the address of a proxy on this machine, which makes faults while
    modules are about them.
    """
    receiver = receiver.rstrip("/")
    known = waiting(profile, waits)
    modules = {name: module for name, module in MODULES.items() if not chosen or name in chosen}

    asker = LocalPage(language, modules) if page else Terminal(language)

    def ask(what: Text) -> None:
        if not asker.ask(what.told(language)):
            raise ImpossibleError

    proxy = listening(receiver, listen, proxy_url)
    with engine(database) as opened, proxy or nullcontext(), asker:
        try:
            given = proxy.url if proxy is not None else receiver
            run = _read(kept, opened, known) if kept.exists() else _begun(opened, known, kept)
            if not run.steps:
                _connect(opened, run, given, language, asker)
            provider = ConsoleProvider(ask, partial(_issued, opened, run.source))
            run, last = _played(run, receiver, opened, provider, proxy, modules, known, kept, asker, language)
        except (ViewError, runs.RunError) as error:
            raise CouldNotRun(str(error)) from None
        made = judged(journal(opened, run.source, run, last), known, MODULES.values(), run)
    tell(made, report, evidence, key, strict=strict, as_json=as_json)


def _begun(opened: Engine, known: Profile, kept: Path) -> Run:
    """A run with a source of its own, kept before anything is asked for: an interruption leaves no source behind."""
    identifier = secrets.token_hex(4)
    run = Run(identifier, "live", known.title.en, "", known.name, f"cert-{identifier}", known.waits, ())
    with opened.begin() as connection:
        sources.add(connection, run.source, dialect=known.name, storm_limit=None)
    kept.write_text(run.json(), "utf-8")
    return run


def _connect(opened: Engine, run: Run, receiver: str, language: str, asker: Asker) -> None:
    """Have the provider set up; once more, with another token, where nothing was played yet."""
    with opened.begin() as connection:
        token = tokens.create(connection, sources.require(connection, run.source).id)
    try:
        asker.ask(f"{_CONNECT.told(language)}\n  {receiver}\n  {token}", may_skip=False)
    except KeyboardInterrupt:
        raise CouldNotRun("Interrupted before anything was played: the same command goes on.") from None


@contextmanager
def _issued(opened: Engine, source: str) -> Iterator[str]:
    """A new token for the provider, whose former one ends when this does."""
    with opened.begin() as connection:
        number = sources.require(connection, source).id
        # The latest is the certification's own.
        *former, _ = [one.id for one in tokens.find_all(connection, number) if one.valid(now())]
        token = tokens.create(connection, number)
    yield token
    with opened.begin() as connection:
        for one in former:
            tokens.revoke(connection, one)


def _read(kept: Path, opened: Engine, known: Profile) -> Run:
    run = runs.read(kept.read_text("utf-8"))
    if run.profile != known.name:
        raise CouldNotRun(f"{kept} is a run with profile {run.profile}: name another file by --run.")
    with opened.begin() as connection:
        sources.require(connection, run.source)
    return run


def _played(
    run: Run,
    receiver: str,
    opened: Engine,
    provider: ConsoleProvider,
    proxy: FaultyProxy | None,
    modules: Mapping[str, Module],
    known: Profile,
    kept: Path,
    asker: Asker,
    language: str,
) -> tuple[Run, str]:
    """Play what was not played to its end yet, and keep each step as soon as it is over; also the last mark's id."""
    with opened.begin() as connection:
        token = tokens.create(connection, sources.require(connection, run.source).id)
    view = View(receiver, token, run.id)
    player = Player(provider, view, run.waits, proxy, known.missing)
    try:
        for name, module in modules.items():
            before = next((step for step in run.steps if step.module == name), None)
            if before is not None and not _again(before, proxy):
                asker.end(name, before.ended)
                continue
            asker.begin(name, module)
            step = player.play(module)
            asker.end(name, step.ended)
            if step.went_past and proxy is not None:
                click.echo(f"{PAST.told(language)} {proxy.url}", err=True)
            run = replace(run, steps=(*(one for one in run.steps if one.module != name), step))
            kept.write_text(run.json(), "utf-8")
            if step.ended == "interrupted":
                break
        # The marks of a module that is played again are there already.
        last = view.mark("run", secrets.token_hex(4))
    finally:
        view.close()
    return run, last


def _again(before: Step, proxy: FaultyProxy | None) -> bool:
    """Whether it was not played to its end: also where faults are made by now, or the provider went past them."""
    if proxy is not None and (before.went_past or "faults" in before.lacking):
        return True
    return before.ended == "interrupted"
