"""A receiver as a process, and what one of its sources sends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.conformance.wire import Wire
from tests.environment.receiver import ReceiverProcess


class Served:
    """A receiver behind sockets, and what a source sends it."""

    def __init__(self, process: ReceiverProcess) -> None:
        self.process = process
        process.command("source", "add", "staff")
        self.client = process.client("staff")
        self.token = f"Authorization: {self.client.headers['authorization']}"

    def wire(self) -> Wire:
        """A new connection."""
        return Wire(self.process.port)


def serve(folder: Path, **environment: str) -> Iterator[Served]:
    """Run one with these variables; the body of a fixture."""
    process = ReceiverProcess(
        f"sqlite:///{folder}/receiver.db", host="127.0.0.1", log=folder / "log", environment=environment
    )
    process.start()
    served = Served(process)
    yield served
    served.client.close()
    process.stop()
