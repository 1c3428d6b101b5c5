"""PATCH (RFC 7644 §3.5.2): from the message to the document that it makes, all operations or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sbe_scim.protocol.dialect import policy as named_policy
from sbe_scim.protocol.document import Member, changed_paths, finish
from sbe_scim.protocol.errors import (
    InvalidPath,
    InvalidSyntax,
    InvalidValue,
    Mutability,
    NoTarget,
    ScimError,
    UnknownAttribute,
)
from sbe_scim.protocol.immutable import check_immutable
from sbe_scim.protocol.loss import check_said
from sbe_scim.protocol.messages import PATCH_OP_URN, members_by_name, read_message
from sbe_scim.protocol.naming import leads_to_names, unfolded
from sbe_scim.protocol.normaliser import NEVER_UNASSIGNED, Normaliser, printable
from sbe_scim.protocol.patch.editor import PatchEditor
from sbe_scim.protocol.patch.effort import Effort
from sbe_scim.protocol.patch.members import MemberChange, MemberEditor
from sbe_scim.protocol.patch.path import PatchPath, parse_patch_path
from sbe_scim.protocol.patch.wrapped import only_object, unwrapped
from sbe_scim.protocol.policy import Policy
from sbe_scim.protocol.schema.attributes import lowered
from sbe_scim.protocol.schema.registry import ResourceType

_OPS = frozenset({"add", "remove", "replace"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: ``number`` counts from 1, ``op`` is lower-case, ``has_value`` tells null from nothing."""

    number: int
    op: str
    path: str | None
    value: Any = None
    has_value: bool = False
    #: What of the policy it took to read it, by the names of its keys.
    features: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PatchResult:
    """``changed`` holds the paths that differ in the document, empty when none does; ``dropped`` what was not ours.

    ``members`` is ``None`` when nothing was asked of them; whether it changes anything only the store can tell.
    ``features`` names what of the policy was needed.
    """

    document: dict[str, Any]
    changed: tuple[str, ...]
    members: MemberChange | None
    dropped: tuple[str, ...]
    features: frozenset[str] = frozenset()


def parse_patch(body: object, policy: Policy | None = None) -> tuple[Operation, ...]:
    """Return the operations of a PatchOp message; raise ``InvalidSyntax`` or ``InvalidPath``."""
    policy = policy or named_policy()
    message = read_message(body, PATCH_OP_URN, may_be_unnamed=policy.tolerance.incomplete_schemas)
    operations = message.get("operations")
    if not isinstance(operations, list) or not (operations or policy.tolerance.empty_operations):
        raise InvalidSyntax("Operations must be a list of at least one operation")
    if len(operations) > policy.limits.operations:
        raise InvalidSyntax(f"Operations has more than {policy.limits.operations} operations")
    met = frozenset() if message.get("schemas") else frozenset({"incomplete_schemas"})
    return tuple(_operation(number, raw, policy, met) for number, raw in enumerate(operations, start=1))


def apply_patch(
    resource_type: ResourceType,
    document: Mapping[str, Any],
    operations: Iterable[Operation],
    policy: Policy,
    members: Callable[[], Iterable[Member]] = tuple,
) -> PatchResult:
    """Apply ``operations`` in their order to a canonical document, which stays as it is.

    ``members`` is called only when an operation depends on the present members. Raise a :class:`ScimError` whose detail
    begins with the number of the operation and its path; nothing is applied then.
    """
    patch = _Patch(resource_type, document, policy, members)
    for operation in operations:
        try:
            patch.apply(operation)
            patch.check()
        except ScimError as error:
            raise error.within(patch.where) from None
    return patch.result()


