"""Free TCP ports."""

from __future__ import annotations

import socket
from contextlib import ExitStack


def free_ports(count: int) -> tuple[int, ...]:
    """Ports nobody listens on, all different: they are held together until the last one is chosen."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("0.0.0.0", 0))) for _ in range(count)]
        return tuple(port.getsockname()[1] for port in held)
