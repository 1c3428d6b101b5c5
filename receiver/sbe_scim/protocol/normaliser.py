"""From what a client wrote to canonical names and exact types, one attribute at a time (RFC 7643 §2)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from sbe_scim.protocol.errors import InvalidSyntax, InvalidValue, UnknownAttribute
from sbe_scim.protocol.json_text import TooDeep, parse_json
from sbe_scim.protocol.policy import Policy
from sbe_scim.protocol.schema.attributes import Attribute, lowered
from sbe_scim.protocol.values import as_number, instant, storable, written_number

#: Elements that a multi-valued attribute may have; members are not counted, the size of the body bounds them.
MAX_VALUES = 1_000

#: Attributes whose unassigned state would have to be guessed: a missing ``active`` counts as true.
NEVER_UNASSIGNED = frozenset({"active"})

#: What somebody is given: Entra ID writes it as JSON in strings.
_GRANTS = frozenset({"roles", "entitlements"})
#: Elements of others may be their bare values: roles by Okta, mail addresses by WSO2.
_NEVER_BARE = frozenset({"members"})
_PLAIN_NAME = re.compile(r"[\w$:./#\-]{1,200}", re.ASCII)
#: Parts that tell elements apart and are worth nothing alone.
_LABELS = frozenset({"type", "primary"})
#: Types of which the empty string is no value.
_CLEARED = frozenset({"string", "reference", "binary", "dateTime", "complex"})


def printable(name: str) -> str:
    """Return an unknown attribute's name when it is one, else a placeholder: it goes to logs and answers."""
    return name if _PLAIN_NAME.fullmatch(name) else "(malformed name)"


