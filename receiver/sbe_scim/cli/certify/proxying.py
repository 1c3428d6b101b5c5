"""``--listen``: the proxy that makes faults between somebody's provider and the receiver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import click

from sbe_scim.certify.proxy import FaultyProxy
from sbe_scim.cli.certify.telling import CouldNotRun
from sbe_scim.cli.types import HttpUrl

Command = TypeVar("Command", bound=Callable[..., Any])
_ANY = "0.0.0.0"  # noqa: S104 - is recognized, not used


class Place(NamedTuple):
    """An address of this machine, and a port."""

    address: str
    port: int


class _PlaceType(click.ParamType[Place]):
    name = "place"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "ADDRESS:PORT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        if isinstance(value, Place):
            return value
        address, _, port = str(value).rpartition(":")
        if not address or ":" in address or not port.isdecimal() or not 0 < int(port) < 65536:
            self.fail("write an address of this machine and a port, such as 192.0.2.7:8010", param, ctx)
        return Place(address, int(port))


def proxy_options(command: Command) -> Command:
    """Add ``--listen`` and ``--proxy-url``, which reach the command as ``listen`` and ``proxy_url``."""
    for option in (
        click.option(
            "--proxy-url",
            type=HttpUrl(),
            metavar="URL",
            help="The receiver's address by way of the proxy, where another server passes it on: one with TLS.",
        ),
        click.option(
            "--listen",
            type=_PlaceType(),
            help="A proxy that makes faults listens there, and is what the provider is given. Without it no faults are "
            "made.",
        ),
    ):
        command = option(command)
    return command


def listening(receiver: str, place: Place | None, url: str | None) -> FaultyProxy | None:
    """The proxy, which listens; none without a ``place``. ``url`` ends with the receiver's path, as its own does."""
    if place is None:
        if url is not None:
            raise click.UsageError("--proxy-url is told with --listen")
        return None
    path = urlsplit(receiver).path
    if url is not None and urlsplit(url).path.rstrip("/") != path:
        raise click.UsageError(f"--proxy-url has the path of --receiver: {path or '/'}")
    if url is None and place.address == _ANY:
        raise click.UsageError("--proxy-url is needed: the provider cannot be given an address that means all")
    origin = url.rstrip("/").removesuffix(path) if url is not None else ""
    try:
        return FaultyProxy(receiver, place.address, address=place.address, port=place.port, origin=origin)
    except OSError as error:
        raise CouldNotRun(f"Nothing can listen at {place.address}:{place.port}: {error.strerror or error}.") from None
