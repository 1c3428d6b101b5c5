"""What is tolerated of whom: one switch per deviation from the RFC, set by data files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Policy:
    """The tolerances of one source. The data files under ``dialects/`` hold a value for each."""

    dialect: str
    strictness: str
    #: PATCH ``op`` in any case.
    any_case_operations: bool
    #: ``"True"`` and ``"False"``, in any case, where a boolean is due.
    string_booleans: bool
    #: Unknown attributes and schema URIs are dropped and reported; otherwise refused.
    drop_unknown: bool
    #: ``schemas`` may be missing or incomplete.
    incomplete_schemas: bool
    #: PATCH add and replace without ``path``.
    pathless: bool
    #: Keys of a path-less value may be dotted, URN-qualified or value paths; an extension's attribute may lack its URN.
    path_keys: bool
    #: PATCH remove with a list of values removes only these.
    remove_values: bool
    #: A value path that matches nothing creates the element that its filter describes.
    create_unmatched: bool
    #: A reference such as ``manager`` may be the bare identifier.
    string_references: bool
    #: The empty string means that the attribute is unassigned.
    empty_clears: bool
    #: An element of ``emails`` and the like without ``value`` is dropped and reported.
    drop_valueless: bool
    #: PATCH replace of a complex attribute replaces all of it, not the listed sub-attributes.
    replace_whole: bool
    #: Roles and entitlements may be JSON objects written into a string.
    json_strings: bool
    #: POST of an ``externalId`` that an inactive user of the same source has restores that user; otherwise it is taken.
    restore_inactive: bool


@cache
def policy(dialect: str = "generic", strictness: str = "tolerant") -> Policy:
    """Return the policy of ``dialect`` under ``strictness`` (tolerant, rfc, interop); ``ValueError`` if unknown.

    The strictness gives every switch; what the dialect adds applies under ``tolerant`` only.
    """
    presets = _FILES["strictness"]
    if strictness not in presets:
        raise ValueError(f"unknown strictness {strictness!r}; one of {', '.join(sorted(presets))}")
    if dialect not in dialects():
        raise ValueError(f"unknown dialect {dialect!r}; one of {', '.join(dialects())}")
    switches = presets[strictness] | _FILES[dialect].get(strictness, {})
    return Policy(dialect=dialect, strictness=strictness, **switches)


def strictnesses() -> tuple[str, ...]:
    """Return the names of the strictnesses, the default first."""
    return tuple(_FILES["strictness"])


@cache
def dialects() -> tuple[str, ...]:
    """Return the names of the dialects, sorted."""
    return tuple(sorted(name for name in _FILES if name != "strictness"))


def _read() -> dict[str, dict[str, Any]]:
    files = (entry for entry in (resources.files(__package__) / "dialects").iterdir() if entry.name.endswith(".toml"))
    return {entry.name.removesuffix(".toml"): tomllib.loads(entry.read_text("utf-8")) for entry in files}


#: Read when the program starts: at a request there may be no descriptor left for a file.
_FILES = _read()
