"""An issuer of tokens with a real key pair, and its keys on a local HTTP server."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

AUDIENCE = "https://scim.example.org/scim/v2"


@cache
def private_key(kid: str) -> Any:
    """The key called ``kid``; its name may start with another kind of key than RSA of 2,048 bits."""
    for kind, make in _KINDS.items():
        if kid.startswith(kind):
            return make()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


_KINDS: dict[str, Callable[[], Any]] = {
    "ec384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ec521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "ec256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ed": ed25519.Ed25519PrivateKey.generate,
    "rsa1024": lambda: rsa.generate_private_key(public_exponent=65537, key_size=1024),
    "rsa2047": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2047),
}
_ALGORITHMS = {"ec384": "ES384", "ec521": "ES512", "ec256k1": "ES256K", "ec": "ES256", "ed": "EdDSA"}


def _usual_algorithm(kid: str) -> str:
    return next((algorithm for kind, algorithm in _ALGORITHMS.items() if kid.startswith(kind)), "RS256")


def public_jwk(kid: str, /, **more: Any) -> dict[str, Any]:
    """The public half as a JWK."""
    algorithm: Any = {"ec": ECAlgorithm, "ed": OKPAlgorithm}.get(kid[:2], RSAAlgorithm)
    jwk: dict[str, Any] = algorithm.to_jwk(private_key(kid).public_key(), as_dict=True)
    return jwk | {"kid": kid, "use": "sig"} | more


def _with_members(members: dict[str, Any], more: str) -> str:
    """Members as JSON text; those in ``more`` come after them and in their place."""
    named = json.loads("{" + more + "}", parse_int=str, parse_constant=str) if more else {}
    kept = json.dumps({name: value for name, value in members.items() if name not in named})
    return kept[:-1] + f", {more}" * bool(more) + "}"


class Issuer:
    """Serves its keys and metadata; counts how often it was asked."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.name = f"{self.base}/realms/staff"
        self.jwks_url = f"{self.name}/certs"
        self.keys = [public_jwk("k1")]
        self.metadata_issuer = self.name
        self.requests: list[str] = []
        self.broken = False
        #: Answers in the place of the usual documents.
        self.reply: Callable[[BaseHTTPRequestHandler], None] | None = None

    def claims(self) -> dict[str, Any]:
        """What the connector's tokens say."""
        now = int(time.time())
        return {
            "typ": "sbe-scim",
            "iss": self.name,
            "sub": "sbe-scim",
            "azp": "sbe-scim",
            "client_id": "sbe-scim",
            "aud": AUDIENCE,
            "scope": "scim",
            "iat": now,
            "exp": now + 300,
            "jti": str(time.monotonic_ns()),
        }

    def token(
        self, kid: str = "k1", headers: dict[str, Any] | None = None, algorithm: str | None = None, **claims: Any
    ) -> str:
        """A token as the connector mints it; a claim of ``None`` is left out."""
        payload = {name: value for name, value in (self.claims() | claims).items() if value is not None}
        wanted_headers = {"typ": "at+jwt", "kid": kid} | (headers or {})
        return jwt.encode(payload, private_key(kid), algorithm or _usual_algorithm(kid), headers=wanted_headers)

    def client_token(self, client: str = "web", **claims: Any) -> str:
        """An access token as a realm gives it to a client."""
        given = {"typ": "Bearer", "sub": "f3a1", "azp": client, "client_id": None, "preferred_username": "ann"}
        return self.token(headers={"typ": "JWT"}, **given | claims)

    def written(self, payload: str = "", header: str = "", *, kid: str = "k1") -> str:
        """A token signed by RS256 whose JSON has these members, as text, beside those that the others lack."""
        texts = ({"alg": "RS256", "typ": "at+jwt", "kid": kid}, self.claims())
        parts = [_with_members(members, more) for members, more in zip(texts, (header, payload), strict=True)]
        signed = b".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=") for part in parts)
        signature = RSAAlgorithm(RSAAlgorithm.SHA256).sign(signed, private_key(kid))
        return (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()

    def answer(self, path: str) -> Any:
        """The document at a path."""
        self.requests.append(path)
        if path.endswith("/certs"):
            return {"keys": self.keys}
        return {"issuer": self.metadata_issuer, "jwks_uri": self.jwks_url}


@contextmanager
def issuer() -> Iterator[Issuer]:
    """Run an issuer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if running.reply is not None:
                running.requests.append(self.path)
                running.reply(self)
                return
            body = json.dumps(running.answer(self.path)).encode()
            self.send_response(500 if running.broken else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Issuer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
