"""What the HTTP server lets its clients do: sizes, numbers and times, each set on purpose."""

from __future__ import annotations

import socket

from hypercorn.config import Config

from sbe_scim.config import Settings
from sbe_scim.http.heads import LARGEST_HEAD

#: A connection without a request is closed after so long, and so is one whose request's head has not come by then, in
#: seconds. The connector opens another.
IDLE = 5.0
#: A connection on which nothing comes for so many times the wait for a body is closed. A client is silent while it
#: waits for its answer, so this is far above what any answer takes.
SILENT = 6
#: Requests of one connection; the answer to the last closes it, so that load spreads over new processes.
MOST_REQUESTS = 1_000
#: Requests under way on one connection of HTTP/2.
MOST_STREAMS = 100
#: Bytes of a frame of HTTP/2 (the least that RFC 9113 §4.2 allows).
LARGEST_FRAME = 16_384
#: Pieces of a body, of 64 KB each, that wait for the application: one, and the word that the connection has ended.
WAITING_PIECES = 2


def server_config(settings: Settings, listener: int) -> Config:
    """Return the server's settings; ``listener`` is the descriptor of the socket that it takes connections from."""
    config = Config()
    config.bind = [f"fd://{listener}"]
    config.workers = settings.workers
    config.accesslog = None
    config.include_server_header = False
    config.loglevel = "WARNING"
    config.h11_max_incomplete_size = LARGEST_HEAD
    config.h2_max_header_list_size = LARGEST_HEAD
    config.h2_max_concurrent_streams = MOST_STREAMS
    config.h2_max_inbound_frame_size = LARGEST_FRAME
    config.keep_alive_timeout = IDLE
    config.keep_alive_max_requests = MOST_REQUESTS
    config.read_timeout = SILENT * settings.body_timeout
    config.max_app_queue_size = WAITING_PIECES
    return config


def listen(settings: Settings) -> int:
    """Open the socket that connections are taken from; return its descriptor. Raises :class:`OSError`."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.create_server((settings.host, settings.port), family=family)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # A client that is there and takes nothing of its answer: only the system can end that. What is accepted
        # inherits it; in milliseconds.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * settings.body_timeout)
    return listener.detach()