class _Patch:
    def __init__(
        self,
        resource_type: ResourceType,
        document: Mapping[str, Any],
        policy: Policy,
        members: Callable[[], Iterable[Member]],
    ) -> None:
        self._resource_type = resource_type
        self._policy = policy
        self._normaliser = Normaliser(policy)
        self._before = document
        self._document = _copy(document)
        effort = Effort()
        self._editor = PatchEditor(self._document, self._normaliser, effort)
        self._members = MemberEditor(resource_type, members, self._normaliser, effort)
        #: Names of the attributes that operations have named.
        self._said: set[str] = set()
        #: Which operation is at work, for errors.
        self.where = ""

    def result(self) -> PatchResult:
        document = finish(self._resource_type, self._document, self._normaliser)
        check_said(self._resource_type, self._normaliser.dropped, self._said)
        changed = changed_paths(self._resource_type, self._before, document)
        features = frozenset(self._normaliser.met)
        return PatchResult(document, changed, self._members.change(), self._normaliser.dropped, features)

    def check(self) -> None:
        """Refuse what an operation has done to an attribute that is set once."""
        if self._resource_type.immutable:
            check_immutable(self._resource_type, self._before, self._document)

    def apply(self, operation: Operation) -> None:
        self.where = f"operation {operation.number} ({operation.op})"
        if operation.op != "remove" and not operation.has_value and not self._describes(operation):
            raise InvalidValue("a value is required")
        self._normaliser.met.update(operation.features)
        if operation.path is not None:
            self._at_path(operation, operation.path, operation.value, named=True)
        elif operation.op == "remove":
            raise NoTarget("remove needs a path")
        elif not self._policy.tolerance.pathless:
            raise InvalidSyntax("a path is required")
        else:
            self._normaliser.met.add("pathless")
            self._at_keys(operation, operation.value, self._resource_type.index)

    def _at_keys(self, operation: Operation, value: Any, known: Mapping[str, Any], prefix: str = "") -> None:
        """Apply to each attribute that the value of an operation lists, as if each were an operation."""
        value = self._taken_out(value, only_object(value))
        if not isinstance(value, Mapping):
            raise InvalidValue("the value must be an object of attributes")
        if known is self._resource_type.index and self._policy.tolerance.path_keys:
            given, value = value, unfolded(self._resource_type, value)
            self._normaliser.met.update(["path_keys"] if value is not given else ())
        seen: set[PatchPath] = set()
        for key, part in value.items():
            # Blanks around a path do no harm; a key that has them is another name.
            if lowered(key) not in known and not (self._policy.tolerance.path_keys and key == key.strip()):
                self._normaliser.drop(prefix + printable(key))
                continue
            target = self._at_path(operation, prefix + key, part, named=False)
            if target is not None and known and lowered(key) not in known:
                self._normaliser.met.add("path_keys")
            if target in seen:
                raise InvalidSyntax("the attribute is given twice")
            seen.update([target] if target else ())

    def _at_path(self, operation: Operation, text: str, value: Any, *, named: bool) -> PatchPath | None:
        """Apply to what the path names, and return that; ``None`` where it is not ours."""
        if isinstance(value, Mapping) and leads_to_names(text, self._policy.naming):
            self._normaliser.met.add("naming")
            self._at_keys(operation, value, {}, prefix=f"{text}:")
            return None
        if isinstance(value, Mapping) and operation.op != "remove" and self._is_own_urn(text):
            self._at_keys(operation, {text.strip(): value}, self._resource_type.index)
            return None
        try:
            target = parse_patch_path(text, self._resource_type, self._policy, self._normaliser.met)
        except UnknownAttribute as error:
            self._normaliser.unknown_path(error)
            return None
        self.where = f"operation {operation.number} ({operation.op} {target.label})"
        self._said.add(target.path.attribute.name)
        extension = self._resource_type.extension_index.get(target.path.attribute.name)
        if extension is not None and value is not None and operation.op != "remove":
            self._at_keys(operation, value, extension.index, prefix=f"{extension.id}:")
        elif self._may_change(target, named):
            self._change(operation.op, target, self._taken_out(value, unwrapped(target, value)))
        return target

    def _describes(self, operation: Operation) -> bool:
        """Tell whether the path of an operation without value may say whom it adds, as OneLogin writes it."""
        path = lowered(operation.path or "")
        return operation.op == "add" and path.startswith("members[") and self._policy.tolerance.create_unmatched

    def _taken_out(self, value: Any, inner: Any) -> Any:
        """What a value was wrapped around, where that is tolerated."""
        if inner is value or not self._policy.tolerance.wrapped_values:
            return value
        self._normaliser.met.add("wrapped_values")
        return inner

    def _is_own_urn(self, text: str) -> bool:
        """Tell whether the path is the URN of the type, for an object of its attributes."""
        return self._policy.tolerance.path_keys and lowered(text.strip()) == lowered(self._resource_type.schema.id)

    def _may_change(self, target: PatchPath, named: bool) -> bool:
        """Tell whether the target is a client's to change: a path to what is not is refused, a mere key ignored."""
        attribute = target.path.attribute
        leaf = target.sub or attribute
        if attribute.name == "schemas" or attribute.mutability == "writeOnly":
            # The former follow from the attributes, the latter (password) is never kept.
            return False
        if "readOnly" not in (attribute.mutability, leaf.mutability):
            return True
        if named:
            raise Mutability("the attribute is readOnly")
        return False

    def _change(self, op: str, target: PatchPath, value: Any) -> None:
        attribute = target.path.attribute
        if attribute is self._resource_type.members:
            self._members.apply(op, target, value)
            return
        if op == "remove" and attribute.required:
            raise Mutability("the attribute is required")
        if op == "remove" and attribute.name in NEVER_UNASSIGNED:
            raise InvalidValue("the attribute cannot be unassigned; replace it by true or false")
        if attribute.name in self._resource_type.extension_index:
            self._document.pop(attribute.name, None)
            return
        self._editor.apply(op, target, value)
        if attribute.required and target.path.schema is None and attribute.name not in self._document:
            raise InvalidValue("the attribute is required")


def _operation(number: int, raw: object, policy: Policy, met: frozenset[str]) -> Operation:
    where = f"operation {number}"
    members = members_by_name(raw, where)
    op, path = members.get("op"), members.get("path")
    folded = op.lower() if isinstance(op, str) and policy.tolerance.any_case_operations else op
    if not isinstance(folded, str) or folded not in _OPS:
        raise InvalidSyntax(f"{where}: op must be add, remove or replace")
    if not isinstance(path, str | None):
        raise InvalidPath(f"{where}: path must be a string")
    met = met if folded == op else met | {"any_case_operations"}
    return Operation(number, folded, path, members.get("value"), "value" in members, met)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_copy(part) for part in value]
    return value
