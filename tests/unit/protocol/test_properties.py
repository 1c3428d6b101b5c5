"""What holds for every filter, body and PATCH."""

from __future__ import annotations

import contextlib
import copy
import operator
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sbe_scim.protocol import (
    And,
    Attribute,
    AttributePath,
    Comparison,
    Filter,
    Not,
    Or,
    Present,
    Projection,
    ScimError,
    ValuePath,
    apply_patch,
    check_nothing_is_lost,
    instant,
    matches,
    normalise,
    parse_filter,
    parse_patch,
    parse_patch_path,
    policy,
)
from tests.unit.protocol import strategies
from tests.unit.protocol.samples import ENTERPRISE_USER, TOLERANT, Group, User, group, operation, patch_op, user

policies = st.sampled_from(
    [policy(dialect, strictness) for dialect in ("generic", "entra") for strictness in ("tolerant", "rfc", "interop")]
)
types = st.sampled_from([User, Group])

# Filters


@given(strategies.filters)
def test_a_filter_survives_being_written_and_read(tree: Filter) -> None:
    assert parse_filter(str(tree), User) == tree


Row = tuple[str, int, str, Any]


def rows(document: Mapping[str, Any]) -> Iterator[Row]:
    """The document as a table: attribute, number of the element, sub-attribute, value."""
    for name, value in document.items():
        if name == ENTERPRISE_USER:
            yield from ((f"{name}:{key}", number, sub, part) for key, number, sub, part in rows(value))
            continue
        for number, element in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(element, dict):
                yield from ((name, number, sub, part) for sub, part in element.items())
            else:
                yield (name, number, "", element)


def oracle(tree: Filter, table: list[Row]) -> bool:
    """Answer a filter from a table, in the way a database would."""
    match tree:
        case And(terms):
            return min(oracle(term, table) for term in terms)
        case Or(terms):
            return max(oracle(term, table) for term in terms)
        case Not(term):
            return oracle(term, table) is False
        case Present(path):
            return any(value != "" or path.leaf.type == "complex" for value in column(table, path))
        case ValuePath(path, inner):
            elements = {number for name, number, _, _ in table if name == str(path)}
            return any(oracle(inner, [row for row in table if row[:2] == (str(path), number)]) for number in elements)
        case Comparison(path, name, value):
            return compare(path, name, column(table, path), value)


def column(table: list[Row], path: AttributePath) -> list[Any]:
    attribute = str(AttributePath(path.schema, path.attribute))
    return [value for name, _, sub, value in table if name == attribute and (path.sub is None or sub == path.sub.name)]


def compare(path: AttributePath, name: str, present: list[Any], value: Any) -> bool:
    def key(text: Any, asked: str = "eq") -> Any:
        if path.leaf.type == "dateTime":
            return instant(text)
        if path.leaf.is_name:
            # What is one name, and part of one, is told in test_names.
            return path.leaf.folded(text, asked)
        return text.casefold() if isinstance(text, str) and not path.leaf.case_exact else text

    keys, wanted = [key(text) for text in present], key(value, name)
    if name == "ne":
        return keys == [] or set(keys) != {wanted}
    if name in ("co", "sw", "ew"):
        places = {"co": lambda text: text.find(wanted) >= 0, "sw": lambda text: text[: len(wanted)] == wanted}
        ends = places.get(name, lambda text: text[len(text) - len(wanted) :] == wanted and len(text) >= len(wanted))
        return any(map(ends, keys))
    return any(getattr(operator, name)(text, wanted) for text in keys)


@given(strategies.filters, strategies.resources)
def test_matching_is_what_a_table_would_answer(tree: Filter, document: dict[str, Any]) -> None:
    assert matches(tree, document) == oracle(tree, list(rows(document)))


_FRAGMENTS = r"""
    userName emails active password title eq ne pr gt and or not ( ) [ ] . "x" "\u0000" true null 1 -1e9 : @ é urn:
"""
_fragments = st.lists(st.sampled_from(_FRAGMENTS.split()), max_size=12).map(" ".join)


@settings(max_examples=200)
@given(st.one_of(st.text(), _fragments), types)
def test_no_text_breaks_the_parsers(text: str, kind: Any) -> None:
    with contextlib.suppress(ScimError):
        parse_filter(text, kind)
    with contextlib.suppress(ScimError):
        parse_patch_path(text, kind)
    with contextlib.suppress(ScimError):
        Projection.parse(text, None, kind).project({})


