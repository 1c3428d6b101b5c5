"""Dialects: how a kind of client departs from the standard, each a file that holds differences only."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sbe_scim.protocol.naming import unknown_names
from sbe_scim.protocol.policy import PARTS, Naming, Policy
from sbe_scim.protocol.schema.registry import default_registry

#: What a dialect says of these parts applies whatever the strictness; of the others, under ``tolerant`` only.
_ALWAYS = frozenset({"answers", "limits"})
#: The file of what the strictnesses differ in; no dialect can have its name.
_STRICTNESS = "strictness"

#: Keys by part: differences from the defaults.
Differences = Mapping[str, Mapping[str, Any]]


class DialectError(ValueError):
    """A dialect file cannot be used, or a dialect is not known; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """``client`` says whose dialect it is; ``own`` ones are an operator's."""

    name: str
    client: str
    differences: Differences
    own: bool = False


@cache
def policy(dialect: str = "generic", strictness: str = "tolerant") -> Policy:
    """Return the policy of ``dialect`` under ``strictness`` (tolerant, rfc, interop); ``DialectError`` if unknown."""
    if strictness not in _STRICTNESSES:
        raise DialectError(f"unknown strictness {strictness!r}; one of {', '.join(_STRICTNESSES)}")
    found = _DIALECTS.get(dialect)
    if found is None:
        raise DialectError(f"unknown dialect {dialect!r}; one of {', '.join(dialects())}")
    strict = _STRICTNESSES[strictness]
    parts = {}
    for name, kind in PARTS.items():
        said = found.differences.get(name, {}) if strictness == "tolerant" or name in _ALWAYS else {}
        parts[name] = kind(**strict.get(name, {}), **said)
    return Policy(dialect, strictness, **parts)


def strictnesses() -> tuple[str, ...]:
    """Return the names of the strictnesses, the default first."""
    return tuple(_STRICTNESSES)


def dialects() -> Mapping[str, Dialect]:
    """Return the dialects by name, sorted."""
    return MappingProxyType(dict(sorted(_DIALECTS.items())))


def use_own(texts: Mapping[str, str]) -> None:
    """Let the operator's own dialects be known: the text of a file for each name. Those known before are forgotten.

    Raises :class:`DialectError`, and changes nothing then.
    """
    known = {name: one for name, one in _DIALECTS.items() if not one.own}
    read = {}
    for name, text in texts.items():
        if name in known or name == _STRICTNESS:
            raise DialectError(f"{name}.toml: this name is taken; give the file another, with like = {name!r} in it")
        try:
            read[name] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise DialectError(f"{name}.toml is not TOML: {error}") from None
    _resolve(known, read, own=True)
    _DIALECTS.clear()
    _DIALECTS.update(known)
    policy.cache_clear()


def _resolve(known: dict[str, Dialect], files: Mapping[str, Mapping[str, Any]], *, own: bool) -> None:
    """Add the dialects of ``files``, each after the one that it is ``like``."""
    waiting = dict(files)
    while waiting:
        ready = [name for name, content in waiting.items() if content.get("like") not in waiting]
        if not ready:
            raise DialectError(f"{next(iter(waiting))}.toml: like leads back to itself")
        for name in ready:
            known[name] = _dialect(name, waiting.pop(name), known, own)


def _dialect(name: str, content: Mapping[str, Any], known: Mapping[str, Dialect], own: bool) -> Dialect:
    file = f"{name}.toml"
    texts = {word: content[word] for word in ("client", "like") if word in content}
    for word, text in texts.items():
        if not isinstance(text, str):
            raise DialectError(f"{file}: {word} must be a string")
    like = texts.get("like")
    if like is not None and like not in known:
        raise DialectError(f"{file}: like names no dialect; there are {', '.join(sorted(known))}")
    base = known[like].differences if like is not None else {}
    said = _differences(file, {word: value for word, value in content.items() if word not in texts})
    _check_names(file, said)
    merged = {part: {**base.get(part, {}), **said.get(part, {})} for part in (*base, *said)}
    return Dialect(name, texts.get("client", name), merged, own)


def _differences(file: str, content: Mapping[str, Any]) -> Differences:
    for part, table in content.items():
        if part not in PARTS:
            raise DialectError(f"{file}: unknown key {part!r}; known are client, like, {', '.join(PARTS)}")
        if not isinstance(table, dict):
            raise DialectError(f"{file}: {part} must be a table")
    return {part: dict(_keys(file, part, table)) for part, table in content.items()}


def _check_names(file: str, said: Differences) -> None:
    naming = Naming(**said.get("naming", {}))
    for target in unknown_names(naming, default_registry().resource_types):
        raise DialectError(f"{file}: naming leads to {target!r}, which is no schema or attribute")


def _keys(file: str, part: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    declared = {one.name: one for one in fields(PARTS[part])}
    kinds = get_type_hints(PARTS[part])
    for name, value in table.items():
        if name not in declared:
            raise DialectError(f"{file}: unknown key '{part}.{name}'; known are {', '.join(declared)}")
        try:
            taken = _take(kinds[name], value)
        except ValueError as error:
            raise DialectError(f"{file}: {part}.{name} must be {error}") from None
        least = declared[name].metadata["least"]
        if kinds[name] is int and taken < least:
            raise DialectError(f"{file}: {part}.{name} must be {least} or more")
        yield name, taken


def _take(kind: Any, value: Any) -> Any:
    """Return the value of a key. Raises ``ValueError``, whose text says what it must be."""
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        if value not in choices or isinstance(value, bool):
            raise ValueError(" or ".join(map(str, choices)))
        return value
    if get_origin(kind) is tuple:
        one = get_args(kind)[0]
        if not isinstance(value, list):
            raise ValueError("a list")
        return tuple(_take(one, element) for element in value)
    if get_origin(kind) is not None:
        if not isinstance(value, dict) or not all(isinstance(other, str) for other in value.values()):
            raise ValueError("a table of strings")
        return MappingProxyType({name.lower(): other for name, other in value.items()})
    # Not isinstance: true is an int.
    if type(value) is not kind:
        raise ValueError({bool: "true or false", int: "a whole number", str: "a string"}[kind])
    return value


def _shipped() -> dict[str, Mapping[str, Any]]:
    files = (entry for entry in (resources.files(__package__) / "dialects").iterdir() if entry.name.endswith(".toml"))
    return {entry.name.removesuffix(".toml"): tomllib.loads(entry.read_text("utf-8")) for entry in files}


#: Read when the program starts: at a request there may be no descriptor left for a file.
_FILES = _shipped()
_STRICTNESSES: Mapping[str, Differences] = {
    name: _differences(f"{_STRICTNESS}.toml", content) for name, content in _FILES.pop(_STRICTNESS).items()
}
_DIALECTS: dict[str, Dialect] = {}
_resolve(_DIALECTS, _FILES, own=False)
