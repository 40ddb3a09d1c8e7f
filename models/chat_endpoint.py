"""A language model behind an OpenAI-compatible endpoint: one question, one answer of a schema, in bounded time.

Source: OpenAI's API reference, "Create chat completion", "Structured outputs" and "Images and vision"; vLLM,
llama.cpp, Ollama and others serve the same. Nothing is sent but the messages and the schema; no redirect is followed
and no proxy asked.
"""

import json
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from pydantic import JsonValue

from greenroom.errors import BadInput, GenerationFailed

_LARGEST = 1_000_000  # bytes of an answer
_CHUNK = 16_384
_TOKENS = 4_000  # at most; a long plan has about a thousand, a model that reasons some hundreds more


class ChatEndpoint:
    """An endpoint. `url` ends before /chat/completions, as https://host/v1; `seconds` is the whole time an answer may
    take; `key` is sent as a bearer token; `role` and `setting` are what an error calls it and where it is named.

    Raises `BadInput` for what is no http or https address.
    """

    def __init__(self, url: str, model: str, key: str | None, seconds: float, role: str, setting: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadInput(f"the {role}'s endpoint is {url!r}; expected an http or https address.", f"Set {setting}.")
        self._parts = parts
        self._model = model
        self._key = key
        self._seconds = seconds

    @property
    def name(self) -> str:
        """The model and where it answers."""
        return f"{self._model or 'its model'} at {self._parts.netloc.rpartition('@')[2]}"

    def complete(self, messages: Sequence[JsonValue], schema: Mapping[str, JsonValue], title: str) -> str:
        """The text of one answer of `schema`, called `title` there. Raises `GenerationFailed` when there is none."""
        asked: dict[str, JsonValue] = {
            "model": self._model,
            "messages": list(messages),
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": title, "strict": True, "schema": dict(schema)},
            },
            "temperature": 0,
            "max_tokens": _TOKENS,
        }
        try:
            status, body = self._posted(json.dumps(asked).encode())
        except TimeoutError as error:
            raise GenerationFailed(f"{self.name} did not answer in {self._seconds:g} s") from error
        except (OSError, HTTPException) as error:
            raise GenerationFailed(f"{self.name} cannot be reached: {error}") from error
        if status != 200:
            raise GenerationFailed(f"{self.name} answered with HTTP {status}")
        return self._content(body)

    def _posted(self, body: bytes) -> tuple[int, bytes]:
        deadline = time.monotonic() + self._seconds
        host = self._parts.hostname or ""
        secure = self._parts.scheme == "https"
        kind = HTTPSConnection if secure else HTTPConnection
        connection = kind(host, self._parts.port, timeout=self._seconds)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        # A socket's own timeout starts anew with each byte: one that trickles in would go on for hours.
        late = threading.Timer(self._seconds, _shut, (connection,))
        late.daemon = True
        late.start()
        try:
            connection.request("POST", self._parts.path.rstrip("/") + "/chat/completions", body, headers)
            response = connection.getresponse()
            return response.status, _read(response, connection, deadline)
        except (OSError, HTTPException) as error:
            if time.monotonic() >= deadline:
                raise TimeoutError from error
            raise
        finally:
            late.cancel()
            connection.close()

    def _content(self, body: bytes) -> str:
        """The answer's text: the first choice's, if it is whole."""
        try:
            choice = json.loads(body)["choices"][0]
            message = choice["message"]
            refusal, content, ended = message.get("refusal"), message.get("content"), choice.get("finish_reason")
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
            raise GenerationFailed(f"{self.name} sent no chat completion") from error
        if refusal or ended == "content_filter":
            raise GenerationFailed(f"{self.name} refused")
        if not isinstance(content, str) or not content.strip():
            raise GenerationFailed(f"{self.name} sent an empty answer")
        if ended == "length":
            raise GenerationFailed(f"{self.name} broke off before the end")
        return content


def _shut(connection: HTTPConnection) -> None:
    opened: socket.socket | None = connection.sock
    if opened is not None:
        try:
            opened.shutdown(socket.SHUT_RDWR)
        except OSError:  # it is shut already
            return


def _read(response: HTTPResponse, connection: HTTPConnection, deadline: float) -> bytes:
    """The body, in the time that is left for all of it together. Raises `TimeoutError`."""
    parts: list[bytes] = []
    size = 0
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left)
        part = response.read1(_CHUNK)
        if not part:
            if time.monotonic() >= deadline:
                raise TimeoutError
            return b"".join(parts)
        parts.append(part)
        size += len(part)
        if size > _LARGEST:
            raise HTTPException(f"the answer is longer than {_LARGEST:,} bytes")


class AtEndpoint:
    """What roles behind an endpoint share: a name, no weights here, nothing to load."""

    def __init__(self, endpoint: ChatEndpoint) -> None:
        self._endpoint = endpoint

    @property
    def name(self) -> str:
        """The model and where it answers."""
        return self._endpoint.name

    @property
    def weights(self) -> str | None:
        """None: they are the endpoint's."""
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None
