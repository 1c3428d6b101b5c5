"""Realms that share a server: some whose receiver is well, beside dead, hostile and very large ones."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.environment.admin import Admin
from tests.environment.chain import Chain
from tests.environment.keycloak.base import Keycloak
from tests.environment.people import people_in
from tests.environment.ports import free_ports
from tests.environment.proxy import HangingReceiver
from tests.environment.receiver import SCIM_PATH, ReceiverProcess


class HostileReceiver:
    """Answers every request, on every address, with some megabytes that are a gigabyte to who reads them as objects."""

    def __init__(self) -> None:
        self.answered = 0
        flood = b'{"Resources":[' + b"{}," * 4_000_000 + b"{}]}"
        hostile = self

        class Handler(BaseHTTPRequestHandler):
            def _flood(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                hostile.answered += 1
                self.send_response(200)
                self.send_header("Content-Type", "application/scim+json")
                self.send_header("Content-Length", str(len(flood)))
                self.end_headers()
                try:
                    self.wfile.write(flood)
                except ConnectionError:
                    self.close_connection = True

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _flood

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class Founder:
    """Makes realms quickly: most of what a realm costs is its keys, and these have one in common."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        encoding = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._key = key.private_bytes(*encoding).decode()

    def found(self, name: str) -> str:
        """Create a realm; its name."""
        self._admin.request("POST", "", json={"realm": name, "enabled": True, "privateKey": self._key})
        return name


@dataclass
class Well:
    """A realm whose receiver is well, and its one person."""

    chain: Chain
    person: str

    def change(self, name: str) -> None:
        """Give the person this last name and wait until the receiver has it."""
        self.chain.admin.update_user(self.chain.realm, self.person, lastName=name)
        self.chain.see_user(self.chain.realm, lambda user: user.get("name", {}).get("familyName") == name)


def well(chain: Chain) -> Well:
    """Enable a realm that its receiver knows, with one person; a user name is one person's at a receiver."""
    person = chain.admin.create_user(chain.realm, username=chain.realm)
    chain.enable()
    chain.see_user(chain.realm)
    return Well(chain, person)


@dataclass
class Trouble:
    """Realms that take what they can get."""

    large: Chain
    hanging: HangingReceiver
    hostile: HostileReceiver

    def arrived(self) -> int:
        """How many people of the large realm the receiver has."""
        answer = self.large.scim.get("/Users", params={"count": "0"}).raise_for_status()
        return int(answer.json()["totalResults"])


@contextmanager
def trouble(
    keycloak: Keycloak,
    receiver: ReceiverProcess,
    *,
    dead: Sequence[str],
    hostile: Sequence[str],
    large: str,
    people: int,
) -> Iterator[Trouble]:
    """Enable these realms, which are empty: on PostgreSQL, with the JAR that makes faults.

    Every second of the ``dead`` has a receiver that takes connections and never answers, the others have none;
    ``large`` begins a first sync of so many people.
    """
    admin = Admin(keycloak)
    with ExitStack() as stack:
        hanging, flooding = HangingReceiver(), HostileReceiver()
        stack.callback(hanging.close)
        stack.callback(flooding.close)
        (nobody,) = free_ports(1)
        ports = {name: hanging.port if number % 2 else nobody for number, name in enumerate(dead)}
        for name, port in (ports | dict.fromkeys(hostile, flooding.port)).items():
            admin.create_user(name, username="seule")
            admin.enable_scim(name, f"http://{keycloak.receiver_host}:{port}{SCIM_PATH}")
        people_in(admin, large, admin.create_group(large, "Tous"), people, postgres=True)
        receiver.add_realm(keycloak, large)
        chain = Chain(keycloak, receiver, admin, large, receiver.client(large))
        chain.enable()
        yield Trouble(chain, hanging, flooding)
