"""``POST /Bulk`` (RFC 7644 §3.7): many operations in one request, each answered for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sbe_scim.auth import WRITE
from sbe_scim.config import Settings
from sbe_scim.http.bodies import BodyReader, parse_object
from sbe_scim.http.bulk_run import BulkRun
from sbe_scim.http.callers import Callers
from sbe_scim.http.middleware import current
from sbe_scim.http.responses import dropped, text_response
from sbe_scim.http.threads import Threads
from sbe_scim.journal import Journal
from sbe_scim.protocol import (
    BULK_RESPONSE_URN,
    BulkOperation,
    PayloadTooLarge,
    Registry,
    parse_bulk,
)
from sbe_scim.protocol.json_text import write_json
from sbe_scim.service import Outcome, Service
from sbe_scim.service.text import Text


class BulkEndpoint:
    """Reads bulk requests, has them done and answers them."""

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        service: Service,
        journal: Journal,
        callers: Callers,
        bodies: BodyReader,
        threads: Threads,
    ) -> None:
        self._most = settings.bulk_limit
        self._largest = settings.body_limit
        self._registry = registry
        self._service = service
        self._journal = journal
        self._callers = callers
        self._bodies = bodies
        self._threads = threads
        #: Bulks take turns, so that whoever sends one operation waits behind a part of one of them.
        self._turn = asyncio.Lock()

    async def endpoint(self, request: Request) -> Response:
        """Do all operations, as far as ``failOnErrors`` lets them be done."""
        known = current(request.scope)
        known.operation = "bulk"
        call = await self._callers.call(request, WRITE)
        try:
            body = await self._bodies.read(request)
        except PayloadTooLarge:
            raise PayloadTooLarge(f"the body is larger than maxPayloadSize ({self._largest} bytes)") from None
        bulk = parse_bulk(parse_object(body), self._registry, call.policy, self._most)
        count = partial(self._callers.count, call.source)
        run = BulkRun(self._service, self._journal, self._threads, self._turn, call, bulk, count)
        done = await run.all()
        refused = sum(outcome.refusal is not None for _, outcome in done)
        known.detail = f"{len(done)} of {len(bulk.operations)} operations, {refused} refused"
        lost = dict.fromkeys(name for _, outcome in done for name in outcome.dropped)
        return text_response(self._text(done), headers=dropped(list(lost)))

    def _text(self, done: list[tuple[BulkOperation, Outcome]]) -> Text:
        text = Text()
        text.write(f'{{"schemas":["{BULK_RESPONSE_URN}"],"Operations":[')
        for number, (operation, outcome) in enumerate(done):
            answer = write_json(self._answer(operation, outcome))
            text.write(f",{answer}" if number else answer)
        text.write("]}")
        return text

    def _answer(self, operation: BulkOperation, outcome: Outcome) -> Mapping[str, Any]:
        told: dict[str, Any] = {}
        if operation.method is not None:
            told["method"] = operation.method
        if operation.bulk_id is not None:
            told["bulkId"] = operation.bulk_id
        if operation.type is not None and outcome.id is not None:
            told["location"] = self._service.location(operation.type, outcome.id)
        told["status"] = str(outcome.status)
        if outcome.refusal is not None:
            told["response"] = outcome.refusal.to_message()
        elif operation.method != "DELETE":
            told["version"] = f'W/"{outcome.version}"'
        return told
