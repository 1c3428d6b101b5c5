"""Reading Keycloak's answers: something else than a Keycloak may answer, or one with another connector."""

from __future__ import annotations

from typing import Any

import httpx

from sbe_scim.keycloak.errors import KeycloakError


def json_object(answer: httpx.Response, what: str) -> dict[str, Any]:
    """Return the JSON object that the answer holds. Raises :class:`KeycloakError` that says what it holds instead."""
    found = _json(answer, what)
    if not isinstance(found, dict):
        raise unexpected(answer, what, f"a JSON {_kind(found)}")
    return found


def json_objects(found: Any, answer: httpx.Response, what: str) -> list[dict[str, Any]]:
    """Return ``found``, a list of objects, whose names are texts or absent. Raises :class:`KeycloakError` else."""
    if not isinstance(found, list) or not all(_may_be_named(item) for item in found):
        raise unexpected(answer, what, "no list of named objects")
    return found


def json_list(answer: httpx.Response, what: str) -> list[dict[str, Any]]:
    """Return the objects that the answer lists."""
    return json_objects(_json(answer, what), answer, what)


def json_components(answer: httpx.Response, what: str) -> list[dict[str, Any]]:
    """Return the components that the answer holds; each has an id and, if anything, a configuration of lists."""
    found = json_objects(_json(answer, what), answer, what)
    for item in found:
        config = item.get("config") or {}
        if not (isinstance(item.get("id"), str) and isinstance(config, dict)):
            raise unexpected(answer, what, "a component without id or configuration")
        if not all(isinstance(values, list) for values in config.values()):
            raise unexpected(answer, what, "a component whose configuration is not made of lists")
    return found


def reason(answer: httpx.Response) -> str:
    """The reason that a refusal gives, as far as it gives one."""
    try:
        found = answer.json()
    except ValueError:
        return "no reason given"
    body = found if isinstance(found, dict) else {}
    said = body.get("errorMessage") or body.get("error_description") or body.get("error")
    return said if isinstance(said, str) else "no reason given"


def is_told(answer: httpx.Response) -> bool:
    """Whether a resource of Keycloak refused, and not the server because there is no such resource."""
    try:
        found = answer.json()
    except ValueError:
        return False
    return isinstance(found, dict) and isinstance(found.get("errorMessage"), str)


def unexpected(answer: httpx.Response, what: str, instead: str) -> KeycloakError:
    """The error to raise when a successful answer is not what was asked for."""
    return KeycloakError(
        f"{answer.request.url.copy_with(query=None)} answered {instead} instead of {what}: check --server, that it has "
        "a connector of this release, and that no proxy answers in its place."
    )


def _json(answer: httpx.Response, what: str) -> Any:
    try:
        return answer.json()
    except ValueError:
        kind = answer.headers.get("content-type", "").partition(";")[0]
        instead = f"something else than JSON ({kind or 'of no type'})" if answer.content else "nothing"
        raise unexpected(answer, what, instead) from None


def _may_be_named(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("name"), str | None)


def _kind(found: Any) -> str:
    return {list: "array", str: "string", bool: "boolean", type(None): "null"}.get(type(found), "number")
