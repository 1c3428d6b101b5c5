"""``/Schemas`` and ``/ServiceProviderConfig`` publish what the service does; the checks are derived from them."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sbe_scim.protocol import default_registry
from tests.unit.http.client import Receiver, receiver
from tests.unit.rig import patch_body, user_body

#: Computed from memberships and addresses, and not compared: a filter by them is refused.
NO_FILTER = frozenset({"groups.$ref", "members.$ref", "members.display"})
NEEDED = {"Users": ("userName",), "Groups": ("displayName",)}
_number = itertools.count()


@dataclass(frozen=True)
class Leaf:
    """One simple attribute as it is published; ``owner`` is the complex attribute around it, or the same."""

    endpoint: str
    schema: str
    owner: dict[str, Any]
    itself: dict[str, Any]
    extension: bool

    def __str__(self) -> str:
        return self.owner["name"] if self.owner is self.itself else f"{self.owner['name']}.{self.itself['name']}"

    @property
    def path(self) -> str:
        """Its notation in a filter, a PATCH or a parameter."""
        return f"{self.schema}:{self}"

    @property
    def mutability(self) -> str:
        """The narrower one of its own and its owner's."""
        own: str = self.itself["mutability"]
        return "readOnly" if self.owner["mutability"] == "readOnly" else own

    def within(self, value: Any, beside: Any = None) -> dict[str, Any]:
        """A body with the value; an element of a list gets what else it needs, from ``beside``."""
        if self.owner is not self.itself:
            value = {self.itself["name"]: value}
            if self.owner["multiValued"]:
                carrier = next(
                    sub for sub in self.owner["subAttributes"] if sub["name"] in ("value", "formatted", "locality")
                )
                value = [{carrier["name"]: beside or sample(carrier), **value}]
        named = {self.owner["name"]: value}
        return {self.schema: named} if self.extension else named

    def found(self, resource: dict[str, Any]) -> list[Any]:
        """Its values in a resource."""
        holder = resource.get(self.schema, {}) if self.extension else resource
        value = holder.get(self.owner["name"])
        values = value if isinstance(value, list) else [] if value is None else [value]
        if self.owner is self.itself:
            return values
        return [element[self.itself["name"]] for element in values if self.itself["name"] in element]


def leaves() -> Iterator[Leaf]:
    for kind in default_registry().resource_types:
        for schema in (kind.schema, *kind.extensions):
            for owner in schema.to_resource()["attributes"]:
                for itself in owner.get("subAttributes", [owner]):
                    yield Leaf(kind.endpoint, schema.id, owner, itself, schema is not kind.schema)


LEAVES = list(leaves())


def published(holds: Callable[[Leaf], bool]) -> list[Leaf]:
    """The leaves of which this holds; there has to be one."""
    chosen = [leaf for leaf in LEAVES if holds(leaf)]
    assert chosen
    return chosen


def sample(attribute: dict[str, Any]) -> Any:
    """A value of the attribute that no other has, with letters in both cases."""
    match attribute["type"]:
        case "boolean":
            return True
        case "binary":
            return base64.b64encode(f"aB{next(_number)}".encode()).decode()
        case "reference":
            return f"https://exemple.fr/aB{next(_number)}"
    return f"aB{next(_number)}"


def wrong(attribute: dict[str, Any]) -> Any:
    """A value of another type."""
    return "perhaps" if attribute["type"] == "boolean" else 7


def needed(endpoint: str) -> dict[str, Any]:
    """The least that a body must have, with a name that nobody has."""
    return dict.fromkeys(NEEDED[endpoint], f"aB{next(_number)}")


def body(leaf: Leaf, value: Any) -> dict[str, Any]:
    """A body with the value and what it needs."""
    return {**needed(leaf.endpoint), **leaf.within(value)}


def writable(leaf: Leaf) -> bool:
    return leaf.mutability == "readWrite"


def find(scim: Receiver, leaf: Leaf, text: str) -> Any:
    filter = f'{leaf.path} eq "{text}"'
    return scim.get(f"/{leaf.endpoint}?filter={quote(filter)}")


def test_what_is_published_is_what_is_checked(scim: Receiver) -> None:
    listed = {schema["id"]: schema["attributes"] for schema in scim.get("/Schemas").json()["Resources"]}
    assert listed == {schema.id: schema.to_resource()["attributes"] for schema in default_registry().schemas.values()}


