"""Mail from many at once: who was told that it is safe, and whether it arrived."""

import collections
import hashlib
import os
import random
import re
import threading
import time

from .mail import retry_all
from .net import wait_until
from .relay import DOMAIN

RECIPIENT = f"anna@{DOMAIN}"


class Load:
    """Submitters, each handing in one mail after the other until `stop()`. Every mail has a name of
    its own in its subject and says in its body what the body has to be.

    `submitted`: names that were handed in, whatever came of it.
    `acknowledged`: names whose tocsin-sendmail ended with 0; `refused`: what the others said."""

    def __init__(self, daemon, submitters, name, largest=20_000):
        self._daemon = daemon
        self._largest = largest
        self._over = threading.Event()
        self._change = threading.Condition()
        self.acknowledged = []
        self.submitted = set()
        self.refused = collections.Counter()
        self._threads = [threading.Thread(target=self._submit, args=[f"{name}-{number}"])
            for number in range(submitters)]
        for thread in self._threads:
            thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._over.set()

    def _submit(self, name):
        turn = 0
        while not self._over.is_set():
            turn += 1
            with self._change:
                self.submitted.add(f"{name}-{turn}")
            done = self._daemon.sendmail(RECIPIENT,
                message=message(f"{name}-{turn}", random.randrange(self._largest)))
            with self._change:
                if done.returncode == 0:
                    self.acknowledged.append(f"{name}-{turn}")
                else:
                    self.refused[done.returncode, done.stderr] += 1
                self._change.notify_all()
            if done.returncode != 0:
                time.sleep(0.05)

    def wait_acknowledged(self, more, seconds=30):
        """Returns right after `more` others have been acknowledged."""
        with self._change:
            wanted = len(self.acknowledged) + more
            assert self._change.wait_for(lambda: len(self.acknowledged) >= wanted, seconds), \
                f"{len(self.acknowledged)} of {wanted} acknowledged; refused: {self.refused}"

    def stop(self):
        """No more; waits for those under way. Returns what was acknowledged."""
        self._over.set()
        for thread in self._threads:
            thread.join(120)
            assert not thread.is_alive()
        return self.acknowledged


def message(name, size):
    lines = [f"{random.getrandbits(280):070x}" for _ in range(size // 71 + 1)]
    return f"Subject: {name}\n\n{digest(lines)}\n" + "".join(f"{line}\n" for line in lines)


def digest(lines):
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


class Arrivals:
    """What a scripted server has got, each mail checked against what its body says of itself."""

    def __init__(self, server):
        self._server = server

    def count(self):
        """{name: how often}; copies of one mail have one Message-ID."""
        found, ids = collections.Counter(), {}
        for body in self._server.bodies:
            header, text = body.decode().split("\r\n\r\n", 1)
            name = re.search(r"^Subject: (\S+)\r?$", header, re.MULTILINE)[1]
            first, *lines = text.removesuffix("\r\n").split("\r\n")
            assert first == digest(lines), f"{name} is not as it was given"
            message_id = re.search(r"^Message-ID: (\S+)\r?$", header, re.MULTILINE)[1]
            assert ids.setdefault(name, message_id) == message_id, f"{name} has two Message-IDs"
            found[name] += 1
        assert len(set(ids.values())) == len(ids)
        return found

    def wait_for(self, names, daemon, seconds=60):
        """Waits until every one of them is here and nothing is under way; asks for those that may
        have been delivered already to be sent again, as they would be half an hour later."""
        wanted = set(names)

        def there():
            retry_all(daemon)
            return wanted <= set(self.count()) and nothing_open(daemon)

        end = time.monotonic() + seconds
        while not there() and time.monotonic() < end:
            time.sleep(0.3)
        found = self.count()
        missing = wanted - set(found)
        assert not missing, f"{len(missing)} of {len(wanted)} lost: {sorted(missing)[:5]}"
        wait_until(lambda: nothing_open(daemon), 5, "an empty queue", pause=0.2)
        return found


def nothing_open(daemon):
    return daemon.ok("queue", "list") == "nothing in the queue\n" and not dropped(daemon)


def dropped(daemon):
    """Names of complete files in the drop folder."""
    return [name for name in os.listdir(daemon.state / "drop") if re.fullmatch("[0-9a-f]{32}", name)]


def doubles(found):
    """How many copies too many there are."""
    return sum(found.values()) - len(found)
