"""Looks for planted secrets in everything that a node shows or leaves behind."""

import base64
import os
import pathlib
import pwd
import re
import tempfile
import urllib.parse

PIECE = 24  # octets of a secret that count as the secret
USERS = ("root", "tocsin", "tocsin-front", "tocsin-keeper", "tocsin-sender", "tocsin-watcher")


def pieces(secret):
    """Its beginning, middle and end: each would be enough to know that it leaked."""
    octets = secret.encode()
    middle = max(0, len(octets) // 2 - PIECE // 2)
    yield from {octets[:PIECE], octets[middle:middle + PIECE], octets[-PIECE:]}


def disguises(secret):
    """The pieces as they may turn up: as they are, percent-encoded, in hexadecimal, escaped for
    JSON and HTML, and in base64 wherever they begin."""
    for piece in pieces(secret):
        yield piece
        for percent in (urllib.parse.quote(piece, safe=""), urllib.parse.quote(piece),
                urllib.parse.quote_plus(piece)):
            yield percent.encode()
            yield re.sub("%..", lambda found: found[0].lower(), percent).encode()
        yield piece.hex().encode()
        yield piece.hex().upper().encode()
        yield piece.replace(b'"', b'\\"').replace(b"/", b"\\/")
        yield piece.replace(b'"', b'\\"')
        yield piece.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b'"', b"&quot;")
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
        for name in ("cmdline", "environ", "comm"):
            try:
                yield f"{process}/{name}", (process / name).read_bytes()
            except OSError:
                pass


def left_behind(daemon):
    """(name, octets) of the log and of every file of the node's folder but its settings."""
    for path in daemon.folder.rglob("*"):
        if path.is_file() and path != daemon.conf:
            yield str(path), path.read_bytes()


def temporary(since):
    """(name, octets) of files of the daemon's users in the folders that all may write to,
    written since."""
    owners = set()
    for user in USERS:
        try:
            owners.add(pwd.getpwnam(user).pw_uid)
        except KeyError:
            pass
    for folder in {tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"}:
        for entry in os.scandir(folder):
            if entry.is_file(follow_symlinks=False):
                found = entry.stat(follow_symlinks=False)
                if found.st_uid in owners and found.st_mtime >= since:
                    yield entry.path, pathlib.Path(entry.path).read_bytes()


def assert_nowhere(secrets, *places):
    """`places`: (name, text or octets)."""
    for name, data in places:
        data = data.encode() if isinstance(data, str) else data
        assert find(secrets, data) is None, f"a secret is in {name}"
