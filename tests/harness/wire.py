"""Requests as bytes on a socket, so that many can arrive at the same instant, and an answer may stay away."""

from __future__ import annotations

import http.client
import io
import selectors
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

PATIENCE = 40.0  # seconds to wait for an answer
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    """What came back; status 0 when nothing did."""

    status: int
    headers: Mapping[str, str]
    text: str
    begin: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it took from the last byte asked to the last byte answered."""
        return self.end - self.begin

    @property
    def done(self) -> bool:
        """It was acknowledged: what was asked is done."""
        return self.status == 303

    @property
    def refused(self) -> bool:
        """It was refused, in words."""
        return self.status == 409 and 'role="alert"' in self.text


def knock(method: str, path: str, *, cookie: str = "", fields: Any = None, headers: Mapping[str, str] = {}) -> bytes:
    """One request, as it goes over the wire."""
    body = fields if isinstance(fields, bytes) else urlencode(fields or {}, doseq=True).encode()
    named = {"Host": "127.0.0.1", "Connection": "close", **({"Cookie": cookie} if cookie else {})}
    if method != "GET" or fields:
        named |= {"Content-Type": FORM, "Content-Length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in {**named, **headers}.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body if method != "GET" or fields else b"")


@dataclass
class _Call:
    """A request under way."""

    method: str
    socket: socket.socket | None
    begin: float = 0.0
    end: float = 0.0
    came: list[bytes] = field(default_factory=list)


def volley(port: int, knocks: Sequence[bytes]) -> list[Reply]:
    """Send all of `knocks` but their last bytes, then the last bytes at one instant; the replies, in their order."""
    calls = [_open(port, one) for one in knocks]
    with selectors.DefaultSelector() as waiting:
        for call, one in zip(calls, knocks, strict=True):
            call.begin = call.end = time.time()
            if call.socket is None:
                continue
            try:
                call.socket.sendall(one[-1:])
            except OSError:
                call.socket.close()
                continue
            waiting.register(call.socket, selectors.EVENT_READ, call)
        until = time.monotonic() + PATIENCE
        while waiting.get_map() and (left := until - time.monotonic()) > 0:
            for key, _events in waiting.select(left):
                if _over(key.data):
                    waiting.unregister(key.fileobj)
        for key in list(waiting.get_map().values()):
            key.data.socket.close()
            key.data.came.clear()
    return [_read(call) for call in calls]


def _open(port: int, one: bytes) -> _Call:
    made = None
    try:
        made = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        made.sendall(one[:-1])
    except OSError:
        if made:
            made.close()
        return _Call("", None)
    return _Call(one[:5].split()[0].decode(), made)


def _over(call: _Call) -> bool:
    """Read what is there; whether that was all."""
    assert call.socket is not None
    try:
        part = call.socket.recv(65536)
    except OSError:
        part, call.came = b"", []
    call.end = time.time()
    if part:
        call.came.append(part)
        return False
    call.socket.close()
    return True


class _Came:
    """What http.client reads an answer from."""

    def __init__(self, came: bytes) -> None:
        self.came = io.BytesIO(came)

    def makefile(self, _mode: str) -> io.BytesIO:
        """The bytes that came."""
        return self.came


def _read(call: _Call) -> Reply:
    answer = http.client.HTTPResponse(_Came(b"".join(call.came)), method=call.method)  # type: ignore[arg-type]
    try:
        answer.begin()
        text = answer.read().decode(errors="replace")
    except (http.client.HTTPException, OSError):
        return Reply(0, {}, "", call.begin, call.end)
    return Reply(answer.status, dict(answer.getheaders()), text, call.begin, call.end)
