"""Requests as nobody sends them, made from a seed: half of each is right, so that it gets far before it goes wrong."""

from __future__ import annotations

import gzip
import json
import random
import re
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sbe_scim.protocol import BULK_REQUEST_URN, SEARCH_REQUEST_URN, Attribute, default_registry
from tests.unit.rig import ENTERPRISE_URN, GROUP_URN, PATCH_URN, USER_URN

#: So few that requests meet.
NAMES = [f"name{number}" for number in range(8)]
_ODD_TEXTS = (
    *(
        "",
        " ",
        "\0",
        "\ud800",
        "\udfff\ud800",
        "a\nb\r\nc",
        "'; DROP TABLE scim_resource; --",
        "%_\\",
        '"',
        '\\"',
        "[",
        "]",
    ),
    *(
        "True",
        "false",
        "null",
        "NaN",
        "-0",
        "1e999",
        "2026-02-30T25:61:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ),
    *("é", "é", "ẞ", "İ", "ſ", "👩‍👩‍👧", "\u202e", "\ufeff", "x" * 401, "x" * 5_000, "é" * 2_000, "😀" * 700),
)
_ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**30, -(10**400), 1e308, [], {}, [[]], [None], [{}], {"value": None}, {"": ""}),
    *([[1, [2, [3]]]], {"value": {"value": {"value": "x"}}}, [True, "a", {"b": 1}], {"$ref": "x"}, {"a" * 300: 1}),
)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_OPERATORS = ("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr", "EQ", "xx", "")


