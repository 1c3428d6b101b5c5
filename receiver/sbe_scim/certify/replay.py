"""Replay the requests of an identity provider to a receiver, and judge the answers.

The ``README.md`` of the sequences says how they are written.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import httpx

#: Sends one request: method, path, headers, content.
Send = Callable[[str, str, Mapping[str, str], bytes | None], httpx.Response]

Verdict = Literal["PASSED", "FAILED", "SKIPPED"]

#: By sequence: the dialect in which an operator registers the client.
SEQUENCES: Mapping[str, str] = {
    "authentik": "authentik",
    "connector-before-versions": "keycloak",
    "entra-aadoptscim062020": "entra",
    "entra-default": "entra",
    "entra-inbound-bulk": "entra",
    "entra-life": "entra",
    "entra-validator": "entra",
    "google-workspace": "google",
    "grouper": "generic",
    "helloid": "generic",
    "jumpcloud": "jumpcloud",
    "keycloak-mitodl": "generic",
    "lasuite-people-webhook": "people",
    "nextcloud": "nextcloud",
    "nubus-scim-client": "nubus",
    "okta-aiw-put": "okta",
    "okta-life": "okta",
    "okta-oin-patch": "okta",
    "okta-spec-and-crud": "okta",
    "onelogin": "onelogin",
    "oracle": "oracle",
    "people-own-ids": "people",
    "ping": "ping",
    "rauthy": "rauthy",
    "rauthy-unlink": "rauthy",
    "sailpoint": "sailpoint",
    "sap": "sap",
    "syncope": "generic",
    "wso2-bulk": "generic",
}
_FOLDER = files("sbe_scim.certify") / "sequences"
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_KINDS: Mapping[str, type] = {"boolean": bool, "string": str, "integer": int, "array": list, "object": dict}


@dataclass(frozen=True, slots=True)
class Result:
    """One step: SKIPPED where it needs what no former step gave, FAILED where its client needs another answer."""

    step: str
    severity: str
    verdict: Verdict
    problems: tuple[str, ...] = ()


def replay(steps: list[Mapping[str, Any]], send: Send, base: str, token: str) -> list[Result]:
    """Send all steps, in their order."""
    known = {"run": uuid.uuid4().hex[:10], "base": base, "token": token}
    known |= {f"guid{number}": str(uuid.uuid4()) for number in range(1, 10)}
    return [_run(step, send, known) for step in steps]


def read(file: Path) -> list[Mapping[str, Any]]:
    """The steps of a file."""
    steps: list[Mapping[str, Any]] = json.loads(file.read_text("utf-8"))
    return steps


def sequence(name: str) -> list[Mapping[str, Any]]:
    """The steps of a sequence that comes with the project, by the name of :data:`SEQUENCES`."""
    steps: list[Mapping[str, Any]] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return steps


def _run(step: Mapping[str, Any], send: Send, known: dict[str, str]) -> Result:
    identity = step["id"], step["severity"]
    try:
        path, headers = fill(step["path"], known), fill(step["headers"], known)
        content = _content(fill(step["body"], known))
    except KeyError as missing:
        return Result(*identity, "SKIPPED", (f"no former step gave {missing}",))
    response = send(step["method"], path, headers, content)
    problems = tuple(_problems(step, response, known))
    if response.is_success:
        document = _document(response)
        for name, place in (step.get("capture") or {}).items():
            if (found := at(document, place)) is not None:
                known[name] = str(found)
    return Result(*identity, "FAILED" if problems else "PASSED", problems)


def _content(body: Any) -> bytes | None:
    if body is None:
        return None
    return (body if isinstance(body, str) else json.dumps(body)).encode()


def _problems(step: Mapping[str, Any], response: httpx.Response, known: Mapping[str, str]) -> Iterator[str]:
    if response.status_code not in step["expect_status"]:
        yield f"status {response.status_code}, not one of {step['expect_status']}"
    for fact in step.get("expect") or ():
        try:
            if not holds(fill(fact, known), response):
                yield f"does not hold: {json.dumps(fact)}"
        except KeyError as missing:
            yield f"no former step gave {missing}: {json.dumps(fact)}"


def fill(value: Any, known: Mapping[str, str]) -> Any:
    """Fill the placeholders of a text, at any depth. Raises ``KeyError`` for one that is not known."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: known[found[1]], value)
    if isinstance(value, list):
        return [fill(item, known) for item in value]
    if isinstance(value, dict):
        return {fill(key, known): fill(item, known) for key, item in value.items()}
    return value


def holds(fact: Mapping[str, Any], response: httpx.Response) -> bool:
    """Tell whether a fact about an answer holds, or does not concern it. Raises ``ValueError`` for an unknown one."""
    statuses = fact.get("when_status", [response.status_code])
    said = {name: value for name, value in fact.items() if name not in ("when_status", "note")}
    match said:
        case {"any_of": [*others]} if len(said) == 1:
            held = True in [holds(other, response) for other in others]
        case {"header": name, "contains": str(part)} if len(said) == 2:
            held = name in response.headers and part.lower() in response.headers[name].lower()
        case {"header": name, "present": True} if len(said) == 2:
            held = name in response.headers
        case {"body": "empty"} if len(said) == 1:
            held = not response.content
        case {"body_lacks": str(part)} if len(said) == 1:
            held = part not in response.text
        case {"at": [*place]} if len(said) == 2:
            ((name, wanted),) = ((name, value) for name, value in said.items() if name != "at")
            if name not in _TESTS or (name in ("present", "absent") and wanted is not True):
                raise ValueError(f"unknown fact: {json.dumps(fact)}")
            held = _TESTS[name](at(_document(response), place), wanted)
        case {} if not said and "note" in fact:
            held = True
        case _:
            raise ValueError(f"unknown fact: {json.dumps(fact)}")
    return held or response.status_code not in statuses


def _document(response: httpx.Response) -> Any:
    try:
        return response.json() if response.content else None
    except ValueError:
        return None


def at(document: Any, place: list[Any]) -> Any:
    """Follow keys in any case, positions, and objects that pick the first item that holds them; ``None``: nothing."""
    for part in place:
        if isinstance(part, str) and isinstance(document, dict):
            document = next((value for key, value in document.items() if key.lower() == part.lower()), None)
        elif isinstance(part, int) and isinstance(document, list):
            document = document[part] if -len(document) <= part < len(document) else None
        elif isinstance(part, dict) and isinstance(document, list):
            document = next((item for item in document if _includes(item, part)), None)
        else:
            return None
    return document


def _includes(item: Any, part: Any) -> bool:
    """Tell whether an item has all that the part has, at any depth of objects."""
    if isinstance(part, dict):
        return isinstance(item, dict) and all(key in item and _includes(item[key], part[key]) for key in part)
    return _same(item, part)


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON values: for Python ``True`` is ``1``, at any depth."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _length(value: Any) -> int:
    return 0 if _empty(value) else len(value) if isinstance(value, list) else -1


def _contains(value: Any, part: Any) -> bool:
    return isinstance(value, list) and any(_includes(item, part) for item in value)


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": _same,
    "ieq": lambda value, wanted: isinstance(value, str) and value.lower() == wanted.lower(),
    "present": lambda value, _: not _empty(value),
    "absent": lambda value, _: _empty(value),
    "len": lambda value, wanted: _length(value) == wanted,
    "min_len": lambda value, wanted: _length(value) >= wanted,
    "type": lambda value, name: type(value) is _KINDS[name],
    "contains": _contains,
    "lacks": lambda value, part: not _contains(value, part),
}