# Documents


@given(strategies.bodies, policies, types)
def test_normalising_again_changes_nothing(body: dict[str, Any], by: Any, kind: Any) -> None:
    before = copy.deepcopy(body)
    try:
        once = normalise(kind, {**body, "displayName": "Mairie"}, by)
    except ScimError:
        return
    again = normalise(kind, once.document, by)
    assert again.document == once.document
    assert again.dropped == ()
    assert body == before


@given(strategies.bodies)
def test_a_normalised_document_is_accepted_by_the_rfc(body: dict[str, Any]) -> None:
    try:
        document = normalise(User, body, TOLERANT).document
    except ScimError:
        return
    assert normalise(User, document, policy("generic", "rfc")).document == document


@given(strategies.json_values, policies, types)
def test_no_body_breaks_the_normaliser(body: object, by: Any, kind: Any) -> None:
    with contextlib.suppress(ScimError):
        normalise(kind, body, by)
    with contextlib.suppress(ScimError):
        parse_patch(body, by)


# PATCH


@settings(max_examples=200)
@given(st.lists(strategies.operations, min_size=1, max_size=3), policies, types)
def test_a_patch_gives_a_canonical_document_or_a_refusal(operations: list[dict[str, Any]], by: Any, kind: Any) -> None:
    document = user(title="a", emails=[{"value": "a", "type": "a"}]) if kind is User else group()
    before = copy.deepcopy(document)
    try:
        result = apply_patch(kind, document, parse_patch(patch_op(*operations), by), by, lambda: [{"value": "a"}])
    except ScimError:
        return
    finally:
        assert document == before
    assert normalise(kind, result.document, by).document == result.document
    assert (result.document == before) == (result.changed == ())


@given(strategies.operations.filter(lambda change: change["op"] != "remove"))
def test_adding_or_replacing_twice_is_doing_it_once(change: dict[str, Any]) -> None:
    operations = parse_patch(patch_op(change))
    document = user(title="a", emails=[{"value": "a", "type": "a", "primary": True}])
    try:
        once = apply_patch(User, document, operations, TOLERANT).document
    except ScimError:
        return
    assume(aims_at_something(change, once))
    assert apply_patch(User, once, operations, TOLERANT).changed == ()


def aims_at_something(change: dict[str, Any], document: dict[str, Any]) -> bool:
    """Whether the elements that a value path selects are there: a change may take away what it was selected by."""
    try:
        target = parse_patch_path(change.get("path") or "", User)
    except ScimError:
        return True
    return target.filter is None or matches(ValuePath(target.path, target.filter), document)


#: A user who has something of everything that can be taken away.
RICH = user(
    title="a",
    name={"givenName": "a"},
    **{name: [{"value": "a", "type": "a"}] for name in ("emails", "phoneNumbers", "ims", "photos", "roles")},
    addresses=[{"locality": "a", "type": "a"}],
    entitlements=[{"value": "a", "primary": True}],
    x509Certificates=[{"value": "aGk="}],
    **{ENTERPRISE_USER: {"department": "a", "manager": {"value": "a"}}},
)
NOTHING: tuple[Any, ...] = (None, "", [], {})


def unassigns(attribute: Attribute, said: Any) -> bool:
    """Whether a client that says this of an attribute says in so many words that it has no value."""
    if not isinstance(said, dict) or attribute.multi_valued:
        return said in NOTHING
    parts = [(attribute.sub(name), part) for name, part in said.items()]
    return all(part in NOTHING or (sub is not None and unassigns(sub, part)) for sub, part in parts)


def gone(before: dict[str, Any], after: dict[str, Any]) -> list[Attribute]:
    """Attributes that had a value and have none, without the parts of extensions that are there."""
    return [User.index[name] for name in before if name not in after]


