"""A small LTI platform on this machine: it checks every request as a real one does, and refuses in turn if told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
CLIENT = "client-7"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)  # fmt: skip


@dataclass
class MockPlatform:
    """What the platform knows, and what it was sent."""

    base: str = ""
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)  # for scores, before normal ones
    token_answers: list[tuple[int, str]] = field(default_factory=list)
    expires_in: int = 3600
    granted: str = SCOPE
    scores: list[dict] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    nonces: set[str] = field(default_factory=set)
    key_id: str = "k1"

    def revoke(self) -> None:
        self.tokens.append("revoked")

    def give_token(self, headers, body: str) -> tuple[int, dict]:
        form = {name: values[0] for name, values in parse_qs(body).items()}
        try:
            assert headers["content-type"] == "application/x-www-form-urlencoded"
            assert form["grant_type"] == "client_credentials"
            assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            assert form["scope"] == SCOPE
            assertion = form["client_assertion"]
            assert jwt.get_unverified_header(assertion) == {"alg": "RS256", "typ": "JWT", "kid": self.key_id}
            claims = jwt.decode(
                assertion,
                KEY.public_key(),
                algorithms=["RS256"],
                audience=f"{self.base}/token",
                issuer=CLIENT,
                options={"require": ["iss", "sub", "aud", "iat", "exp", "jti"]},
            )
            assert claims["sub"] == CLIENT
            assert claims["exp"] - time.time() <= 600
            assert claims["jti"] not in self.nonces, "replayed"
            self.nonces.add(claims["jti"])
        except (AssertionError, KeyError, jwt.InvalidTokenError) as error:
            self.faults.append(repr(error))
            return 401, {"error": "invalid_client", "error_description": type(error).__name__}
        self.tokens.append(f"secret-token-{len(self.tokens)}")
        token = {"access_token": self.tokens[-1], "token_type": "Bearer", "expires_in": self.expires_in}
        return 200, token | {"scope": self.granted}

    def take_score(self, path: str, headers, body: str) -> tuple[int, dict[str, str], str]:
        if headers["authorization"] != f"Bearer {self.tokens[-1] if self.tokens else None}":
            return 401, {}, '{"error": "unauthorized"}'
        if self.answers:
            return self.answers.pop(0)
        if headers["content-type"] != "application/vnd.ims.lis.v1.score+json":
            return 415, {}, "wrong content type"
        self.paths.append(path)
        self.scores.append(json.loads(body))
        return 200, {}, ""


@contextmanager
def mock_platform() -> Iterator[MockPlatform]:
    """A platform that answers at `base` until the block ends."""
    platform = MockPlatform()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"] or 0)).decode()
            if urlsplit(self.path).path == "/token":
                if platform.token_answers:
                    status, text = platform.token_answers.pop(0)
                    headers = {}
                else:
                    status, record = platform.give_token(self.headers, body)
                    headers, text = {}, json.dumps(record)
            else:
                status, headers, text = platform.take_score(self.path, self.headers, body)
            self.send_response(status)
            content = text.encode()
            for name, value in {
                "Content-Type": "application/json",
                **headers,
                "Content-Length": str(len(content)),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    platform.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_access(folder: Path, platform: MockPlatform, **changes: str) -> Path:
    """platform.yaml and the private key."""
    (folder / "private.pem").write_bytes(PEM)
    fields = {
        "token_endpoint": f"{platform.base}/token",
        "client_id": CLIENT,
        "line_item": f"{platform.base}/2/lineitems/7/lineitem?type_id=3",
        "private_key": "private.pem",
        "key_id": "k1",
    } | changes
    path = folder / "platform.yaml"
    path.write_text(json.dumps({name: value for name, value in fields.items() if value}), encoding="utf-8")
    return path
