"""Extensions that operators define (RFC 7643 §7): what is taken, and what is refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbe_scim.protocol import DefinitionError, default_registry, read_schema, registry
from tests.unit.protocol.samples import ENTERPRISE_USER, FR_ADMINISTRATION_USER, User

URN = "urn:ietf:params:scim:schemas:extension:town:2.0:User"


def schema(*attributes: dict[str, Any], id: str = URN, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": "Town", "attributes": list(attributes) or [{"name": "badge"}], **more}


def complex_of(*subs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "office", "type": "complex", "subAttributes": list(subs), **more}


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ([], "a schema must be a JSON object"),
        (schema(id="town"), "id must be a URN"),
        (schema(id="urn:x y:User"), "id must be a URN"),
        (schema(id="urn:ietf:params:scim:schemas:core:2.0:User"), "reserved"),
        (schema(id="urn:ietf:params:scim:api:messages:2.0:User"), "reserved"),
        (schema(colour="red"), "'colour' is not a characteristic"),
        (schema(schemas=["urn:x:User"]), "schemas must be"),
        (schema() | {"attributes": []}, "at least one attribute"),
        (schema({"name": "badge"}, {"name": "Badge"}), "badge is declared twice"),
        (schema({"name": "externalId"}), "externalId is reserved"),
        (schema({"name": "a.b"}), "needs a name"),
        (schema({"name": "$ref"}), "needs a name"),
        (schema({"name": "badge", "type": "text"}), f"{URN}:badge: type must be one of string, boolean"),
        (schema({"name": "badge", "Type": "string"}), "'Type' is not a characteristic"),
        (schema({"name": "badge", "multiValued": "true"}), "multiValued must be true or false"),
        (schema({"name": "badge", "required": True}), "required: true is not supported"),
        (schema({"name": "badge", "uniqueness": "here"}), "uniqueness must be one of none, server, global"),
        (schema({"name": "armed", "type": "boolean", "uniqueness": "server"}), "server is not for a boolean"),
        (
            schema({"name": "a", "type": "complex", "uniqueness": "global", "subAttributes": [{"name": "b"}]}),
            "global is not for a complex",
        ),
        (
            schema({"name": "a", "uniqueness": "server", "mutability": "writeOnly", "returned": "never"}),
            "what is writeOnly is not kept, and cannot be unique",
        ),
        (schema({"name": "badge", "mutability": "writeOnly"}), "returned: never"),
        (schema({"name": "badge", "mutability": "once"}), "mutability must be one of"),
        (schema({"name": "badge", "returned": "sometimes"}), "returned must be one of"),
        (schema({"name": "badge", "canonicalValues": "a"}), "canonicalValues must be a list"),
        (schema({"name": "badge", "description": 1}), "description must be a string"),
        (schema({"name": "badge", "referenceTypes": ["uri"]}), "referenceTypes belong to a reference"),
        (schema({"name": "badge", "type": "reference", "caseExact": False}), "caseExact"),
        (schema({"name": "badge", "subAttributes": [{"name": "value"}]}), "only a complex"),
        (schema(complex_of()), "needs subAttributes"),
        (schema(complex_of({"name": "floor"}, caseExact=True)), "no caseExact of its own"),
        (schema(complex_of({"name": "floor", "multiValued": True})), "office.floor: a sub-attribute with multiValued"),
        (schema(complex_of({"name": "floor", "type": "complex"})), "cannot be complex"),
        (schema(complex_of({"name": "primary"}, multiValued=True)), "primary must be boolean"),
        (schema(complex_of({"name": "value", "mutability": "immutable"}, multiValued=True)), "immutable sub-attribute"),
    ],
)
def test_what_cannot_be_kept_to_is_refused_by_name(definition: Any, said: str) -> None:
    with pytest.raises(DefinitionError, match=said.replace("[", r"\[")):
        read_schema(definition)


@pytest.mark.parametrize(
    ("urns", "said"),
    [
        (["urn:example:Device"], "must be the type that it extends, User or Group"),
        ([URN, URN.upper().replace("URN", "urn")[:-4] + "User"], "must be a URN|there is an extension"),
        ([FR_ADMINISTRATION_USER], "there is an extension with this URN already"),
        ([ENTERPRISE_USER], "there is an extension with this URN already"),
    ],
)
def test_extensions_that_clash_are_refused(urns: list[str], said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        registry([read_schema(schema(id=urn)) for urn in urns])


def test_a_name_of_the_core_is_not_an_extensions() -> None:
    with pytest.raises(DefinitionError, match="has an attribute of this name"):
        registry([read_schema(schema({"name": "username"}))])
    registry([read_schema(schema({"name": "username"}, id=URN.replace(":User", ":Group")))])


def test_a_name_of_several_extensions_needs_its_urn_but_that_of_the_rfc() -> None:
    both = [
        read_schema(schema({"name": "department"}, {"name": "badge"}, id=f"urn:example:{name}:User")) for name in "ab"
    ]
    short = registry(both).by_name("User").short_paths
    assert short["department"].schema == ENTERPRISE_USER
    assert "badge" not in short
    assert short["siret"].schema == FR_ADMINISTRATION_USER


def test_what_an_extension_calls_like_a_part_of_the_name_is_the_extensions() -> None:
    short = registry([read_schema(schema({"name": "givenName"}))]).by_name("User").short_paths
    assert (short["givenname"].schema, str(short["familyname"])) == (URN, "name.familyName")
    assert short.keys().isdisjoint({"created", "location", "value"})


def test_it_is_published_as_it_was_declared() -> None:
    kind = registry([read_schema(schema({"name": "badge", "caseExact": True}))]).by_name("User")
    assert kind.to_resource()["schemaExtensions"][-1] == {"schema": URN, "required": False}
    assert kind.paths[f"{URN}:BADGE".lower()].leaf.case_exact
    assert default_registry().by_name("User") is User, "what others have is as it was"


_names = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_-]{0,8}", fullmatch=True).filter(
    lambda name: name.lower() not in ("id", "meta", "schemas", "externalid")
)


def _attributes(*, inside: bool) -> st.SearchStrategy[dict[str, Any]]:
    def finish(made: dict[str, Any]) -> dict[str, Any]:
        if made["type"] in ("reference", "binary"):
            made["caseExact"] = True
        if made["mutability"] == "writeOnly":
            made["returned"] = "never"
        return made

    return st.fixed_dictionaries(
        {
            "name": _names.filter(lambda name: name.lower() != "primary"),
            "type": st.sampled_from(["string", "boolean", "decimal", "integer", "dateTime", "binary", "reference"]),
            "mutability": st.sampled_from(["readOnly", "readWrite", "writeOnly", *([] if inside else ["immutable"])]),
            "returned": st.sampled_from(["always", "never", "default", "request"]),
            "multiValued": st.just(False) if inside else st.booleans(),
            "caseExact": st.booleans(),
            "canonicalValues": st.lists(st.text(max_size=3), max_size=2),
        }
    ).map(finish)


def _unique(attributes: list[dict[str, Any]]) -> bool:
    names = [attribute["name"].lower() for attribute in attributes]
    return len(set(names)) == len(names)


_subs = st.lists(_attributes(inside=True), min_size=1, max_size=3).filter(_unique)
_complexes = st.builds(
    lambda name, many, subs: {"name": name, "type": "complex", "multiValued": many, "subAttributes": subs},
    _names,
    st.booleans(),
    _subs,
)


@given(st.lists(st.one_of(_attributes(inside=False), _complexes), min_size=1, max_size=4).filter(_unique))
def test_what_is_published_of_a_definition_defines_the_same(attributes: list[dict[str, Any]]) -> None:
    published = read_schema(schema(*attributes)).to_resource()
    again = read_schema({key: value for key, value in published.items() if key != "meta"}).to_resource()
    assert again == published
    for given_one, shown in zip(attributes, published["attributes"], strict=True):
        assert {key: value for key, value in given_one.items() if key not in ("subAttributes", "canonicalValues")} == {
            key: shown[key] for key in given_one if key not in ("subAttributes", "canonicalValues")
        }
