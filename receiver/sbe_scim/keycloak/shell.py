"""Commands to copy into a shell."""

from __future__ import annotations

import shlex


def line(*words: str, name: str) -> str:
    """A ``sbe-scim`` command about ``name``, quoted for the shell; names may hold anything, also a hyphen in front."""
    last = ("--", name) if name.startswith("-") else (name,)
    return shlex.join(("sbe-scim", *words, *last))
