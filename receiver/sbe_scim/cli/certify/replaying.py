"""``sbe-scim certify replay``."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import httpx

from sbe_scim import __version__
from sbe_scim.app import create_app
from sbe_scim.certify.replay import SEQUENCES, Result, Send, replay, sequence
from sbe_scim.certify.report.replayed import forms
from sbe_scim.certify.verdict import FAILED, INCOMPLETE, PASSED, WARNED
from sbe_scim.cli.certify.telling import CouldNotRun
from sbe_scim.cli.output import json_option
from sbe_scim.cli.types import HttpUrl
from sbe_scim.config import Settings
from sbe_scim.store import migrate, open_database, sources, tokens

_BASE = "https://scim.example.org/scim/v2"
_TIMEOUT = 60.0


class _Client(click.ParamType[tuple[str, ...]]):
    """A sequence, or a dialect: all sequences in it."""

    name = "client"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        found = tuple(name for name, dialect in SEQUENCES.items() if value in (name, dialect))
        if not found:
            self.fail(f"{value!r} is none of {', '.join(sorted({*SEQUENCES, *SEQUENCES.values()}))}", param, ctx)
        return found


@click.command("replay")
@click.argument("client", type=_Client())
@click.option("--base", type=HttpUrl(), metavar="URL", help="SCIM base URL of a receiver. Default: this project's own.")
@click.option("--token", envvar="SBE_SCIM_CERTIFY_TOKEN", show_envvar=True, help="Bearer token for it.")
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write the results there: HTML (English, French), JSON, JUnit.",
)
@click.option("--strict", is_flag=True, help="Exit with 2 where a client works, but with a scar.")
@json_option
def replayed(
    client: tuple[str, ...], base: str | None, token: str | None, report: Path | None, strict: bool, as_json: bool
) -> None:
    """Send a receiver the requests of CLIENT, as identity providers are known to send them, and judge the answers.

    CLIENT is a dialect, such as entra, or one of its sequences. A receiver of somebody else should be empty: names are
    made up, and stay.
    """
    if (base is None) != (token is None):
        raise click.UsageError("--base and --token go together")
    results: dict[str, list[Result]] = {}
    for name in client:
        with _elsewhere(base, token) if base and token else _own(SEQUENCES[name]) as (send, url, secret):
            try:
                results[name] = replay(sequence(name), send, url, secret)
            except httpx.HTTPError as error:
                raise CouldNotRun(f"The receiver does not answer ({type(error).__name__}).") from None
    if report is not None:
        report.mkdir(parents=True, exist_ok=True)
        for name, content in forms(results, base or f"sbe-scim {__version__}").items():
            (report / name).write_text(content, "utf-8")
    if as_json:
        click.echo(json.dumps({name: [asdict(one) for one in found] for name, found in results.items()}, indent=1))
    else:
        click.echo("\n".join(line for name, found in results.items() for line in _lines(name, found)))
    click.get_current_context().exit(_code([one for found in results.values() for one in found], strict))


def _code(results: list[Result], strict: bool) -> int:
    wrong = [one for one in results if one.verdict != "PASSED"]
    if any(one.severity == "must" and one.verdict == "FAILED" for one in wrong):
        return FAILED
    if any(one.verdict == "SKIPPED" for one in wrong) or len(wrong) == len(results):
        return INCOMPLETE
    return WARNED if wrong and strict else PASSED


def _lines(name: str, results: list[Result]) -> Iterator[str]:
    passed = sum(one.verdict == "PASSED" for one in results)
    yield f"{name}: {passed} of {len(results)} passed"
    for one in results:
        if one.verdict != "PASSED":
            yield f"  {one.verdict} {one.step} ({one.severity}): {'; '.join(one.problems)}"


@contextmanager
def _elsewhere(base: str, token: str) -> Iterator[tuple[Send, str, str]]:
    with httpx.Client(timeout=_TIMEOUT) as http:

        def send(method: str, path: str, headers: Mapping[str, str], content: bytes | None) -> httpx.Response:
            return http.request(method, f"{base.rstrip('/')}{path}", headers=dict(headers), content=content)

        yield send, base, token


@contextmanager
def _own(dialect: str) -> Iterator[tuple[Send, str, str]]:
    """A receiver of this process alone, which is empty, in this dialect."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        settings = Settings(database=f"sqlite:///{folder}/receiver.db", base_url=_BASE, log_level="error")
        opened = open_database(settings.database)
        migrate(opened)
        with opened.begin() as connection:
            token = tokens.create(connection, sources.add(connection, "replay", dialect=dialect).id)
        opened.dispose()
        app = create_app(settings)
        lifespan = app.router.lifespan_context(app)
        runner.run(lifespan.__aenter__())
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://receiver")

        def send(method: str, path: str, headers: Mapping[str, str], content: bytes | None) -> httpx.Response:
            return runner.run(http.request(method, f"/scim/v2{path}", headers=dict(headers), content=content))

        try:
            yield send, _BASE, token
        finally:
            runner.run(http.aclose())
            runner.run(lifespan.__aexit__(None, None, None))
