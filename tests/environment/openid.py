"""A small OpenID provider, which also does what none should do."""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class FakeProvider:
    """Signs in whoever it is told, as the client ``sbe`` with the secret ``sbe-secret``.

    ``tls`` are the files of a certificate and its key.
    """

    def __init__(self, tls: tuple[Path, Path] | None = None) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        #: What the next tokens say otherwise.
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.signing_key: Any = self.key
        #: What the token endpoint answers instead of tokens.
        self.refusal: tuple[int, dict[str, str]] | None = None
        self.requests: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(200, provider._get(self.path))

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
                self._answer(*provider._token(form, self.headers.get("Authorization", "")))

            def _answer(self, status: int, body: dict[str, Any]) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.issuer = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}/realms/staff"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def approve(self, location: str, subject: str, sid: str = "sid-1") -> str:
        """Sign somebody in who was sent here; returns where the browser is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert location.startswith(f"{self.issuer}/auth?")
        assert (asked["client_id"], asked["response_type"], asked["scope"]) == ("sbe", "code", "openid")
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = {**asked, "sub": subject, "sid": sid}
        return f"{asked['redirect_uri']}?state={asked['state']}&code={code}&iss={self.issuer}"

    def sign(self, **claims: Any) -> str:
        """A token; a claim that is ``None`` is left out."""
        now = int(time.time())
        said = {"iss": self.issuer, "aud": "sbe", "iat": now, "exp": now + 300, **claims, **self.claims}
        header = {"kid": "one", **self.header}
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, self.signing_key, algorithm=header.pop("alg", "RS256"), headers=header)

    def logout_token(self, **claims: Any) -> str:
        """What is posted where a session ended."""
        return self.sign(events={LOGOUT_EVENT: {}}, jti=str(time.time_ns()), **claims)

    def _get(self, path: str) -> dict[str, Any]:
        if path.endswith("/.well-known/openid-configuration"):
            names = ("authorization_endpoint", "token_endpoint", "end_session_endpoint", "jwks_uri")
            addresses = zip(names, ("auth", "token", "logout", "certs"), strict=True)
            return {"issuer": self.issuer} | {name: f"{self.issuer}/{last}" for name, last in addresses}
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        self.requests.append(form)
        if authorization != "Basic " + base64.b64encode(b"sbe:sbe-secret").decode():
            return 401, {"error": "invalid_client"}
        if self.refusal is not None:
            return self.refusal
        if form["grant_type"] == "refresh_token":
            return 200, self._given(json.loads(form["refresh_token"]))
        asked = self._codes.pop(form["code"], None)
        if asked is None or asked["redirect_uri"] != form["redirect_uri"] or not _fits(asked, form["code_verifier"]):
            return 400, {"error": "invalid_grant"}
        return 200, self._given(asked)

    def _given(self, asked: dict[str, str]) -> dict[str, Any]:
        said = {name: asked.get(name) for name in ("sub", "sid", "nonce")}
        return {
            "access_token": "access",
            "token_type": "Bearer",
            "expires_in": 300,
            "refresh_token": json.dumps({"sub": asked["sub"], "sid": asked["sid"]}),
            "id_token": self.sign(**said),
        }


def _fits(asked: dict[str, str], verifier: str) -> bool:
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return asked["code_challenge"] == digest