@dataclass(frozen=True, slots=True)
class Request:
    """One request; the path is below the SCIM base URL."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes | None


@dataclass
class Fuzzer:
    """Makes the requests of one source. ``ids`` of its resources are what the answers said."""

    random: random.Random
    ids: dict[str, list[str]] = field(default_factory=lambda: {"Users": [], "Groups": []})
    #: Of other sources: they must not be reached.
    others: list[str] = field(default_factory=lambda: [str(uuid.uuid4())])

    def request(self) -> Request:
        """The next request."""
        place, method = self._place()
        content = self._content(place, method) if method in ("POST", "PUT", "PATCH") or self._rarely() else None
        return Request(method, place + self._query(place), self._headers(content), content)

    def _place(self) -> tuple[str, str]:
        choose = self.random
        endpoint = choose.choice(("Users", "Users", "Groups"))
        sort = choose.random()
        if sort < 0.2:
            return f"/{endpoint}", choose.choice(("POST", "POST", "GET")) if sort < 0.19 else choose.choice(_METHODS)
        if sort < 0.8:
            return f"/{endpoint}/{self._id(endpoint)}", choose.choice(
                (*["PATCH"] * 6, *["PUT"] * 4, "GET", "GET", "DELETE")
            )
        if sort < 0.9:
            return f"/{endpoint}", "GET"
        if sort < 0.95:
            return f"/{endpoint}/.search", "POST"
        odd = (
            "/Me",
            "/Bulk",
            "/.search",
            "/Schemas",
            f"/Schemas/{USER_URN}",
            "/ResourceTypes",
            "/ServiceProviderConfig",
        )
        text = quote(self._text().encode("utf-8", "surrogatepass"), safe=choose.choice(("", "/")))
        return choose.choice(
            (*odd, f"/{text}", f"/Users/{text}", f"/{endpoint}/{self._id(endpoint)}/{text}", "//", "/Users//")
        ), (choose.choice((*_METHODS, "HEAD", "OPTIONS", "FROB")))

    def _id(self, endpoint: str) -> str:
        other = "Groups" if endpoint == "Users" else "Users"
        ids = self.ids[endpoint] if self.random.random() < 0.93 else [*self.ids[other], *self.others, "x", "%00"]
        return self.random.choice(ids or self.others)

    def _query(self, place: str) -> str:
        choose = self.random
        parameters = []
        if place.endswith(("/Users", "/Groups")) and choose.random() < 0.8:
            parameters.append(("filter", self._filter()))
        numbers = (0, 1, 2, -1, 10**9, 10**30, "x", "", "1.5", "١")
        parameters += [
            (name, str(choose.choice(numbers))) for name in ("startIndex", "count") if choose.random() < 0.15
        ]
        for name in ("attributes", "excludedAttributes", "sortBy", "nonsense"):
            paths = ",".join(self._attribute() for _ in range(choose.randrange(4)))
            parameters += [(name, paths)] * (choose.random() < 0.1)
        if parameters and self._rarely():
            parameters.append(choose.choice(parameters))
        text = "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in parameters)
        return f"?{text}" if parameters or self._rarely() else ""

    def _headers(self, content: bytes | None) -> dict[str, str]:
        choose = self.random
        headers = {}
        if content is not None:
            headers["content-type"] = "application/scim+json"
            if self._rarely():
                headers["content-type"] = choose.choice(
                    ("text/json", "application/json; charset=utf-8", "", ";", "*/*", "APPLICATION/JSON")
                )
            if self._rarely():
                headers["content-encoding"] = choose.choice(("gzip", "identity", "x", ""))
        if choose.random() < 0.1:
            headers[choose.choice(("if-match", "if-none-match"))] = choose.choice(
                ('W/"1"', "*", '"2"', "W/", '"', ",,,", 'W/"99999999999999999999"', 'W/"1", W/"2", W/"3"', "x" * 500)
            )
        if self._rarely():
            headers["accept"] = choose.choice(("text/html", "application/scim+json;q=0", "*", "", ","))
        if self._rarely():
            headers["x-request-id"] = choose.choice(("a", "b" * 300, "\x01", "é"))
        return headers

    def _content(self, place: str, method: str) -> bytes:
        choose = self.random
        body: Any
        if place.endswith("/.search"):
            body = {
                "schemas": [SEARCH_REQUEST_URN],
                "filter": self._filter(),
                "count": choose.choice((1, 0, "x", None)),
            }
        elif method == "PATCH":
            body = {
                "schemas": [PATCH_URN],
                "Operations": [self._operation(place) for _ in range(choose.choice((1, 1, 1, 2, 4)))],
            }
        elif place == "/Bulk":
            body = self._bulk()
        else:
            body = self._resource(place)
        for _ in range(choose.choice((0, 0, 0, 0, 0, 1, 3))):
            body = self._spoilt(body)
        raw = _bytes(body)
        return self._garbled(raw) if choose.random() < 0.05 else raw

    def _bulk(self) -> dict[str, Any]:
        choose = self.random
        operations = []
        for number in range(choose.choice((1, 2, 4))):
            endpoint = choose.choice(("Users", "Groups"))
            method = choose.choice(("POST", "POST", "PUT", "PATCH", "DELETE", "post", "GET"))
            named = choose.choice((self._id(endpoint), f"bulkId:{choose.randrange(4)}"))
            operation: dict[str, Any] = {
                "method": method,
                "path": f"/{endpoint}" if method == "POST" else f"/{endpoint}/{named}",
                "bulkId": str(number),
                "data": self._resource(f"/{endpoint}"),
            }
            if method == "PATCH":
                operation["data"] = {"schemas": [PATCH_URN], "Operations": [self._operation(f"/{endpoint}")]}
            if choose.random() < 0.3:
                operation["data"]["manager"] = f"bulkId:{choose.randrange(4)}"
            if choose.random() < 0.1:
                operation["version"] = choose.choice(('W/"1"', "*", "", None, 1))
            operations.append(operation)
        return {"schemas": [BULK_REQUEST_URN], "Operations": operations, "failOnErrors": choose.choice((1, 2, 9, None))}

    def _resource(self, place: str) -> dict[str, Any]:
        choose = self.random
        if "Groups" in place:
            members = [{"value": self._id("Users")} for _ in range(choose.randrange(4))]
            return {"schemas": [GROUP_URN], "displayName": choose.choice(NAMES), "members": members}
        body: dict[str, Any] = {"schemas": [USER_URN], "userName": choose.choice(NAMES)}
        for _ in range(choose.randrange(4)):
            name = choose.choice(_PLAIN) if choose.random() < 0.9 else self._attribute()
            body[name] = self._value(name)
        if choose.random() < 0.3:
            body["emails"] = [
                {
                    "value": f"{choose.choice(NAMES)}@example.org",
                    "type": choose.choice(("work", "home")),
                    "primary": number == 0,
                }
                for number in range(choose.randrange(3))
            ]
        if choose.random() < 0.2:
            body[ENTERPRISE_URN] = {"department": self._text(), "manager": self._value("manager")}
        if choose.random() < 0.3:
            body["externalId"] = choose.choice(NAMES)
        return body

    def _operation(self, place: str) -> dict[str, Any]:
        choose = self.random
        operation: dict[str, Any] = {
            "op": choose.choice(("add", "replace", "remove") * 5 + ("Add", "Replace", "REMOVE", "move", ""))
        }
        path = (
            choose.choice(("members", "members", "displayName", "externalId"))
            if "Groups" in place
            else choose.choice(_WRITABLE)
            if choose.random() < 0.8
            else self._attribute()
        )
        if path == "members" and choose.random() < 0.8:
            operation["value"] = [{"value": self._id("Users")} for _ in range(choose.randrange(3))]
            if choose.random() < 0.3:
                path = f'members[value eq "{self._id("Users")}"]'
        elif choose.random() < 0.9:
            operation["value"] = self._value(path)
        if choose.random() < 0.1:
            path = f"{path}[{self._filter(2)}]{choose.choice(('', '.value', '.', '.x.y'))}"
        if choose.random() < 0.85:
            operation["path"] = path if choose.random() < 0.9 else self._cut(path)
        elif choose.random() < 0.8:
            operation["value"] = {path: operation.get("value")}
        return operation

    def _filter(self, depth: int = 3) -> str:
        choose = self.random
        sort = choose.random()
        if depth and sort < 0.25:
            text = f"{self._filter(depth - 1)} {choose.choice(('and', 'or', 'AND', 'xor'))} {self._filter(depth - 1)}"
        elif depth and sort < 0.35:
            text = f"{choose.choice(('not ', 'not', ''))}({self._filter(depth - 1)})"
        elif depth and sort < 0.45:
            text = f"{self._attribute()}[{self._filter(depth - 1)}]"
        else:
            value = choose.choice((f'"{choose.choice(NAMES)}"', "true", "null", "1", "1e9", _text(self._value("x"))))
            text = f"{self._attribute()} {choose.choice(_OPERATORS)} {value}"
        return self._cut(text) if self._rarely() else text

    def _attribute(self) -> str:
        choose = self.random
        path = choose.choice(list(_PATHS))
        if self._rarely():
            path = choose.choice(
                (
                    self._text()[:50],
                    path.upper(),
                    f"{USER_URN}:{path}",
                    f"{path}.{path}",
                    path + ".",
                    "schemas",
                    "meta",
                    "id",
                )
            )
        return path

    def _value(self, name: str) -> Any:
        choose = self.random
        attribute = _PATHS.get(name)
        if attribute is not None and choose.random() < 0.75:
            return self._right(attribute)
        sort = choose.random()
        if sort < 0.15:
            return choose.choice(_ODD_VALUES)
        if sort < 0.4:
            return choose.choice((True, False, "True", "false"))
        if sort < 0.7:
            return self._text()
        if sort < 0.85:
            return [
                {
                    "value": self._text(),
                    "type": choose.choice(("work", "home", "")),
                    choose.choice(("primary", "display")): True,
                }
            ]
        return {"value": self._text(), "givenName": self._text(), "familyName": None}

    def _right(self, attribute: Attribute) -> Any:
        """A value of the attribute's own type."""
        choose = self.random
        value: Any = choose.choice(attribute.canonical_values or NAMES)
        if attribute.type == "boolean":
            value = choose.random() < 0.5
        elif attribute.sub_attributes:
            subs = choose.sample(attribute.sub_attributes, min(2, len(attribute.sub_attributes)))
            subs = [sub for sub in (attribute.sub_attributes[0], *subs) if sub.type != "boolean"]
            value = {sub.name: self._right(sub) for sub in subs}
        return [value] if attribute.multi_valued else value

    def _text(self) -> str:
        return self.random.choice(_ODD_TEXTS) if self.random.random() < 0.4 else self.random.choice(NAMES)

    def _spoilt(self, value: Any) -> Any:
        """Change one thing somewhere inside."""
        choose = self.random
        if isinstance(value, dict) and value and choose.random() < 0.85:
            key = choose.choice(list(value))
            sort = choose.random()
            if sort < 0.15:
                return {name: kept for name, kept in value.items() if name != key}
            if sort < 0.25:
                return {**value, key.swapcase(): value[key]}
            return {**value, key: self._spoilt(value[key])}
        if isinstance(value, list) and value and choose.random() < 0.85:
            position = choose.randrange(len(value))
            return [*value[:position], self._spoilt(value[position]), *value[position:][: choose.randrange(3)]]
        return choose.choice((*_ODD_VALUES, self._text(), [value], {"value": value}, str(value)))

    def _garbled(self, raw: bytes) -> bytes:
        choose = self.random
        position = choose.randrange(len(raw) + 1)
        return choose.choice(
            (
                raw[:position],
                raw[:position] + bytes([choose.randrange(256)]) + raw[position + 1 :],
                raw + raw,
                b"\xef\xbb\xbf" + raw,
                raw.decode().encode("utf-16"),
                gzip.compress(raw, mtime=0),
                b"[" * 100_000,
                b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
                raw[:-1] + b', "schemas": []}',
                raw.replace(b'"schemas"', b'"userName": NaN, "schemas"'),
                raw.replace(b"true", b"1e999"),
                b"",
                b"null",
                b"[]",
                b'"' + b"x" * 1_100_000 + b'"',
            )
        )

    def _cut(self, text: str) -> str:
        choose = self.random
        position = choose.randrange(len(text) + 1)
        return choose.choice(
            (text[:position], text[position:], text[:position] + choose.choice('"[]().:\\ \0é') + text[position:])
        )

    def _rarely(self) -> bool:
        return self.random.random() < 0.05


def _paths() -> dict[str, Attribute | None]:
    common = ("externalId", "id", "meta.lastModified", "meta.version", "members.value")
    found: dict[str, Attribute | None] = dict.fromkeys(common)
    for schema in default_registry().schemas.values():
        prefix = "" if schema.id in (USER_URN, GROUP_URN) else f"{schema.id}:"
        for attribute in schema.attributes:
            found[prefix + attribute.name] = attribute
            found |= {f"{prefix}{attribute.name}.{sub.name}": sub for sub in attribute.sub_attributes}
    return found


_PATHS = _paths()
_WRITABLE = [path for path, kind in _PATHS.items() if kind is not None and kind.mutability == "readWrite"]
#: Those that stand in the body of a user by themselves.
_PLAIN = [path for path in _WRITABLE if not {".", ":"} & set(path)]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _bytes(value: Any) -> bytes:
    # Halves of surrogate pairs cannot be written in UTF-8: they come as escapes.
    text = re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
    return text.encode()
