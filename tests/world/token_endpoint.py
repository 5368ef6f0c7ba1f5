"""A token endpoint that means no good: HTTP by hand over TLS, so that anything can be said."""

import json

from .hostile import ScriptedServer

PATH = "/token"


class Request:
    def __init__(self, peer):
        self.line = peer.line().decode()
        self.headers = {}
        while line := peer.line().decode():
            name, value = line.split(":", 1)
            self.headers[name.lower()] = value.strip()
        self.body = peer.take(int(self.headers.get("content-length", 0))).decode()


def http(status=200, body=b"", content="application/json", length=None, headers=()):
    """The octets of one answer."""
    if not isinstance(body, bytes):
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {content}",
        f"Content-Length: {len(body) if length is None else length}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def granted(**changes):
    """A good answer but for the changes; None leaves a member out."""
    members = {"access_token": "acce55-token-of-the-hostile-one", "token_type": "Bearer",
        "expires_in": 3600, "refresh_token": "refre5h-token-of-the-hostile-one", **changes}
    return {name: value for name, value in members.items() if value is not None}


class TokenEndpoint(ScriptedServer):
    """`answer` is what to say to every request: octets, or a function of the peer and the request
    that says it. `requests` are those that came."""

    def __init__(self, certificate, answer, **options):
        self.requests = []
        self.answer = answer
        super().__init__(self._play, tls=certificate, **options)
        self.url = f"https://localhost:{self.port}{PATH}"

    def _play(self, peer):
        request = Request(peer)
        self.requests.append(request)
        if callable(self.answer):
            self.answer(peer, request)
        else:
            peer.send(self.answer)
