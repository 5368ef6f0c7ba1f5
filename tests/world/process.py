"""A program that a test started: its output in a file, ended by its own pid."""

import os
import pathlib
import re
import signal
import subprocess


class Process:
    def __init__(self, command, log, **options):
        self.log = log
        with open(log, "ab") as output:
            self._popen = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, **options)
        self.pid = self._popen.pid

    @property
    def running(self):
        return self._popen.poll() is None

    @property
    def status(self):
        """Exit status, or minus the signal; None while it runs."""
        return self._popen.poll()

    def output(self):
        return self.log.read_text(errors="replace")

    def signal(self, number):
        if self.running:
            os.kill(self.pid, number)

    def wait(self, seconds=10):
        return self._popen.wait(seconds)

    def stop(self, seconds=10):
        """SIGTERM, and SIGKILL to what does not listen; returns the exit status."""
        self.signal(signal.SIGTERM)
        try:
            return self.wait(seconds)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            return self.wait()


def memory_peak(pid):
    """The most octets of memory that a process ever held."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def children(pid):
    """The process and all below it."""
    found = [pid]
    for known in found:
        try:
            text = pathlib.Path(f"/proc/{known}/task/{known}/children").read_text()
        except OSError:
            continue
        found += map(int, text.split())
    return found
