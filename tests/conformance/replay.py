"""Replays the requests of an identity provider and judges the answers."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

#: Sends one request: method, path, headers, content.
Send = Callable[[str, str, Mapping[str, str], bytes | None], httpx.Response]

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_KINDS: Mapping[str, type] = {"boolean": bool, "string": str, "integer": int, "array": list, "object": dict}
_CONDITIONS = {"when_status", "note", "at"}


@dataclass(frozen=True, slots=True)
class Failure:
    """A step whose answer is not what its client needs."""

    step: str
    severity: str
    problems: tuple[str, ...]


def replay(file: Path, send: Send, base: str, token: str) -> list[Failure]:
    """Send all steps of a file; return those that failed."""
    known = {"run": uuid.uuid4().hex[:10], "base": base, "token": token}
    known |= {f"guid{number}": str(uuid.uuid4()) for number in range(1, 10)}
    failures = []
    for step in json.loads(file.read_text("utf-8")):
        try:
            problems = tuple(_run(step, send, known))
        except KeyError as missing:
            problems = (f"a former step did not give {missing}",)
        if problems:
            failures.append(Failure(step["id"], step["severity"], problems))
    return failures


def _run(step: Mapping[str, Any], send: Send, known: dict[str, str]) -> Iterator[str]:
    body = step["body"]
    content = None
    if body is not None:
        filled = fill(body, known)
        content = (filled if isinstance(filled, str) else json.dumps(filled)).encode()
    response = send(step["method"], fill(step["path"], known), fill(step["headers"], known), content)
    if response.status_code not in step["expect_status"]:
        yield f"status {response.status_code}, not one of {step['expect_status']}"
    document = response.json() if response.content else None
    for fact in step.get("expect") or ():
        if not holds(fill(fact, known), response, document):
            yield f"does not hold: {json.dumps(fact)}"
    if response.is_success:
        for name, place in (step.get("capture") or {}).items():
            found = at(document, place)
            if found is not None:
                known[name] = found


def fill(value: Any, known: Mapping[str, str]) -> Any:
    """Fill the placeholders of a text, at any depth. Raises ``KeyError`` for one that is not known."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: known[found[1]], value)
    if isinstance(value, list):
        return [fill(item, known) for item in value]
    if isinstance(value, dict):
        return {fill(key, known): fill(item, known) for key, item in value.items()}
    return value


def holds(fact: Mapping[str, Any], response: httpx.Response, document: Any) -> bool:
    """Tell whether a fact about an answer holds, or does not concern it."""
    if response.status_code not in fact.get("when_status", [response.status_code]):
        return True
    if "any_of" in fact:
        return any(holds(other, response, document) for other in fact["any_of"])
    if "header" in fact:
        value = response.headers.get(fact["header"])
        return value is not None and fact.get("contains", "").lower() in value.lower()
    if "body_lacks" in fact:
        return fact["body_lacks"] not in response.text
    if fact.get("body") == "empty":
        return not response.content
    tests = [name for name in fact if name not in _CONDITIONS]
    return all(_TESTS[name](at(document, fact["at"]), fact[name]) for name in tests)


def at(document: Any, place: list[Any]) -> Any:
    """Follow keys in any case, positions, and objects that pick the first item that holds them; ``None``: nothing."""
    for part in place:
        if isinstance(part, str) and isinstance(document, dict):
            document = next((value for key, value in document.items() if key.lower() == part.lower()), None)
        elif isinstance(part, int) and isinstance(document, list):
            document = document[part] if part < len(document) else None
        elif isinstance(part, dict) and isinstance(document, list):
            document = next((item for item in document if _includes(item, part)), None)
        else:
            return None
    return document


def _includes(item: Any, part: Any) -> bool:
    if isinstance(part, dict):
        return isinstance(item, dict) and all(key in item and _includes(item[key], part[key]) for key in part)
    return _same(item, part)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _empty(value: Any) -> bool:
    return value in (None, "", [], {})


def _length(value: Any) -> int:
    return 0 if _empty(value) else len(value) if isinstance(value, list) else -1


def _of_type(value: Any, name: str) -> bool:
    return type(value) is _KINDS[name]


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": _same,
    "ieq": lambda value, wanted: isinstance(value, str) and value.lower() == wanted.lower(),
    "present": lambda value, _: not _empty(value),
    "absent": lambda value, _: _empty(value),
    "len": lambda value, wanted: _length(value) == wanted,
    "min_len": lambda value, wanted: _length(value) >= wanted,
    "type": _of_type,
    "contains": lambda value, part: isinstance(value, list) and any(_includes(item, part) for item in value),
    "lacks": lambda value, part: not (isinstance(value, list) and any(_includes(item, part) for item in value)),
}
