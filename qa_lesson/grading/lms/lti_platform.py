"""Where scores of LTI 1.3 are sent: the platform's addresses, the tool's key, and the token that they give.

The token is asked for as LTI's security framework says: OAuth 2 client credentials, with a JWT that the tool signs
(RFC 7523). Neither tokens nor the key are ever part of a message.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit, urlunsplit

import httpx
import jwt
import yaml
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa_lesson.errors import ConfigError, DataError, shorten

SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_VALID_SECONDS: Final = 300
_EARLY_SECONDS: Final = 30  # a token that ends during a request is asked for again
_FIX: Final = "write platform.yaml as the documentation shows it"
_MAKE_KEY: Final = "make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out private.pem"

_Text = Annotated[str, Field(min_length=1)]


class Platform(BaseModel):
    """What a platform tells when the tool is registered there."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    token_endpoint: _Text
    """Address that gives tokens."""
    client_id: _Text
    """That the platform gave the tool."""
    line_item: _Text
    """Address of the line item (the column of the gradebook), without /scores."""
    private_key: _Text
    """Path of the tool's private key (PEM), from the folder of this file."""
    key_id: str = ""
    """Of the public key in the tool's key set; many platforms need it."""
    audience: str = ""
    """Who checks the assertion; the token endpoint if empty."""


@dataclass(frozen=True)
class Access:
    """A platform and the key for it.

    Args:
        platform: its addresses.
        key: the tool's private key.
    """

    platform: Platform
    key: RSAPrivateKey

    def __repr__(self) -> str:
        return f"Access({self.platform.line_item!r})"


def load_access(path: str | Path) -> Access:
    """Read platform.yaml and the key that it names.

    Raises:
        DataError: one of the files cannot be read, lacks something, or an address is not https (a server on this
            machine may be http).
    """
    path = Path(path)
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        platform = Platform.model_validate(data)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is no YAML in UTF-8"
        raise DataError(f"the platform's file cannot be read: {told}", where=str(path), fix=_FIX) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise DataError(f"{place}: {first['msg']}", where=str(path), fix=_FIX) from error
    for name in ("token_endpoint", "line_item"):
        _check_address(getattr(platform, name), f"{path}, {name}")
    return Access(platform, _load_key(path.parent / platform.private_key))


def _check_address(address: str, where: str) -> None:
    parts = urlsplit(address)
    local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or local) or parts.username or parts.password:
        raise DataError(
            "this is no https address", where=where, received=shorten(address), fix="copy it from the platform"
        )


def _load_key(path: Path) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise DataError(f"the private key cannot be read: {error.strerror}", where=str(path), fix=_MAKE_KEY) from error
    except (ValueError, TypeError):  # without the message, which may quote the file
        raise DataError("this is no private key without a password", where=str(path), fix=_MAKE_KEY) from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < 2048:
        raise DataError("the private key is no RSA key of 2048 bits or more", where=str(path), fix=_MAKE_KEY)
    return key


def scores_address(line_item: str) -> str:
    """The address that takes the scores of a line item; what follows a question mark stays.

    >>> scores_address("https://lms.example/mod/lti/services.php/2/lineitems/7/lineitem?type_id=3")
    'https://lms.example/mod/lti/services.php/2/lineitems/7/lineitem/scores?type_id=3'
    """
    parts = urlsplit(line_item)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/scores"))


class Tokens:
    """Gives a token that is still valid, and asks the platform for one only if there is none.

    Args:
        access: the platform and the key.
        client: to ask with.
        clock: seconds since 1970.
    """

    def __init__(self, access: Access, client: httpx.Client, clock: Callable[[], float] = time.time) -> None:
        self._access, self._client, self._clock = access, client, clock
        self._token, self._until = "", 0.0

    def __repr__(self) -> str:
        return "Tokens()"

    def forget(self) -> None:
        """The platform no longer takes the token."""
        self._token, self._until = "", 0.0

    def request(self) -> httpx.Request:
        """The request for a token, signed anew each time: an assertion is good for one use."""
        platform, now = self._access.platform, int(self._clock())
        claims = {
            "iss": platform.client_id,
            "sub": platform.client_id,
            "aud": platform.audience or platform.token_endpoint,
            "iat": now,
            "exp": now + _VALID_SECONDS,
            "jti": uuid.uuid4().hex,
        }
        headers = {"kid": platform.key_id} if platform.key_id else None
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION,
            "client_assertion": jwt.encode(claims, self._access.key, algorithm="RS256", headers=headers),
            "scope": SCOPE,
        }
        return self._client.build_request("POST", platform.token_endpoint, data=form)

    def valid(self) -> str:
        """The token, if there is one that is not about to end."""
        return self._token if self._clock() < self._until - _EARLY_SECONDS else ""

    def take(self, response: httpx.Response) -> str:
        """The token in the answer to `request`.

        Raises:
            ConfigError: the platform refused, or its answer has no token for scores.
        """
        where = f"the token endpoint, {self._access.platform.token_endpoint}"
        if response.status_code != 200:
            raise ConfigError(
                f"the platform gave no token: {response.status_code}",
                where=where,
                received=reason_of(response),
                fix="check client_id, key_id and audience, and that the platform knows the public key of private_key",
            )
        try:
            answer: Any = response.json()
            token, kind = answer["access_token"], str(answer.get("token_type", ""))
            seconds = float(answer.get("expires_in", 60))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ConfigError("the platform's answer holds no token", where=where, fix="check the address") from None
        if not isinstance(token, str) or not token or kind.lower() != "bearer":
            raise ConfigError("the platform's answer holds no bearer token", where=where, fix="check the address")
        granted = str(answer.get("scope", SCOPE)).split()
        if SCOPE not in granted:
            raise ConfigError(
                "the platform gave a token that may not send scores",
                where=where,
                fix="let the tool's registration use the service for grades (Assignment and Grade Services)",
            )
        self._token, self._until = token, self._clock() + seconds
        return token


def reason_of(response: httpx.Response) -> str:
    """What a platform says about a request that it refused, on one line, without anything like a token."""
    try:
        answer = response.json()
        found = [answer.get(name) for name in ("error", "error_description", "message", "reason", "errors")]
        text = ": ".join(str(one) for one in found if one)
    except (ValueError, AttributeError):
        text = response.text if "html" not in response.headers.get("content-type", "") else ""
    token = response.request.headers.get("authorization", "").removeprefix("Bearer ")
    text = text.replace(token, "...") if token else text
    words = [
        word if len(word) < 60 else "..." for word in (text or response.reason_phrase or "no reason given").split()
    ]
    return " ".join(words)[:200]
