"""One PATCH operation on a document: add, remove and replace of RFC 7644 §3.5.2.1 to §3.5.2.3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sbe_scim.protocol.errors import InvalidSyntax, InvalidValue, NoTarget
from sbe_scim.protocol.filter.match import comparable, matches_element
from sbe_scim.protocol.filter.tree import And, Comparison, Filter
from sbe_scim.protocol.loss import goes_from, loss
from sbe_scim.protocol.normaliser import MAX_VALUES, Normaliser, says_more
from sbe_scim.protocol.patch.effort import Effort, size
from sbe_scim.protocol.patch.path import PatchPath
from sbe_scim.protocol.schema.attributes import Attribute

Element = dict[str, Any]


class PatchEditor:
    """Changes ``document``, a canonical document of its own, in place."""

    def __init__(self, document: dict[str, Any], normaliser: Normaliser, effort: Effort) -> None:
        self._document = document
        self._normaliser = normaliser
        self._policy = normaliser.policy
        self._effort = effort

    def apply(self, op: str, target: PatchPath, value: Any) -> None:
        """Apply one operation; ``value`` is ``None`` when it has none."""
        schema, attribute = target.path.schema, target.path.attribute
        holder = self._document if schema is None else self._document.setdefault(schema, {})
        if op == "remove" and value is not None and not self._policy.tolerance.remove_values:
            raise InvalidSyntax("remove takes no value; select by a filter in the path")
        if op == "remove" and value is not None:
            self._normaliser.met.add("remove_values")
        if not attribute.multi_valued:
            result = self._singular(op, target, value, holder.get(attribute.name))
        else:
            elements = holder.get(attribute.name, [])
            primary = self._primary(attribute, elements)
            result = self._plural(op, target, value, elements)
            if len(result) > MAX_VALUES:
                raise InvalidValue(f"{attribute.name} would have more than {MAX_VALUES} values")
            _settle_primary(attribute, primary, self._primary(attribute, result))
        if result in (None, {}, []):
            holder.pop(attribute.name, None)
        else:
            holder[attribute.name] = result
        if schema is not None and not holder:
            del self._document[schema]

    def _primary(self, attribute: Attribute, elements: list[Any]) -> list[Element]:
        """The primary values; one that is hollow, and may stay so, takes nothing from another."""
        return [
            element
            for element in elements
            if isinstance(element, dict)
            and element.get("primary") is True
            and not self._normaliser.is_hollow(attribute, element)
        ]

    def _singular(self, op: str, target: PatchPath, value: Any, present: Any) -> Any:
        attribute = target.path.attribute
        if target.filter is not None and not (present and matches_element(target.filter, present)):
            if op == "remove":
                return present
            raise NoTarget(f"the value of {attribute.name} does not match the filter")
        if target.sub is not None:
            return self._with_part(op, target, value, present or {})
        if op == "remove":
            return None
        given = self._normaliser.single(attribute, value, str(target.path))
        if attribute.type != "complex" or not isinstance(value, Mapping):
            return given
        whole = op == "replace" and self._policy.meaning.replace == "whole"
        was_there = bool(present)
        merged = _merged(attribute, {} if whole else present or {}, value, given)
        if was_there and not merged and says_more(attribute, value):
            raise loss(str(target.path))
        return merged

    def _plural(self, op: str, target: PatchPath, value: Any, elements: list[Any]) -> list[Any]:
        if target.filter is not None:
            return self._selected(op, target, value, elements)
        if target.sub is not None:
            if op != "remove" and not elements:
                elements = [{}]
            self._effort.spend(len(elements))
            changed = [element for each in elements if (element := self._with_part(op, target, value, each))]
            return _of_one_primary(target, changed)
        if op == "remove":
            return [] if value is None else self._without_listed(target, value, elements)
        if self._normaliser.clears(target.path.attribute, value):
            value = None
        given = self._read_list(target, value)
        if op == "replace":
            sent = len(value) if isinstance(value, list) else 0 if value is None else 1
            if len(given) < sent:
                self._effort.spend(len(elements) * len(given))
                if goes_from(target.path.attribute, elements, given):
                    raise loss(str(target.path))
            return given
        self._effort.spend((len(elements) + len(given)) * len(given))
        return _joined(target.path.attribute, elements, given)

    def _selected(self, op: str, target: PatchPath, value: Any, elements: list[Any]) -> list[Any]:
        assert target.filter is not None  # noqa: S101 - told to the type checker; the caller has looked
        self._effort.spend(len(elements) * size(target.filter))
        chosen = [matches_element(target.filter, element) for element in elements]
        if op == "remove" and target.sub is None:
            return [element for element, hit in zip(elements, chosen, strict=True) if not hit]
        if not any(chosen):
            return elements if op == "remove" else self._with_new(op, target, value, elements)
        changed = [
            self._with_element(op, target, value, element) if hit else element
            for element, hit in zip(elements, chosen, strict=True)
        ]
        _of_one_primary(target, [element for element, hit in zip(changed, chosen, strict=True) if hit])
        return [element for element in changed if element]

    def _with_new(self, op: str, target: PatchPath, value: Any, elements: list[Any]) -> list[Any]:
        """Entra ID adds to, and replaces, elements that are not there yet (RFC 7644 erratum 8097, held)."""
        description = _described(target.filter) if self._policy.tolerance.create_unmatched else None
        if description is None:
            raise NoTarget(f"no value of {target.path} matches the filter")
        self._normaliser.met.add("create_unmatched")
        # A filter may compare with what could not be kept: too long a text, or one that is no base64.
        described = self._normaliser.single(target.path.attribute, description, str(target.path)) or {}
        created = self._with_element("add", target, value, dict(described))
        nothing = created == described if target.sub else self._normaliser.is_hollow(target.path.attribute, created)
        return elements if nothing else [*elements, created]

    def _with_element(self, op: str, target: PatchPath, value: Any, element: Element) -> Element:
        if target.sub is not None:
            return self._with_part(op, target, value, element)
        if not isinstance(value, Mapping):
            raise InvalidValue("the value must be an object, or the path must name a sub-attribute")
        attribute = target.path.attribute
        was_hollow = self._normaliser.is_hollow(attribute, element)
        given = self._normaliser.single(attribute, value, str(target.path))
        changed = given or {} if op == "replace" else _merged(attribute, element, value, given)
        if not was_hollow and self._normaliser.is_hollow(attribute, changed):
            raise loss(str(target.path))
        return changed

    def _with_part(self, op: str, target: PatchPath, value: Any, element: Element) -> Element:
        sub = target.sub
        assert sub is not None  # noqa: S101 - told to the type checker; the callers have looked
        if sub.name == "value" and self._normaliser.means_none(target.path.attribute, value):
            value = None
        part = None if op == "remove" else self._normaliser.value(sub, value, f"{target.path}.{sub.name}")
        if part is None:
            element.pop(sub.name, None)
        else:
            element[sub.name] = part
        return element

    def _read_list(self, target: PatchPath, value: Any) -> list[Any]:
        listed = value if isinstance(value, list | None) else [value]
        return self._normaliser.value(target.path.attribute, listed, str(target.path)) or []

    def _without_listed(self, target: PatchPath, value: Any, elements: list[Any]) -> list[Any]:
        attribute, unwanted = target.path.attribute, self._read_list(target, value)
        self._effort.spend(len(elements) * len(unwanted))
        wanted = [(other, _value(attribute, other)) for other in unwanted]
        present = [(element, _value(attribute, element)) for element in elements]
        return [element for element, value in present if not any(_same(element, value, *pair) for pair in wanted)]


def _merged(attribute: Attribute, present: Element, raw: Mapping[str, Any], given: Element | None) -> Element:
    """Put the sub-attributes that ``raw`` lists over those present; one that it unassigns goes."""
    for key in raw:
        sub = attribute.sub(key)
        if sub is not None and sub.mutability == "readWrite":
            present.pop(sub.name, None)
    present.update(given or {})
    return present


def _joined(attribute: Attribute, elements: list[Any], given: list[Any]) -> list[Any]:
    joined, values = list(elements), [_value(attribute, element) for element in elements]
    for new in given:
        value = _value(attribute, new)
        pairs = zip(joined, values, strict=True)
        same = next((element for element, present in pairs if _same(element, present, new, value)), None)
        if same is None:
            joined.append(new)
            values.append(value)
        elif isinstance(same, dict):
            same.update((key, part) for key, part in new.items() if key != "value")
    return joined


def _value(attribute: Attribute, element: Any) -> Any:
    """The form in which the ``value`` of an element compares, ``None`` where it has none."""
    value = element.get("value") if isinstance(element, dict) else None
    return None if value is None else comparable(attribute.index["value"], value)


def _same(element: Any, value: Any, other: Any, wanted: Any) -> bool:
    """Two elements are one when ``value`` and ``type`` agree (RFC 7643 §2.4), else when they are equal."""
    if wanted is None:
        return bool(element == other)
    kind = element.get("type")
    return bool(value == wanted and other.get("type", kind) == kind)


def _settle_primary(attribute: Attribute, before: list[Element], primary: list[Element]) -> None:
    """A value that becomes primary takes this from the one that was (RFC 7644 §3.5.2)."""
    if len(primary) < 2:
        return
    fresh = [element for element in primary if not any(element is old for old in before)]
    if len(fresh) != 1:
        raise _too_many_primary(attribute)
    for element in primary:
        if element is not fresh[0]:
            element["primary"] = False


def _of_one_primary(target: PatchPath, changed: list[Any]) -> list[Any]:
    """Return what one operation has changed; it cannot say of several that each is the primary one."""
    if sum(isinstance(element, dict) and element.get("primary") is True for element in changed) > 1:
        raise _too_many_primary(target.path.attribute)
    return changed


def _too_many_primary(attribute: Attribute) -> InvalidValue:
    return InvalidValue(f"{attribute.name} has more than one primary value")


def _described(filter: Filter | None) -> Element | None:
    """Return the element that a filter of ``eq`` and ``and`` describes, else ``None``."""
    element: Element = {}
    for term in filter.terms if isinstance(filter, And) else (filter,):
        if not isinstance(term, Comparison):
            return None
        # What is not true is false, and is how filters say that an element is not the primary one.
        value = False if term.operator == "ne" and term.value is True else term.value
        if term.operator != "eq" and value is not False:
            return None
        if element.setdefault(term.path.leaf.name, value) != value:
            return None
    return element
