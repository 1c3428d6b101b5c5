"""A receiver with the faults of a well-known demonstration for one provider: what works by luck in a first try.

It is written anew after a list of those faults; whoever builds upon such a receiver loses people.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx


class DemoReceiver:
    """Answers in memory."""

    def __init__(self) -> None:
        self._users: dict[str, dict[str, Any]] = {}
        self._groups: dict[str, dict[str, Any]] = {}

    def send(self, method: str, path: str, headers: Mapping[str, str], content: bytes | None) -> httpx.Response:
        """One request. Whatever it does not expect is a 500."""
        try:
            if "Bearer" not in {name.lower(): value for name, value in headers.items()}["authorization"]:
                return httpx.Response(403, json={"error": "Unauthorized"})
            body = json.loads(content) if content else None
            parts = urlsplit(path)
            kind, _, identifier = parts.path.strip("/").partition("/")
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            return self._answer(method, kind, unquote(identifier), query, body)
        except Exception as error:
            return httpx.Response(500, text=str(error))

    def _answer(self, method: str, kind: str, identifier: str, query: Mapping[str, str], body: Any) -> httpx.Response:
        if kind == "Users":
            return self._user(method, identifier, query, body)
        if kind == "Groups":
            return self._group(method, identifier, body)
        return httpx.Response(404, text="Not Found")

    def _user(self, method: str, identifier: str, query: Mapping[str, str], body: Any) -> httpx.Response:
        match method:
            case "GET" if not identifier:
                # The third word of a filter, whatever the first two say.
                wanted = query["filter"].split(" ")[2].strip('"') if "filter" in query else None
                found = [one for one in self._users.values() if wanted in (None, one["userName"])]
                return httpx.Response(200, json={"totalResults": len(found), "Resources": found})
            case "GET" if identifier not in self._users:
                return httpx.Response(404, json={"detail": "User not found", "status": 404})
            case "POST":
                if any(one["userName"] == body["userName"] for one in self._users.values()):
                    return httpx.Response(409, json={"detail": "User already exists", "status": 409})
                kept = {name: body[name] for name in ("userName", "name", "active")}
                kept |= {"emails": [body["emails"][0]], "password": body.get("password")}
                made = self._users[str(uuid.uuid4())] = kept
                made["id"] = next(key for key, one in self._users.items() if one is made)
                return httpx.Response(201, json=made)
            case "PUT":
                # The address is set where nothing reads it.
                self._users[identifier] |= {
                    "userName": body["userName"],
                    "active": body["active"],
                    "mail": body["emails"],
                }
            case "PATCH":
                self._users[identifier]["active"] = body["Operations"][0]["value"]["active"]
            case "DELETE":
                del self._users[identifier]
                return httpx.Response(204)
        return httpx.Response(200, json=self._users[identifier])

    def _group(self, method: str, identifier: str, body: Any) -> httpx.Response:
        match method:
            case "GET" if not identifier:
                return httpx.Response(200, json=list(self._groups.values()))
            case "POST":
                made = {"id": str(uuid.uuid4()), "displayName": body["displayName"]}
                self._groups[made["id"]] = made
                return httpx.Response(201, json=made)
            case "PATCH":
                # Only what adds members is read.
                for operation in body["Operations"]:
                    if operation["op"] == "add":
                        self._groups[identifier].setdefault("members", []).extend(operation["value"])
                return httpx.Response(204)
            case "DELETE":
                del self._groups[identifier]
                return httpx.Response(204)
        return httpx.Response(200, json=self._groups[identifier])