def test_a_value_can_be_had_twice_unless_it_is_unique(scim: Receiver) -> None:
    for leaf in published(lambda leaf: writable(leaf) and leaf.itself["type"] != "boolean"):
        value = sample(leaf.itself)
        scim.created(f"/{leaf.endpoint}", body(leaf, value))
        second = scim.post(f"/{leaf.endpoint}", body(leaf, value))
        assert second.status_code == {"none": 201, "server": 409}[leaf.itself["uniqueness"]], second.text
        if second.status_code == 409:
            assert second.json()["scimType"] == "uniqueness"


@pytest.mark.parametrize("endpoint", NEEDED)
def test_an_external_id_is_unique_within_its_source(scim: Receiver, endpoint: str) -> None:
    assert default_registry().by_endpoint(endpoint).index["externalId"].uniqueness == "server"
    first, second = ({**needed(endpoint), "externalId": "e"} for _ in range(2))
    scim.created(f"/{endpoint}", first)
    assert scim.post(f"/{endpoint}", second).status_code == 409


@pytest.mark.parametrize("endpoint", NEEDED)
def test_nothing_is_required_but_what_is_published_so(scim: Receiver, endpoint: str) -> None:
    required = {str(leaf) for leaf in LEAVES if leaf.endpoint == endpoint and leaf.itself["required"]}
    assert required == set(NEEDED[endpoint])
    scim.created(f"/{endpoint}", needed(endpoint))
    for name in required:
        without = {key: value for key, value in needed(endpoint).items() if key != name}
        assert scim.post(f"/{endpoint}", without).json()["scimType"] == "invalidValue"


def test_what_may_be_written_is_kept_changed_and_shown(scim: Receiver) -> None:
    for leaf in published(writable):
        first, second = sample(leaf.itself), sample(leaf.itself)
        if leaf.itself["type"] == "boolean":
            second = False
        created = scim.created(f"/{leaf.endpoint}", body(leaf, first))
        assert leaf.found(created) == [first]
        path = f"/{leaf.endpoint}/{created['id']}"
        scim.request("PATCH", path, patch_body({"op": "replace", "path": leaf.path, "value": second}))
        assert leaf.found(scim.get(path).json()) == [second]
        removal = scim.request("PATCH", path, patch_body({"op": "remove", "path": leaf.path}))
        kept = leaf.itself["required"] or str(leaf) == "active"
        assert (removal.status_code == 400) is kept
        assert leaf.found(scim.get(path).json()) == ([second] if kept else [])


def test_what_is_not_a_clients_to_say_or_to_read_is_taken_and_not_kept(scim: Receiver) -> None:
    for leaf in published(lambda leaf: leaf.mutability in ("readOnly", "writeOnly")):
        value = sample(leaf.itself)
        created = scim.post(f"/{leaf.endpoint}", {**needed(leaf.endpoint), **_beside_members(scim, leaf, value)})
        assert created.status_code == 201
        shown = scim.get(f"/{leaf.endpoint}/{created.json()['id']}")
        assert value not in leaf.found(shown.json())
        assert str(value) not in shown.text


def test_what_cannot_be_changed_is_refused_in_a_path(scim: Receiver) -> None:
    for leaf in published(lambda leaf: leaf.mutability in ("readOnly", "immutable")):
        resource = scim.created(f"/{leaf.endpoint}", needed(leaf.endpoint))
        for op in ("add", "replace", "remove"):
            change = {"op": op, "path": leaf.path, "value": sample(leaf.itself)}
            refusal = scim.request("PATCH", f"/{leaf.endpoint}/{resource['id']}", patch_body(change)).json()
            assert refusal["scimType"] == "mutability", refusal


def _beside_members(scim: Receiver, leaf: Leaf, value: Any) -> dict[str, Any]:
    """A member has to be somebody."""
    if leaf.owner["name"] != "members":
        return leaf.within(value)
    return leaf.within(value, beside=scim.created("/Users", needed("Users"))["id"])


def shown(scim: Receiver) -> dict[str, dict[str, Any]]:
    """A user and a group of which every attribute that can be there is there, by endpoint."""
    full: dict[str, Any] = {}
    for leaf in LEAVES:
        if leaf.endpoint == "Users" and writable(leaf):
            _merge(full, leaf.within(sample(leaf.itself)))
    user = scim.created("/Users", full)
    group = scim.created("/Groups", {**needed("Groups"), "members": [{"value": user["id"]}]})
    return {"Users": scim.get(f"/Users/{user['id']}").json(), "Groups": scim.get(f"/Groups/{group['id']}").json()}


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, dict):
            _merge(into.setdefault(name, {}), value)
        elif isinstance(value, list):
            element = into.setdefault(name, [{}])[0]
            element.update({key: part for key, part in value[0].items() if key not in element or len(value[0]) == 1})
        else:
            into[name] = value


