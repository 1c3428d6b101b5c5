"""The broker that takes what Abilian SBE's workers have to index. Import it only once Abilian SBE is started."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass

#: With this variable Abilian SBE asks no broker.
_AT_ONCE = "TESTING_DIRECT_FUNCTION_CALL"
#: Abilian SBE's one queue.
_QUEUE = "default"
#: For one answer, in seconds.
_PATIENCE = 2.0
#: A worker that runs takes the next task within a second; so many later, none does, or too few do.
BEHIND = 60.0


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for a worker: how many tasks, and the oldest of them for how many seconds."""

    waiting: int
    oldest: float

    @property
    def is_behind(self) -> bool:
        """Whether workers do not follow, or are not there."""
        return self.oldest > BEHIND


class BrokerAwayError(Exception):
    """Redis does not answer; the text is the kind of error, without its address."""


def look() -> Queue | None:
    """Ask Redis; ``None`` where none is used and what is written is indexed at once.

    Raises :class:`BrokerAwayError`.
    """
    from abilian.core.dramatiq.singleton import dramatiq
    from dramatiq.brokers.redis import RedisBroker  # type: ignore[import-not-found, unused-ignore]

    broker = dramatiq.broker
    if os.environ.get(_AT_ONCE) or not isinstance(broker, RedisBroker):
        return None
    import redis  # type: ignore[import-not-found, unused-ignore]

    options = {**broker.client.connection_pool.connection_kwargs}
    options |= {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE}
    options.pop("parser_class", None)
    name = f"{broker.namespace}:{_QUEUE}"
    try:
        with redis.Redis(connection_pool=redis.ConnectionPool(**options)) as client:
            waiting = int(client.llen(name))
            first = client.lindex(name, 0)
            message = client.hget(f"{name}.msgs", first) if first else None
    except redis.RedisError as error:
        raise BrokerAwayError(type(error).__name__) from None
    return Queue(waiting, _age(message))


def _age(message: bytes | None) -> float:
    # None: nothing waits, or a worker has just taken it.
    return 0.0 if message is None else max(0.0, time.time() - json.loads(message)["message_timestamp"] / 1000)
