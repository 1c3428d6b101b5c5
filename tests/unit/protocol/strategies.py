"""Arbitrary filters, documents and operations."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sbe_scim.protocol import (
    Attribute,
    AttributePath,
    Comparison,
    Filter,
    Not,
    Present,
    ValuePath,
    parse_attribute_path,
    parse_patch_path,
)
from sbe_scim.protocol.filter.tree import conjunction, disjunction
from tests.unit.protocol.samples import ENTERPRISE_USER, USER, User, operation

#: Few letters, so that values meet; among them some that fold, quote or escape.
words = st.text('aAéÉ ß"\\]', max_size=3)
instants = st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00.5Z"])

STRINGS = ("userName", "externalId", "title", "name.givenName", "emails.value", f"{ENTERPRISE_USER}:department")
_SUBS = ("emails.value", "emails.type", "emails.primary")


def path(notation: str) -> AttributePath:
    return parse_attribute_path(notation, User)


def comparisons(notations: tuple[str, ...], *, within: bool = False) -> st.SearchStrategy[Filter]:
    def compare(notation: str) -> st.SearchStrategy[Filter]:
        where = path(notation)
        if where.leaf.name == "primary":
            # What is asked otherwise is read as one of these.
            return st.builds(
                Comparison, st.just(where), st.sampled_from(["eq", "ne"] if within else ["eq"]), st.just(True)
            )
        if where.leaf.type == "boolean":
            return st.builds(Comparison, st.just(where), st.sampled_from(["eq", "ne"]), st.booleans())
        if where.leaf.type == "dateTime":
            operators = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
            return st.builds(Comparison, st.just(where), operators, instants)
        operators = st.sampled_from(["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"])
        return st.builds(Comparison, st.just(where), operators, words)

    return st.sampled_from(notations).flatmap(compare)


def trees(leaves: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    def grow(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
        several = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(st.builds(Not, inner), several.map(conjunction), several.map(disjunction))

    return st.recursive(leaves, grow, max_leaves=6)


_inner = trees(st.one_of(comparisons(_SUBS, within=True), st.sampled_from(_SUBS).map(path).map(Present)))
_leaves = st.one_of(
    comparisons((*STRINGS, "active", "emails.type", "emails.primary", "meta.created")),
    st.sampled_from((*STRINGS, "active", "emails", "meta.created")).map(path).map(Present),
    st.builds(ValuePath, st.just(path("emails")), _inner),
)
filters: st.SearchStrategy[Filter] = trees(_leaves)


def _sparse(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=parts)


emails = st.lists(_sparse(value=words, type=words, primary=st.booleans()).filter(bool), max_size=3)
#: Resources as a store would hold them, not necessarily such as we would accept.
resources = _sparse(
    userName=words,
    externalId=words,
    title=words,
    active=st.booleans(),
    name=_sparse(givenName=words),
    emails=emails,
    meta=_sparse(created=instants),
).flatmap(lambda document: _sparse(department=words).map(lambda extension: {**document, ENTERPRISE_USER: extension}))

#: Any JSON that a parser may hand over.
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5), words),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)
_scalars: dict[str, st.SearchStrategy[Any]] = {
    "string": words,
    "reference": words,
    "binary": st.sampled_from(["", "aGk="]),
    "dateTime": instants,
    "boolean": st.sampled_from([True, False, "True", "false"]),
}


def values(attribute: Attribute) -> st.SearchStrategy[Any]:
    """Values as a tolerant service takes them, for one element of ``attribute``."""
    if attribute.type != "complex":
        return _scalars[attribute.type]
    return st.dictionaries(st.sampled_from([*attribute.index, "nope"]), st.none(), max_size=4).flatmap(
        lambda names: _parts(attribute, sorted(names))
    )


def _parts(attribute: Attribute, names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    parts = {name: _whole(sub) if (sub := attribute.sub(name)) else json_values for name in names}
    return st.fixed_dictionaries(parts).filter(lambda body: len({name.lower() for name in body}) == len(body))


def _whole(attribute: Attribute) -> st.SearchStrategy[Any]:
    value = values(attribute)
    if attribute.name == "active":
        return value
    return st.one_of(st.none(), st.lists(value, max_size=3) if attribute.multi_valued else value)


_TOP = {attribute.name: attribute for attribute in User.index.values()}
#: Bodies that are right more often than not.
bodies = st.one_of(
    st.lists(st.sampled_from(sorted(_TOP)), unique=True, max_size=6)
    .flatmap(lambda names: st.fixed_dictionaries({name: _whole(_TOP[name]) for name in names}))
    .map(lambda body: {**body, "schemas": [USER], "userName": "zoe"}),
    st.dictionaries(st.sampled_from([*User.index, "members", "nope"]), json_values, max_size=4),
)

_PATHS = [*User.paths, 'emails[type eq "a"].value', "emails[value pr and primary eq true]", 'name[givenName eq "a"]']


def _operation(text: str) -> st.SearchStrategy[dict[str, Any]]:
    target = parse_patch_path(text, User)
    owner = target.sub or target.path.attribute
    value = st.one_of(_whole(owner), values(owner), json_values)
    write = st.builds(operation, st.sampled_from(["add", "replace"]), st.just(text), value)
    return st.one_of(
        write, st.just(operation("remove", text)), st.builds(operation, st.just("remove"), st.just(text), value)
    )


#: Operations on users, right more often than not.
operations = st.one_of(
    st.sampled_from(_PATHS).flatmap(_operation),
    st.builds(operation, st.sampled_from(["add", "replace"]), st.none(), bodies),
    st.builds(operation, st.sampled_from(["add", "remove", "replace"]), st.text(max_size=5), json_values),
)