def test_what_is_returned_is_what_is_published(scim: Receiver) -> None:
    resources = shown(scim)
    # Follow from the manager's `value`, and are not computed yet.
    absent = {"manager.$ref", "manager.displayName"}
    for leaf in LEAVES:
        path = f"/{leaf.endpoint}/{resources[leaf.endpoint]['id']}"
        chosen = leaf.found(scim.get(f"{path}?attributes={leaf.path}").json())
        excluded = leaf.found(scim.get(f"{path}?excludedAttributes={leaf.path}").json())
        there = leaf.found(resources[leaf.endpoint])
        match leaf.itself["returned"]:
            case "default":
                assert (bool(there), chosen, excluded) == (str(leaf) not in absent, there, []), leaf
            case "never":
                assert (there, chosen, excluded) == ([], [], []), leaf
            case other:
                raise AssertionError(f"no check for {other}")
    for always in ("id", "schemas"):
        attribute = default_registry().by_name("User").index[always]
        assert attribute.returned == "always"
        path = f"/Users/{resources['Users']['id']}"
        assert always in scim.get(f"{path}?attributes=title").json()
        assert always in scim.get(f"{path}?excludedAttributes={always}").json()


def test_a_filter_minds_the_case_where_that_is_published(scim: Receiver) -> None:
    resources = shown(scim)
    checked = 0
    for leaf in LEAVES:
        if leaf.itself["type"] == "boolean" or str(leaf) in NO_FILTER:
            continue
        values = leaf.found(resources[leaf.endpoint])
        if leaf.itself["returned"] == "never" or not values:
            continue
        checked += 1
        assert find(scim, leaf, values[0]).json()["totalResults"] == 1, leaf
        other = find(scim, leaf, values[0].swapcase()).json()["totalResults"]
        assert other == (0 if leaf.itself["caseExact"] and values[0].swapcase() != values[0] else 1), leaf
    assert checked > 50


def test_what_is_not_compared_is_refused_in_a_filter(scim: Receiver) -> None:
    for leaf in published(lambda leaf: str(leaf) in NO_FILTER or leaf.itself["returned"] == "never"):
        refusal = find(scim, leaf, "x")
        assert (refusal.status_code, refusal.json()["scimType"]) in ((400, "invalidFilter"), (403, "sensitive"))


def test_a_value_of_another_type_or_number_is_refused(scim: Receiver) -> None:
    for leaf in published(lambda leaf: writable(leaf) or leaf.mutability == "immutable"):
        for value in (wrong(leaf.itself), [sample(leaf.itself)], {"x": 1}):
            refusal = scim.post(f"/{leaf.endpoint}", body(leaf, value))
            assert (refusal.status_code, refusal.json()["scimType"]) == (400, "invalidValue"), value
        # One element of any other attribute may stand without its list, for a tolerant source.
        if leaf.owner["name"] == "members":
            single = leaf.within(sample(leaf.itself))[leaf.owner["name"]][0]
            assert scim.post(f"/{leaf.endpoint}", {**body(leaf, "x"), leaf.owner["name"]: single}).status_code == 400


def nested(scim: Receiver) -> dict[str, dict[str, Any]]:
    """Somebody in a group, which is in another beside somebody else: the person and the outer group, by endpoint."""
    people = [{"value": scim.created("/Users", needed("Users"))["id"]} for _ in range(2)]
    inner = scim.created("/Groups", {**needed("Groups"), "members": people[:1]})
    outer = scim.created("/Groups", {**needed("Groups"), "members": [people[1], {"value": inner["id"]}]})
    return {"Users": scim.get(f"/Users/{people[0]['value']}").json(), "Groups": outer}


def test_canonical_values_are_those_that_are_taken_or_shown(scim: Receiver) -> None:
    for leaf in published(lambda leaf: "canonicalValues" in leaf.itself):
        canonical = leaf.itself["canonicalValues"]
        if writable(leaf):
            for value in canonical:
                assert leaf.found(scim.created(f"/{leaf.endpoint}", body(leaf, value))) == [value]
        else:
            assert leaf.found(nested(scim)[leaf.endpoint]) == canonical


