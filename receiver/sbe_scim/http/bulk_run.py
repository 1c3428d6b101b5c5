"""The operations of one bulk, one after the other; what is created side by side shares a commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from sbe_scim.http.conditions import Conditions
from sbe_scim.http.middleware import internal_error, log_unexpected
from sbe_scim.http.threads import Threads
from sbe_scim.http.writer import MOST
from sbe_scim.journal import Arrival, Journal
from sbe_scim.protocol import (
    BulkOperation,
    BulkRequest,
    Circle,
    Held,
    InternalError,
    InvalidValue,
    NotFound,
    Projection,
    RateLimited,
    ResourceType,
    ScimError,
    Unavailable,
    Unresolved,
    in_order,
    is_circle,
    makers,
)
from sbe_scim.service import Call, Create, Outcome, Service, Target, entry

#: Data of more values, such as a group of some hundred members, is applied by itself.
LONG = 1_000

_KINDS = {"POST": "create", "PUT": "replace", "PATCH": "patch", "DELETE": "delete"}


class BulkRun:
    """Does the operations of ``bulk`` for ``call``, in parts; ``turn`` is held while a part is done.

    ``count`` counts one more request against the source's rate: an operation is one, and the first is the bulk's own.
    """

    def __init__(
        self,
        service: Service,
        journal: Journal,
        threads: Threads,
        turn: asyncio.Lock,
        call: Call,
        bulk: BulkRequest,
        count: Callable[[], Awaitable[None]],
    ) -> None:
        self._service = service
        self._journal = journal
        self._threads = threads
        self._turn = turn
        self._call = call
        self._bulk = bulk
        self._makers = makers(bulk.operations)
        self._done: dict[int, Outcome] = {}
        self._ids: dict[str, str] = {}
        self._refused = 0
        self._count = count
        self._counted = 0
        #: Why nothing more is tried: each operation would wait for as long as the one that found out, or would overtake
        #: the one that was above the rate.
        self._stopped: ScimError | None = None
        #: What is held of the whole, by number: whom each is about.
        self._held: Mapping[int, int] = {}

    async def all(self) -> list[tuple[BulkOperation, Outcome]]:
        """Return what became of each operation that was done or refused, in the order of the request."""
        if self._call.source.storm_limit is not None and any(not one.creates for one in self._bulk.operations):
            self._held = await self._threads.read(self._service.too_many, self._call, self._bulk.operations)
        part: list[Circle] = []
        for circle in in_order(self._bulk.operations):
            if part and not self._goes_with(part, circle):
                await self._do(part)
                part = []
            if self._left() > 0 and self._stopped is None and (limited := await self._above_rate(circle)) is not None:
                if part:
                    await self._do(part)
                    part = []
                self._stopped = limited
            if self._left() <= 0:
                break
            part.append(circle)
        if part:
            await self._do(part)
        return [(one, self._done[one.number]) for one in self._bulk.operations if one.number in self._done]

    def _left(self) -> float:
        """How many more may be refused."""
        most = self._bulk.fail_on_errors
        return float("inf") if most is None else most - self._refused

    async def _above_rate(self, circle: Circle) -> ScimError | None:
        """Count the operations of a circle, and return what one of them is refused for."""
        try:
            for _ in circle:
                if self._counted:
                    await self._count()
                self._counted += 1
        except (RateLimited, Unavailable) as refusal:
            return refusal
        return None

    def _goes_with(self, part: Sequence[Circle], circle: Circle) -> bool:
        """Tell whether it can be done together with ``part``: only short creates that say nothing of each other are.

        No more of them than may be refused, so that none is done behind the last that may be.
        """
        if len(part) >= min(MOST, self._left()):
            return False
        if not (_is_short_create(part[-1]) and _is_short_create(circle)):
            return False
        making = {one.bulk_id for others in part for one in others}
        return making.isdisjoint(circle[0].names())

    async def _do(self, part: Sequence[Circle]) -> None:
        async with self._turn:
            results = await asyncio.gather(*(self._outcomes(circle) for circle in part))
        for circle, outcomes in zip(part, results, strict=True):
            for operation, outcome in zip(circle, outcomes, strict=True):
                self._done[operation.number] = outcome
                if outcome.refusal is not None:
                    self._refused += 1
                elif operation.creates and operation.bulk_id is not None:
                    self._ids[operation.bulk_id] = str(outcome.id)

    async def _outcomes(self, circle: Circle) -> Sequence[Outcome]:
        """Do operations that are done at once, and return what became of each."""
        arrival = Arrival(self._call.arrival.request_id)
        call = Call(self._call.source, self._call.policy, arrival)
        if circle[0].number in self._held:
            return [await self._hold(call, circle[0])]
        refusals = [self._fault(operation, circle) for operation in circle]
        if not any(refusals):
            try:
                outcomes = await self._write(call, circle)
                self._heed(outcome.refusal for outcome in outcomes)
                return outcomes
            except ScimError as problem:
                self._heed([problem])
                refusals = [problem for _ in circle]
            except Exception as error:
                log_unexpected(error, arrival.request_id)
                refusals = [InternalError(internal_error(arrival.request_id)) for _ in circle]
        other = Unresolved("this refers to an operation that refers back to it, and that was refused")
        return [self._refuse(call, one, refusal or other) for one, refusal in zip(circle, refusals, strict=True)]

    async def _hold(self, call: Call, operation: BulkOperation) -> Outcome:
        held, kind = Held(self._held[operation.number]), _KINDS[str(operation.method)]
        return await self._threads.write(self._service.hold, call, _type(operation), kind, operation.id, held)

    def _heed(self, refusals: Iterable[ScimError | None]) -> None:
        """Give up where the database cannot do its work now; what has a reason concerns its operation alone."""
        for one in refusals:
            if isinstance(one, Unavailable) and one.reason is None:
                self._stopped = one

    def _fault(self, operation: BulkOperation, circle: Circle) -> ScimError | None:
        """Why an operation cannot even be tried."""
        if operation.refusal is not None:
            return operation.refusal
        if self._stopped is not None:
            return self._stopped
        needed = [self._makers.get(name) for name in operation.names()]
        if None in needed:
            return InvalidValue("no POST of this request has the bulkId that this refers to")
        if any(one is not None and one.bulk_id not in self._ids and one not in circle for one in needed):
            return Unresolved("this refers to an operation that was refused")
        target = operation.target_id(self._ids)
        if operation.creates or (target is not None and self._service.is_id(target)):
            return None
        return NotFound(f"no {_type(operation).name} has this id")

    async def _write(self, call: Call, circle: Circle) -> Sequence[Outcome]:
        """Have the service do it, which writes the journal; raises what it does not take for a refusal."""
        long = any(one.size > LONG for one in circle)
        if is_circle(circle):
            creates = [Create(str(one.bulk_id), self._target(one), one.fill) for one in circle]
            return await self._threads.write(self._service.create_circle, call, creates, self._ids, long=long)
        (operation,) = circle
        target = self._target(operation)
        if operation.method == "DELETE":
            # A group may end for a hundred thousand members at once.
            long = target.type.members is not None
            return [await self._threads.write(self._service.delete, call, target, long=long)]
        methods: dict[str, Callable[[Call, Target, Any], Outcome]] = {
            "POST": self._service.create,
            "PUT": self._service.replace,
            "PATCH": self._service.patch,
        }
        write = self._threads.write_with if _is_short_create(circle) else self._threads.write
        return [await write(methods[str(operation.method)], call, target, operation.fill(self._ids), long=long)]

    def _target(self, operation: BulkOperation) -> Target:
        kind, target = _type(operation), operation.target_id(self._ids)
        shown = Projection.parse(None, None, kind)
        if operation.version is None or operation.creates:
            return Target(kind, shown, target, silent=True)
        return Target(kind, shown, target, Conditions.of({"if-match": operation.version}).allow, silent=True)

    def _refuse(self, call: Call, operation: BulkOperation, refusal: ScimError) -> Outcome:
        """Refuse what the service has not seen, or has not answered for: its row is written within a second."""
        target = operation.target_id(self._ids)
        known = target if target is not None and self._service.is_id(target) else None
        outcome = Outcome(refusal.status, known, refusal=refusal)
        kind = _KINDS.get(str(operation.method), "bulk")
        if isinstance(refusal, RateLimited):
            # A source above its rate must not be able to fill the journal.
            self._journal.count(entry(kind, call, operation.type, outcome))
        else:
            created = operation.data if operation.creates else None
            self._journal.gather(entry(kind, call, operation.type, outcome, created))
        return outcome


def _type(operation: BulkOperation) -> ResourceType:
    assert operation.type is not None  # noqa: S101 - else it is refused
    return operation.type


def _is_short_create(circle: Circle) -> bool:
    return len(circle) == 1 and circle[0].creates and circle[0].size <= LONG and not is_circle(circle)
