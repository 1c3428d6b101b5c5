"""Commands of ``sbe-scim`` as people are told to copy them into a shell."""

from __future__ import annotations

import shlex


def command(*words: str, name: str | None = None) -> str:
    """Return a command, quoted for the shell; ``name`` comes last and may hold anything, also a hyphen in front."""
    last = () if name is None else ("--", name) if name.startswith("-") else (name,)
    return shlex.join(("sbe-scim", *words, *last))


def option(name: str, value: str) -> str:
    """Return an option with its value, quoted for the shell."""
    return f"{name}={shlex.quote(value)}" if value.startswith("-") else f"{name} {shlex.quote(value)}"