@settings(max_examples=300)
@given(strategies.bodies, policies)
def test_a_replacement_takes_away_only_what_is_unassigned_or_not_said(body: dict[str, Any], by: Any) -> None:
    try:
        wanted = normalise(User, body, by)
        check_nothing_is_lost(User, RICH, wanted)
    except ScimError:
        return
    said = {User.index[name.lower()].name: value for name, value in body.items() if name.lower() in User.index}
    for attribute in gone(RICH, wanted.document):
        assert attribute.name not in said or unassigns(attribute, said[attribute.name])
    if ENTERPRISE_USER in wanted.document and isinstance(extension := said[ENTERPRISE_USER], dict):
        parts = {User.index[ENTERPRISE_USER].index[name.lower()].name: part for name, part in known(extension)}
        for name in RICH[ENTERPRISE_USER].keys() - wanted.document[ENTERPRISE_USER].keys():
            assert name not in parts or unassigns(User.index[ENTERPRISE_USER].index[name], parts[name])


def known(extension: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, part) for name, part in extension.items() if name.lower() in User.index[ENTERPRISE_USER].index]


@settings(max_examples=500)
@given(strategies.operations.filter(lambda change: change["op"] != "remove"), policies)
def test_adding_or_replacing_takes_away_only_what_is_unassigned(change: dict[str, Any], by: Any) -> None:
    try:
        after = apply_patch(User, RICH, parse_patch(patch_op(change), by), by).document
    except ScimError:
        return
    taken = gone(RICH, after)
    if taken and "path" in change:
        target = parse_patch_path(change["path"], User, by)
        assert unassigns(target.sub or target.path.attribute, change["value"])
        return
    for attribute in taken:
        said = [part for name, part in change["value"].items() if User.index.get(name.lower()) is attribute]
        assert any(unassigns(attribute, part) for part in said)


SINGLE = ("title", "nickName", "name.givenName", "name.familyName", f"{ENTERPRISE_USER}:department")
KINDS = ("work", "home")
_ops = st.sampled_from(["add", "replace", "remove"])
_changes = st.lists(
    st.tuples(_ops, st.one_of(st.sampled_from(SINGLE), st.sampled_from(KINDS)), st.sampled_from(["", "a", "b"])),
    min_size=1,
    max_size=8,
)


@given(_changes)
def test_a_sequence_does_what_a_table_of_values_does(changes: list[tuple[str, str, str]]) -> None:
    table: dict[str, str] = {}
    operations = []
    for op, name, value in changes:
        path = f'emails[type eq "{name}"].value' if name in KINDS else name
        operations.append(operation(op, path) if op == "remove" else operation(op, path, value))
        if op == "remove" or not value:
            table.pop(name, None)
        else:
            table[name] = value
    document = apply_patch(User, user(), parse_patch(patch_op(*operations)), TOLERANT).document
    found = {email["type"]: email["value"] for email in document.get("emails", [])}
    for attribute, _, sub, value in rows(document):
        name = f"{attribute}.{sub}" if sub else attribute
        if name in SINGLE:
            found[name] = value
    assert found == table


_member_lists = st.lists(st.sampled_from("abcde"), max_size=3)


@given(
    st.frozensets(st.sampled_from("abcde")),
    st.lists(st.tuples(st.sampled_from(["add", "remove", "replace", "clear", "select", "others"]), _member_lists)),
)
def test_a_difference_of_members_is_what_a_set_would_become(
    present: frozenset[str], changes: list[tuple[str, list[str]]]
) -> None:
    expected = set(present)
    operations = []
    for what, ids in changes:
        listed = [{"value": id} for id in ids]
        match what:
            case "add":
                operations.append(operation("add", "members", listed))
                expected |= set(ids)
            case "remove":
                operations.append(operation("remove", "members", listed))
                expected -= set(ids)
            case "replace":
                operations.append(operation("replace", "members", listed))
                expected = set(ids)
            case "clear":
                operations.append(operation("remove", "members"))
                expected = set()
            case "select" if ids:
                selection = " or ".join(f'value eq "{id}"' for id in ids)
                operations.append(operation("remove", f"members[{selection}]"))
                expected -= set(ids)
            case "others" if ids:
                operations.append(operation("remove", f'members[value ne "{ids[0]}"]'))
                expected &= {ids[0]}
    assume(operations)
    change = apply_patch(
        Group, group(), parse_patch(patch_op(*operations)), TOLERANT, lambda: [{"value": id} for id in present]
    ).members
    if change is None:
        assert expected == present
        return
    assert not change.remove & change.add.keys()
    before = set() if change.reset else set(present)
    assert (before | set(change.add)) - change.remove == expected
