"""Free TCP ports."""

from __future__ import annotations

import itertools
import random
import socket
from collections.abc import Iterator
from pathlib import Path

_LOWEST = 15_000
_HIGHEST = 32_000
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_ports(count: int) -> tuple[int, ...]:
    """Ports nobody listens on, all different, and never given twice by one process.

    A server that is started again listens on its port again. None of them is therefore one that the
    system itself gives out: an outgoing connection of anybody could have it meanwhile.
    """
    return tuple(itertools.islice(_PORTS, count))


def _candidates() -> Iterator[int]:
    first_given_out = int(_EPHEMERAL.read_text().split()[0]) if _EPHEMERAL.exists() else _HIGHEST
    # A system that gives out nearly all of them leaves no better ones.
    end = _HIGHEST if first_given_out < _LOWEST + 1_000 else min(_HIGHEST, first_given_out)
    ports = list(range(_LOWEST, end))
    # Several processes of one run choose at the same time.
    random.SystemRandom().shuffle(ports)
    return filter(_is_free, ports)


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("0.0.0.0", port)).close()
    except OSError:
        return False
    return True


_PORTS = _candidates()
