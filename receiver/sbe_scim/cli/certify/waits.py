"""``--wait``: other waits than a profile's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import click

from sbe_scim.certify.profile import Profile

Command = TypeVar("Command", bound=Callable[..., Any])


def wait_option(command: Command) -> Command:
    """Add ``--wait``, which reaches the command as ``waits``."""
    return click.option(
        "--wait", "waits", multiple=True, metavar="NAME=SECONDS", help="Other waits than the profile's. Repeatable."
    )(command)


def waiting(known: Profile, waits: Sequence[str]) -> Profile:
    """The profile with these waits. Raises :class:`click.UsageError`."""
    told = dict(known.waits)
    for one in waits:
        name, _, value = one.partition("=")
        if name not in told or not value.replace(".", "", 1).isdigit():
            raise click.UsageError(f"--wait: {one!r} is not one of {', '.join(told)} with seconds, such as idle=5")
        told[name] = float(value)
    return replace(known, waits=told)
