"""Bulk requests (RFC 7644 §3.7): their operations, each understood or refused by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from sbe_scim.protocol.errors import InvalidSyntax, InvalidValue, NotFound, PayloadTooLarge, ScimError
from sbe_scim.protocol.messages import members_by_name, read_message
from sbe_scim.protocol.policy import Policy
from sbe_scim.protocol.references import PREFIX, Reference, find_references
from sbe_scim.protocol.schema.registry import Registry, ResourceType

BULK_REQUEST_URN = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
BULK_RESPONSE_URN = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"

_METHODS = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(eq=False, slots=True)
class BulkOperation:
    """One operation: ``number`` counts from 1, ``size`` is how many values its ``data`` has.

    ``refusal`` says what is wrong with it; then what could not be read is ``None`` or empty.
    """

    number: int
    method: str | None = None
    bulk_id: str | None = None
    type: ResourceType | None = None
    id: str | None = None
    version: str | None = None
    data: Any = None
    size: int = 0
    references: Sequence[Reference] = ()
    refusal: ScimError | None = None

    @property
    def creates(self) -> bool:
        """It makes a resource, to which others may refer by its ``bulkId``."""
        return self.method == "POST"

    def names(self) -> Iterator[str]:
        """Every ``bulkId`` that it refers to, in its path or in its data."""
        if self.id is not None and self.id.startswith(PREFIX):
            yield self.id.removeprefix(PREFIX)
        for reference in self.references:
            yield from reference.names()

    def fill(self, ids: Mapping[str, str]) -> Any:
        """Return ``data`` with these ids in place of each ``bulkId``; may be done again, with others."""
        for reference in self.references:
            reference.fill(ids)
        return self.data

    def target_id(self, ids: Mapping[str, str]) -> str | None:
        """The id of the resource that its path names, ``None`` for a create and where it is not known."""
        if self.id is None or not self.id.startswith(PREFIX):
            return self.id
        return ids.get(self.id.removeprefix(PREFIX))


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """All operations in the order of the request, which ends early after ``fail_on_errors`` refusals, if given."""

    operations: Sequence[BulkOperation]
    fail_on_errors: int | None


def parse_bulk(body: object, registry: Registry, policy: Policy, most: int) -> BulkRequest:
    """Read a BulkRequest of at most ``most`` operations; its references are filled in later, in place.

    Raise ``InvalidSyntax``, ``InvalidValue`` or ``PayloadTooLarge`` for the whole; what is wrong with one operation is
    its ``refusal``.
    """
    message = read_message(body, BULK_REQUEST_URN, may_be_unnamed=policy.tolerance.incomplete_schemas)
    operations, errors = message.get("operations"), message.get("failonerrors")
    if not isinstance(operations, list) or not operations:
        raise InvalidSyntax("Operations must be a list of at least one operation")
    if len(operations) > most:
        raise PayloadTooLarge(f"Operations has more operations than maxOperations ({most})")
    if errors is not None and (type(errors) is not int or errors < 0):
        raise InvalidValue("failOnErrors must be an integer of 0 or more")
    reader = _Reader(registry, policy)
    # Clients whose setting is a number write 0 for no limit.
    return BulkRequest([reader.read(number, raw) for number, raw in enumerate(operations, start=1)], errors or None)


def makers(operations: Sequence[BulkOperation]) -> dict[str, BulkOperation]:
    """Return the operations that others can refer to, by ``bulkId``."""
    found: dict[str, BulkOperation] = {}
    for operation in operations:
        if operation.creates and operation.bulk_id is not None:
            found.setdefault(operation.bulk_id, operation)
    return found


def _segments(path: str) -> tuple[str, str]:
    """Endpoint and id of a path, read as the target of a request is: whatever else it has asks for no other resource.

    A ``bulkId`` may have anything in it, a slash too.
    """
    endpoint, _, rest = path.lstrip("/").partition("/")
    rest = rest.lstrip("/")
    if not rest.startswith(PREFIX):
        rest = unquote(rest.partition("?")[0]).rstrip("/")
    return endpoint.partition("?")[0], rest


class _Reader:
    def __init__(self, registry: Registry, policy: Policy) -> None:
        self._registry = registry
        self._policy = policy
        self._taken: set[str] = set()

    def read(self, number: int, raw: object) -> BulkOperation:
        operation = BulkOperation(number)
        try:
            self._fill(operation, members_by_name(raw, "the operation"))
        except ScimError as refusal:
            operation.refusal = refusal
        return operation

    def _fill(self, operation: BulkOperation, members: Mapping[str, Any]) -> None:
        method, version = members.get("method"), members.get("version")
        if isinstance(method, str) and self._policy.tolerance.any_case_operations:
            method = method.upper()
        if method not in _METHODS:
            raise InvalidSyntax(f"method must be {', '.join(_METHODS[:-1])} or {_METHODS[-1]}")
        operation.method = method
        self._name(operation, members.get("bulkid"))
        self._aim(operation, members.get("path"))
        if not isinstance(version, str | None):
            raise InvalidValue("version must be a string")
        operation.version = version
        if method == "DELETE":
            return
        operation.data = members.get("data")
        if not isinstance(operation.data, dict):
            raise InvalidSyntax(f"{method} needs data, a JSON object")
        operation.references, operation.size = find_references(operation.data)

    def _name(self, operation: BulkOperation, bulk_id: object) -> None:
        if isinstance(bulk_id, str) and bulk_id:
            operation.bulk_id = bulk_id
            if operation.creates and bulk_id in self._taken:
                raise InvalidValue("another operation has this bulkId")
            self._taken |= {bulk_id} if operation.creates else set()
        elif bulk_id is not None:
            raise InvalidValue("bulkId must be a string that is not empty")
        elif operation.creates:
            raise InvalidSyntax("POST needs a bulkId")

    def _aim(self, operation: BulkOperation, path: object) -> None:
        if not isinstance(path, str):
            raise InvalidSyntax("path must be a string")
        endpoint, rest = _segments(path)
        try:
            operation.type = self._registry.by_endpoint(endpoint)
        except KeyError:
            raise NotFound("there is nothing at this path") from None
        if operation.creates:
            if rest:
                raise InvalidSyntax("the path of a POST names a type of resources, not one of them")
        elif not rest:
            raise InvalidSyntax(f"the path of a {operation.method} must name a resource")
        operation.id = rest or None
