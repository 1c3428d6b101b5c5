"""A server as a child process: its own process group, its output in a file, gone when we are gone."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from tests.environment import reaper
from tests.environment.waiting import until


class ServerProcess:
    """One start of one command."""

    def __init__(self, command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        reaper.watch_group(self._process.pid)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def check(self) -> None:
        """Fail, with the end of the log, when the process has ended."""
        code = self._process.poll()
        if code is not None:
            raise RuntimeError(f"{self._process.args!r} ended with exit code {code}:\n{self.tail()}")

    def tail(self, lines: int = 40) -> str:
        """The last lines that it printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self, grace: float = 30) -> None:
        """SIGTERM, and SIGKILL to the whole group for what is left after ``grace`` seconds."""
        self.end(signal.SIGTERM, grace)

    def end(self, by: signal.Signals, grace: float = 30) -> None:
        """A signal, and SIGKILL to the whole group for what is left after ``grace`` seconds."""
        if self._process.poll() is None:
            self._process.send_signal(by)
            try:
                self._process.wait(grace)
            except subprocess.TimeoutExpired:
                self.kill()
                raise RuntimeError(f"did not stop within {grace:.0f} s of {by.name}:\n{self.tail()}") from None
        self.kill()

    def kill(self) -> None:
        """SIGKILL to the whole group: nothing gets a chance to tidy up."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        reaper.forget_group(self._process.pid)


class LocalServer:
    """A server of this machine that is stopped, killed and started again; its data stay."""

    def __init__(self, log: Path) -> None:
        """``log`` takes what it prints, over all its starts."""
        self._log = log
        self._process: ServerProcess | None = None

    def launch(
        self,
        command: Sequence[str],
        ready: Callable[[], bool],
        *,
        deadline: float,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start ``command`` and wait until it is ready; nothing runs where that fails."""
        self._process = process = ServerProcess(command, log=self._log, environment=environment)

        def is_ready() -> bool:
            process.check()
            return ready()

        try:
            until(is_ready, what=f"the start of {command[0]}", deadline=deadline, poll=0.05)
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """The id of the process that runs."""
        assert self._process is not None, "the server does not run"
        return self._process.pid

    def stop(self) -> None:
        """SIGTERM and wait."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def kill(self) -> None:
        """SIGKILL to it and what it started."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections meanwhile, and answers nothing."""
        group = self.pid
        os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    def log_text(self) -> str:
        """What it printed, over all its starts."""
        return self._log.read_text(errors="replace") if self._log.is_file() else ""


def answers(url: str) -> bool:
    """Tell whether a GET of ``url`` is answered with 200.

    Asked again and again while servers start; a client of httpx reads all authorities of the system each time.
    """
    address = urlsplit(url)
    with closing(HTTPConnection(address.netloc, timeout=10)) as connection:
        try:
            connection.request("GET", address.path)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
