"""Looks for planted secrets in everything that a node shows or leaves behind."""

import base64
import pathlib
import urllib.parse

PIECE = 40  # octets of a long secret that count as the secret


def disguises(secret):
    """The secret as it may turn up: as it is, percent-encoded, and in base64 wherever it begins."""
    piece = secret[:PIECE].encode()
    yield piece
    yield urllib.parse.quote(piece, safe="").encode()
    for skip in range(3):
        whole = piece[skip:skip + (len(piece) - skip) // 3 * 3]
        yield base64.b64encode(whole)
        yield base64.urlsafe_b64encode(whole)


def find(secrets, data):
    """The first secret in the octets, or None."""
    for secret in secrets:
        assert len(secret) >= 12, "too short to be told from other text"
        if any(form in data for form in disguises(secret)):
            return secret
    return None


def processes():
    """(name, octets) of what every process shows of itself."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            yield f"{process}/cmdline", (process / "cmdline").read_bytes()
        except OSError:
            pass


def left_behind(daemon):
    """(name, octets) of the log and of every file of the node's folder but its settings."""
    for path in daemon.folder.rglob("*"):
        if path.is_file() and path != daemon.conf:
            yield str(path), path.read_bytes()


def assert_nowhere(secrets, *places):
    """`places`: (name, text or octets)."""
    for name, data in places:
        data = data.encode() if isinstance(data, str) else data
        assert find(secrets, data) is None, f"a secret is in {name}"