class Normaliser:
    """Reads values under one policy and gathers the names of what it drops."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        #: Names of what of the policy was needed: ``pathless``, ``string_booleans``, …
        self.met: set[str] = set()
        self._dropped: dict[str, None] = {}
        self._lost: dict[str, None] = {}

    @property
    def dropped(self) -> tuple[str, ...]:
        """Names of what was dropped, without values, each once."""
        return tuple(self._dropped)

    @property
    def lost(self) -> tuple[str, ...]:
        """Paths for which a value was sent and nothing of it kept; this does not ask to unassign them."""
        return tuple(self._lost)

    def drop(self, name: str) -> None:
        """Note that something is not ours, or refuse it; ``InvalidSyntax``."""
        if not self.policy.tolerance.drop_unknown:
            raise InvalidSyntax(f"{name} is not defined by the schemas of this resource")
        self._dropped[name] = None
        self.met.add("drop_unknown")

    def unknown_path(self, error: UnknownAttribute) -> None:
        """Drop what a well-formed path names, or raise ``error``."""
        if not self.policy.tolerance.drop_unknown:
            raise error
        self._dropped[error.name] = None
        self.met.add("drop_unknown")

    def attributes(self, index: Mapping[str, Attribute], body: Mapping[str, Any], prefix: str) -> dict[str, Any]:
        """Return the assigned attributes of a JSON object that may be written, by canonical name."""
        result: dict[str, Any] = {}
        seen: set[str] = set()
        for key, raw in body.items():
            attribute = index.get(key) or index.get(lowered(key))
            if attribute is None:
                self.drop(prefix + printable(key))
                continue
            name = attribute.name
            if name in seen:
                raise InvalidSyntax(f"{prefix}{name} is given twice")
            seen.add(name)
            if attribute.mutability in ("readOnly", "writeOnly"):
                continue
            value = self.value(attribute, raw, prefix + name)
            if value is not None:
                result[name] = value
        return result

    def value(self, attribute: Attribute, raw: Any, where: str) -> Any:
        """Return the canonical value of ``attribute``, ``None`` when that is unassigned."""
        if not attribute.multi_valued:
            return self.single(attribute, raw, where)
        if raw is None or self.clears(attribute, raw):
            return None
        if not isinstance(raw, list):
            raw = [self._only_element(attribute, raw, where)]
        if len(raw) > MAX_VALUES:
            raise InvalidValue(f"{where} has more than {MAX_VALUES} values")
        if self.policy.meaning.no_mail:
            raw = [element for element in raw if not self.means_none(attribute, element)]
        kept = self.without_hollow(attribute, [self.single(attribute, element, where) for element in raw])
        if len(kept) < len(raw):
            self._lost[where] = None
        return kept or None

    def means_none(self, attribute: Attribute, value: Any) -> bool:
        """Tell whether an element of ``attribute``, or its ``value``, is a mail address that stands for none."""
        if attribute.name != "emails" or not self.policy.meaning.no_mail:
            return False
        text = value.get("value") if isinstance(value, Mapping) else value
        none = isinstance(text, str) and any(fnmatchcase(text.lower(), mail) for mail in self.policy.meaning.no_mail)
        if none:
            self._dropped["emails.value"] = None
            self.met.add("no_mail")
        return none

    def without_hollow(self, attribute: Attribute, elements: list[Any]) -> list[Any]:
        """Return the elements of which something is kept, and note that there were others."""
        kept = [element for element in elements if not self.is_hollow(attribute, element)]
        if len(kept) < len(elements):
            name = f"{attribute.name}.value" if "value" in attribute.index else attribute.name
            self._dropped[name] = None
            if any(element not in (None, {}) and self.is_hollow(attribute, element) for element in elements):
                self.met.add("drop_valueless")
        return kept

    def is_hollow(self, attribute: Attribute, element: Any) -> bool:
        """Tell whether an element of ``attribute`` is worth nothing: empty or, where the policy does not keep that, a
        mail address without ``value``, a postal address with nothing but a type."""
        if element in (None, {}):
            return True
        if attribute.type != "complex" or not self.policy.tolerance.drop_valueless:
            return False
        return "value" not in element if "value" in attribute.index else element.keys() <= _LABELS

    def single(self, attribute: Attribute, raw: Any, where: str) -> Any:
        """Return one value, or one element of a multi-valued attribute."""
        if raw is None:
            if attribute.name in NEVER_UNASSIGNED:
                raise InvalidValue(f"{where} must be true or false")
            return None
        if self.clears(attribute, raw):
            return None
        if attribute.type == "complex":
            return self._complex(attribute, raw, where)
        return _CHECKS[attribute.type](self, attribute, raw, where)

    def _complex(self, attribute: Attribute, raw: Any, where: str) -> dict[str, Any] | None:
        if isinstance(raw, str) and self._may_be_string(attribute):
            self.met.add("string_references")
            raw = {"value": raw}
        if not isinstance(raw, Mapping):
            raise InvalidValue(f"{where} must be an object")
        # The URN of an extension already ends its name; a sub-attribute is set off by a dot.
        prefix = f"{where}:" if where.startswith("urn:") and where == attribute.name else f"{where}."
        result = self.attributes(attribute.index, raw, prefix)
        if self.policy.tolerance.json_strings and attribute.name in _GRANTS:
            unpacked = _unpack(result)
            if unpacked is not result:
                self.met.add("json_strings")
            result = unpacked
        if not result and not attribute.multi_valued and says_more(attribute, raw):
            self._lost[where] = None
        return result or None

    def clears(self, attribute: Attribute, raw: Any) -> bool:
        """Tell whether the value is an empty string that unassigns the attribute."""
        clears = raw == "" and self.policy.tolerance.empty_clears and attribute.type in _CLEARED
        if clears:
            self.met.add("empty_clears")
        return clears

    def _only_element(self, attribute: Attribute, raw: Any, where: str) -> Any:
        bare = isinstance(raw, str) and (attribute.type != "complex" or self._may_be_string(attribute))
        if not self.policy.tolerance.wrapped_values or not (bare or isinstance(raw, Mapping)):
            raise InvalidValue(f"{where} must be a list")
        self.met.add("wrapped_values")
        return raw

    def _may_be_string(self, attribute: Attribute) -> bool:
        may_be = "value" in attribute.index and attribute.name not in _NEVER_BARE
        return self.policy.tolerance.string_references and may_be

    def _boolean(self, _: Attribute, raw: Any, where: str) -> bool:
        if isinstance(raw, bool):
            return raw
        if self.policy.tolerance.string_booleans and isinstance(raw, str) and raw.lower() in ("true", "false"):
            self.met.add("string_booleans")
            return raw.lower() == "true"
        raise InvalidValue(f"{where} must be true or false")

    def _text(self, attribute: Attribute, raw: Any, where: str) -> str:
        if not isinstance(raw, str):
            raise InvalidValue(f"{where} must be a string")
        if len(raw) > attribute.max_length:
            raise InvalidValue(f"{where} is longer than {attribute.max_length} characters")
        if not storable(raw):
            raise InvalidValue(f"{where} holds a character that is not allowed")
        return raw

    def _date_time(self, attribute: Attribute, raw: Any, where: str) -> str:
        text = self._text(attribute, raw, where)
        try:
            instant(text)
        except ValueError:
            raise InvalidValue(f"{where} must be a dateTime such as 2026-01-31T09:00:00Z") from None
        return text

    def _binary(self, attribute: Attribute, raw: Any, where: str) -> str:
        text = self._text(attribute, raw, where)
        try:
            base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise InvalidValue(f"{where} must be base64") from None
        return text

    def _number(self, raw: Any) -> Any:
        if self.policy.tolerance.string_numbers and isinstance(raw, str):
            number = written_number(raw)
            if number is not None:
                self.met.add("string_numbers")
                return number
        return raw

    def _integer(self, _: Attribute, raw: Any, where: str) -> int:
        raw = self._number(raw)
        if isinstance(raw, bool) or not isinstance(raw, int) or not -(2**63) <= raw < 2**63:
            raise InvalidValue(f"{where} must be an integer")
        return raw

    def _decimal(self, _: Attribute, raw: Any, where: str) -> float:
        try:
            return as_number("decimal", self._number(raw))
        except (ValueError, OverflowError):
            raise InvalidValue(f"{where} must be a number") from None


_CHECKS: Mapping[str, Callable[[Normaliser, Attribute, Any, str], Any]] = {
    "string": Normaliser._text,
    "reference": Normaliser._text,
    "boolean": Normaliser._boolean,
    "dateTime": Normaliser._date_time,
    "binary": Normaliser._binary,
    "integer": Normaliser._integer,
    "decimal": Normaliser._decimal,
}


def says_more(attribute: Attribute, raw: Mapping[str, Any]) -> bool:
    """Tell whether a complex value has parts that its attribute does not know, or that are not a client's to say."""
    parts = (attribute.sub(key) for key, part in raw.items() if part not in (None, "", [], {}))
    return any(part is None or part.mutability == "readOnly" for part in parts)


def _unpack(element: dict[str, Any]) -> dict[str, Any]:
    """Read a role whose ``value`` is a JSON object: its value, and its displayName as ``display``."""
    text = element.get("value")
    if not isinstance(text, str) or not text.startswith("{"):
        return element
    try:
        inner = parse_json(text)
    except (ValueError, TooDeep):
        return element
    value, display = inner.get("value"), inner.get("displayName")
    if not isinstance(value, str) or not value or not storable(value):
        return element
    unpacked = element | {"value": value}
    if isinstance(display, str) and display and storable(display):
        unpacked.setdefault("display", display)
    return unpacked
