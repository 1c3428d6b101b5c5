"""Options that say which tokens a source accepts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from sbe_scim.cli.types import HttpUrl, Text

Command = TypeVar("Command", bound=Callable[..., Any])


def trust_options(*, issuer: str, audience: str, jwks_url: str, empty: bool = False) -> Callable[[Command], Command]:
    """Add ``--issuer``, ``--audience`` and ``--jwks-url`` with these help texts; ``empty``: the last two may be so."""
    options = (
        click.option("--jwks-url", type=HttpUrl(query=True, empty=empty), metavar="URL", help=jwks_url),
        click.option("--audience", type=Text(empty=empty), metavar="URL", help=audience),
        click.option("--issuer", type=HttpUrl(), metavar="URL", help=issuer),
    )

    def decorate(command: Command) -> Command:
        for option in options:
            command = option(command)
        return command

    return decorate
