"""The sink as a process (sink.c), and what it has got."""

import subprocess
import threading
import time

from world.net import free_port, listens, wait_until


class Sink:
    """`delay`: milliseconds before each of its replies. Use it in a with statement."""

    def __init__(self, program, delay=0):
        self.port = free_port()
        self._process = subprocess.Popen([program, str(self.port), str(delay)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._change = threading.Condition()
        self.clear()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        wait_until(lambda: listens("127.0.0.1", self.port), what="the sink")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()
        self._thread.join()
        self._process.stdout.close()

    def clear(self):
        with self._change:
            self.count, self.first, self.last, self.subjects = 0, None, None, {}

    def wait(self, condition, seconds=120):
        with self._change:
            assert self._change.wait_for(condition, seconds), f"only {self.count} mails arrived"

    def wait_count(self, count):
        """`first` and `last` are then when they came, by the monotonic clock."""
        self.wait(lambda: self.count >= count)

    def wait_subject(self, subject):
        self.wait(lambda: subject in self.subjects)
        return self.subjects[subject]

    def _read(self):
        for line in self._process.stdout:
            at, subject = line.rstrip("\n").split(" ", 1)
            with self._change:
                self.count += 1
                self.last = int(at) / 1e9
                self.first = self.first or self.last
                self.subjects[subject] = self.last
                self._change.notify_all()


def now():
    return time.monotonic()
