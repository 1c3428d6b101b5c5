"""Filters from text (RFC 7644 §3.4.2.2, with errata 4670, 7319 and 7322 and the ``a[b].c`` that Entra ID sends)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from sbe_scim.protocol.errors import Sensitive
from sbe_scim.protocol.filter.tokens import Token, literal_of, refuse, tokens_of
from sbe_scim.protocol.filter.tree import (
    Comparison,
    Filter,
    Not,
    Present,
    ValuePath,
    conjunction,
    disjunction,
    primary,
)
from sbe_scim.protocol.naming import named_path
from sbe_scim.protocol.policy import Naming
from sbe_scim.protocol.schema.attributes import Attribute, AttributePath
from sbe_scim.protocol.schema.registry import ResourceType
from sbe_scim.protocol.values import as_number, instant

MAX_DEPTH = 30
MAX_TERMS = 200

_UNQUOTED = re.compile(r'\s*(?P<name>[\w$:.-]+)\s+eq\s+(?P<value>[^"\\]*[^"\\\s])\s*', re.IGNORECASE)
#: What may be more than a text: a literal, or several conditions. A group may be called "Rock and Roll".
_SAYS_MORE = re.compile(
    r"^(true|false|null)$|\s(and|or)\s+(not\s*)?(\(|[\w$:.-]+(\[|\s+(eq|ne|co|sw|ew|pr|gt|ge|lt|le)\b))", re.IGNORECASE
)
_ORDERED = ("gt", "ge", "lt", "le")
_OPERATORS = frozenset({"eq", "ne", "co", "sw", "ew", *_ORDERED})
#: What each type can be asked; what it cannot is refused rather than guessed.
_ALLOWED = {
    "string": _OPERATORS,
    "reference": _OPERATORS,
    "boolean": frozenset({"eq", "ne"}),
    "binary": frozenset({"eq", "ne"}),
    "dateTime": frozenset({"eq", "ne", *_ORDERED}),
    "integer": frozenset({"eq", "ne", *_ORDERED}),
    "decimal": frozenset({"eq", "ne", *_ORDERED}),
}


def parse_filter(
    text: str,
    resource_type: ResourceType,
    naming: Naming | None = None,
    others: Sequence[ResourceType] = (),
    *,
    string_booleans: bool = False,
    unquoted: bool = False,
) -> Filter:
    """Return the syntax tree of a filter on resources of this type; its paths may also be those of ``others``.

    With ``unquoted``, the text that a filter of nothing but one ``eq`` compares with may lack its quotes.

    Raise ``InvalidFilter``, naming the position, or ``Sensitive`` when an attribute is asked for that is never shown.
    """
    if unquoted:
        text = _quoted(text, (resource_type, *others), naming)
    return _Parser(text, resource_type, string_booleans, naming, others).whole(None)


def parse_value_filter(
    text: str,
    resource_type: ResourceType,
    path: AttributePath,
    *,
    string_booleans: bool = False,
    met: set[str] | None = None,
) -> Filter:
    """Return the syntax tree of what stands between the brackets after ``path``.

    With ``string_booleans``, ``"True"`` and ``"False"`` in any case are booleans where one is due; ``met`` is told.
    """
    return _Parser(text, resource_type, string_booleans, met=met).whole(path)


class _Parser:
    def __init__(
        self,
        text: str,
        resource_type: ResourceType,
        string_booleans: bool = False,
        naming: Naming | None = None,
        others: Sequence[ResourceType] = (),
        met: set[str] | None = None,
    ) -> None:
        self._tokens = tokens_of(text)
        self._next = 0
        self._depth = 0
        self._terms = 0
        self._resource_types = (resource_type, *others)
        self._string_booleans = string_booleans
        self._naming = naming
        self._met = met

    def whole(self, parent: AttributePath | None) -> Filter:
        if parent is not None:
            self._check_parent(parent, self._peek())
        tree = self._or(parent)
        token = self._take()
        if token.kind != "end":
            refuse(token, "and, or or the end is due here")
        return tree

    def _or(self, parent: AttributePath | None) -> Filter:
        terms = [self._and(parent)]
        while self._skip_word("or"):
            terms.append(self._and(parent))
        return disjunction(terms)

    def _and(self, parent: AttributePath | None) -> Filter:
        terms = [self._term(parent)]
        while self._skip_word("and"):
            terms.append(self._term(parent))
        return conjunction(terms)

    def _term(self, parent: AttributePath | None) -> Filter:
        token = self._take()
        if token.text == "(":
            return self._group(parent, token)
        if token.kind != "word":
            refuse(token, "the name of an attribute is due here")
        if token.text.lower() == "not" and self._peek().text == "(":
            return Not(self._group(parent, self._take()))
        self._terms += 1
        if self._terms > MAX_TERMS:
            refuse(token, f"more than {MAX_TERMS} comparisons")
        path = self._resolve(token, parent)
        if self._peek().text == "[":
            return self._value_path(path, parent, token)
        return self._comparison(path, token, within=parent is not None)

    def _group(self, parent: AttributePath | None, token: Token) -> Filter:
        self._descend(token)
        inner = self._or(parent)
        self._expect(")")
        self._depth -= 1
        return inner

    def _value_path(self, path: AttributePath, parent: AttributePath | None, token: Token) -> Filter:
        if parent is not None:
            refuse(token, "a value path cannot stand inside another")
        self._check_parent(path, token)
        self._descend(self._take())
        inner = self._or(path)
        self._expect("]")
        self._depth -= 1
        if self._peek().kind == "sub":
            tail = self._take()
            named = Token("word", tail.text[1:], tail.position)
            inner = conjunction((inner, self._comparison(self._resolve(named, path), named, within=True)))
        return ValuePath(path, inner)

    def _comparison(self, path: AttributePath, token: Token, *, within: bool) -> Filter:
        operator = self._take()
        name = operator.text.lower()
        if operator.kind != "word" or name not in _OPERATORS | {"pr"}:
            refuse(operator, "an operator (eq, ne, co, sw, ew, pr, gt, ge, lt, le) is due here")
        if path.leaf.returned == "never":
            raise Sensitive(f"{path} cannot be filtered by")
        if name == "pr":
            return Present(path)
        literal = self._take()
        value = literal_of(literal)
        if value is None:
            if name not in ("eq", "ne"):
                refuse(operator, f"{name} cannot compare with null")
            return Not(Present(path)) if name == "eq" else Present(path)
        path = _comparable(path, token)
        if name not in _ALLOWED[path.leaf.type]:
            refuse(operator, f"{name} is not defined for {path}, a {path.leaf.type}")
        if self._string_booleans and path.leaf.type == "boolean" and isinstance(value, str):
            value = {"true": True, "false": False}.get(value.lower(), value)
            if self._met is not None and isinstance(value, bool):
                self._met.add("string_booleans")
        typed = _typed(path.leaf, value, literal)
        if path.sub is not None and path.sub.name == "primary" and path.attribute.multi_valued:
            return primary(path, is_primary=(name == "eq") == typed, within=within, differs=name == "ne")
        return Comparison(path, name, typed)

    def _resolve(self, token: Token, parent: AttributePath | None) -> AttributePath:
        if parent is None:
            path = self._named(token.text)
        else:
            sub = parent.attribute.sub(token.text)
            path = AttributePath(parent.schema, parent.attribute, sub) if sub else None
        if path is None or any(path.attribute.name in kind.extension_index for kind in self._resource_types):
            refuse(token, f"{token.text[:200]} is not an attribute that can be compared")
        return path

    def _named(self, text: str) -> AttributePath | None:
        for kind in self._resource_types:
            if (path := named_path(text, kind, self._naming)) is not None:
                return path
        return None

    def _check_parent(self, path: AttributePath, token: Token) -> None:
        if path.leaf.type != "complex" or path.sub is not None:
            refuse(token, f"{path} has no sub-attributes to filter by")

    def _descend(self, token: Token) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            refuse(token, f"nested more than {MAX_DEPTH} deep")

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        # The end is never taken away, so that there is always a next token.
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _skip_word(self, word: str) -> bool:
        token = self._peek()
        found = token.kind == "word" and token.text.lower() == word
        if found:
            self._take()
        return found

    def _expect(self, mark: str) -> None:
        token = self._take()
        if token.text != mark:
            refuse(token, f"{mark} is due here")


def _quoted(text: str, kinds: Sequence[ResourceType], naming: Naming | None) -> str:
    """Put quotes around the one text of a filter, as in ``userName eq zoe``: authentik 2025.8 and WSO2 write none.

    A text of digits is one too where a text is due, and ``'zoe'`` is zoe: searched with its marks, nobody is found.
    """
    found = _UNQUOTED.fullmatch(text)
    if found is None or _SAYS_MORE.search(found["value"]):
        return text
    paths = (named_path(found["name"], kind, naming) for kind in kinds)
    path = next((path for path in paths if path is not None), None)
    if path is None or path.leaf.type not in ("string", "reference", "complex"):
        return text
    value = found["value"]
    if len(value) > 1 and value[0] == value[-1] == "'":
        value = value[1:-1]
    return f"{found['name']} eq {json.dumps(value)}"


def _comparable(path: AttributePath, token: Token) -> AttributePath:
    """A complex attribute is compared by its ``value``: ``emails eq`` means ``emails.value eq``."""
    if path.leaf.type != "complex":
        return path
    value = path.attribute.sub("value")
    if value is None:
        refuse(token, f"{path} is complex: name one of its sub-attributes")
    return AttributePath(path.schema, path.attribute, value)


def _typed(attribute: Attribute, value: str | bool | int | float, token: Token) -> str | bool | int | float:
    """Return the value as one of the attribute's type, or refuse it."""
    if attribute.type in ("integer", "decimal"):
        try:
            return as_number(attribute.type, value)
        except (ValueError, OverflowError):
            refuse(token, f"{attribute.name} is compared with a {attribute.type}")
    if not isinstance(value, bool if attribute.type == "boolean" else str):
        refuse(token, f"{attribute.name} is compared with a {attribute.type}")
    if attribute.type == "dateTime":
        try:
            instant(str(value))
        except ValueError:
            refuse(token, "the value must be a dateTime such as 2026-01-31T09:00:00Z")
    return value