def test_the_configuration_is_what_is_done(tmp_path: Path) -> None:
    with receiver(tmp_path, page_limit=3, page_size=2, bulk_limit=20) as scim:
        config = scim.get("/ServiceProviderConfig").json()
        ids = [scim.created("/Users", user_body(name))["id"] for name in ("dan", "ann", "cid", "bob")]
        path = f"/Users/{ids[0]}"

        assert config["filter"]["supported"]
        largest = config["filter"]["maxResults"]
        assert len(scim.get("/Users?filter=id%20pr&count=9").json()["Resources"]) == largest == 3
        pages = config["pagination"]
        assert (pages["index"], pages["cursor"], pages["defaultPaginationMethod"]) == (True, True, "index")
        assert pages["maxPageSize"] == len(scim.get("/Users?count=9").json()["Resources"])
        assert pages["defaultPageSize"] == len(scim.get("/Users").json()["Resources"])
        assert pages["defaultPageSize"] == len(scim.get("/Users?cursor").json()["Resources"])
        assert scim.get(f"/Users?cursor&count={pages['maxPageSize']}").json()["itemsPerPage"] == pages["maxPageSize"]
        assert scim.get(f"/Users?cursor&count={pages['maxPageSize'] + 1}").json()["scimType"] == "invalidCount"
        assert pages["cursorTimeout"] == scim.settings.cursor_timeout

        assert config["sort"]["supported"]
        listed = scim.get("/Users?count=9").json()
        names = [user["userName"] for user in scim.get("/Users?count=9&sortBy=userName").json()["Resources"]]
        assert names == ["ann", "bob", "cid"]

        assert config["patch"]["supported"]
        change = {"op": "replace", "path": "password", "value": "n0t kept"}
        assert not config["changePassword"]["supported"]
        unchanged = scim.request("PATCH", path, patch_body(change))
        assert (unchanged.status_code, unchanged.json()) == (200, listed["Resources"][0])

        assert config["etag"]["supported"]
        tag = scim.get(path).headers["etag"]
        assert tag == scim.get(path).json()["meta"]["version"]
        assert scim.get(f"{path}?excludedAttributes=groups", headers={"if-none-match": tag}).status_code == 304
        assert scim.request("DELETE", path, headers={"if-match": 'W/"9"'}).status_code == 412

        assert config["bulk"]["supported"]
        most, largest = config["bulk"]["maxOperations"], config["bulk"]["maxPayloadSize"]
        operations = [{"method": "DELETE", "path": path} for _ in range(most + 1)]
        bulk = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations}
        assert scim.post("/Bulk", bulk).status_code == 413
        assert scim.get(path).status_code == 200
        content = json.dumps({**bulk, "Operations": operations[1:]}).encode()
        assert scim.request("POST", "/Bulk", content=content.ljust(largest + 1)).status_code == 413
        answers = scim.request("POST", "/Bulk", content=content.ljust(largest)).json()["Operations"]
        assert [answer["status"] for answer in answers] == ["204", *["404"] * (most - 1)]
        path = f"/Users/{ids[1]}"

        (scheme,) = config["authenticationSchemes"]
        assert scheme["type"] == "oauthbearertoken"
        assert scim.get(path, headers={"authorization": None}).headers["www-authenticate"].startswith("Bearer ")


def test_the_configuration_tells_a_source_how_far_it_has_come(scim: Receiver) -> None:
    urn = "urn:ietf:params:scim:schemas:extension:sbe-scim:2.0:ServiceProviderConfig"

    def told() -> dict[str, Any]:
        config = scim.get("/ServiceProviderConfig").json()
        # RFC 7643 §3.3: an extension's attributes stand below its URN, which `schemas` names.
        assert urn in config["schemas"]
        extension: dict[str, Any] = config[urn]
        return extension

    first = told()
    scim.created("/Users", user_body("ann"))
    second = told()
    assert second["generationId"] == first["generationId"]
    assert second["highestChange"] > first["highestChange"] == 0
    assert urn not in scim.get("/ServiceProviderConfig", headers={"authorization": None}).json()


def test_no_resource_type_asks_for_an_extension(scim: Receiver) -> None:
    for kind in scim.get("/ResourceTypes").json()["Resources"]:
        endpoint = kind["endpoint"].removeprefix("/")
        assert scim.created(kind["endpoint"], needed(endpoint))["schemas"] == [kind["schema"]]
        assert not any(extension["required"] for extension in kind.get("schemaExtensions", []))
