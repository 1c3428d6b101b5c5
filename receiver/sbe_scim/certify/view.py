"""The receiver, as whoever has a token of the provider's source sees it."""

from __future__ import annotations

import json
from typing import Any

import httpx

from sbe_scim.certify.provider import Resource
from sbe_scim.certify.run import mark

TIMEOUT = 30.0
_JSON = "application/scim+json"
_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class ViewError(Exception):
    """The receiver does not answer as it should."""


class View:
    """Looks at the receiver, and lets its journal know of moments. Every method raises :class:`ViewError`.

    Each request carries an id by which the judgement knows it for the certification's own.
    """

    def __init__(self, receiver: str, token: str, run: str) -> None:
        """``receiver`` is the SCIM base URL, ``token`` a static token of the provider's source."""
        headers = {"Authorization": f"Bearer {token}", "Accept": _JSON, "Content-Type": _JSON}
        self._http = httpx.Client(base_url=receiver.rstrip("/"), headers=headers, timeout=TIMEOUT)
        self._run = run

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def mark(self, module: str, moment: str) -> str:
        """Let the journal know when this was; the id by which it does."""
        request_id = mark(self._run, module, moment)
        self._asked("GET", "/Users", request_id, params={"count": "0"})
        return request_id

    def user(self, login: str) -> Resource | None:
        """The user of this name, if any."""
        return self._one("/Users", "userName", login)

    def group(self, name: str) -> Resource | None:
        """The group of this name, with its members, if any."""
        return self._one("/Groups", "displayName", name)

    def users(self) -> int:
        """How many users there are of the provider."""
        count: int = self._look("/Users", {"count": "0"})["totalResults"]
        return count

    def put_user(self, body: Resource) -> str:
        """Make a user; the SCIM id."""
        answer = self._asked("POST", "/Users", mark(self._run, "made", "user"), content=json.dumps(body))
        return str(answer["id"])

    def patch_user(self, user: str, values: Resource) -> None:
        """Change these attributes of a user (SCIM id)."""
        body = {"schemas": [_PATCH], "Operations": [{"op": "replace", "value": values}]}
        self._asked("PATCH", f"/Users/{user}", mark(self._run, "made", "change"), content=json.dumps(body))

    def clear(self) -> None:
        """Delete all that there is of the provider."""
        for path in ("/Groups", "/Users"):
            while found := self._look(path, {"attributes": "id"}).get("Resources"):
                for resource in found:
                    self._asked("DELETE", f"{path}/{resource['id']}", mark(self._run, "clear", "all"))

    def _one(self, path: str, attribute: str, value: str) -> Resource | None:
        found = self._look(path, {"filter": f"{attribute} eq {json.dumps(value)}"}).get("Resources") or [None]
        first: Resource | None = found[0]
        return first

    def _look(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        return self._asked("GET", path, mark(self._run, "look", "at"), params=query)

    def _asked(self, method: str, path: str, request_id: str, **more: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, path, headers={"X-Request-Id": request_id}, **more)
            if answer.status_code == 204:
                return {}
            if answer.is_success and isinstance(said := answer.json(), dict):
                return said
        except (httpx.HTTPError, ValueError) as error:
            raise ViewError(f"The receiver does not answer ({type(error).__name__}).") from None
        raise ViewError(f"The receiver answers {answer.status_code} to {method} {path}.")
