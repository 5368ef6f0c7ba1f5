"""A daemon whose keeper has another wall clock than the machine (libfaketime); timers run on the
boot clock, which stays true until sleeps(): then both clocks pass together, as when the machine
slept, and what is due is looked at when the keeper is next asked something. The clock can be set
while the daemon runs: the library reads it from a file in the keeper's own folder, the only place
that the keeper sees."""

import calendar
import datetime
import pathlib
import time

from .daemon import Daemon

LIBRARIES = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


class ClockedDaemon(Daemon):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.environment = {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_NO_CACHE": "1",
            # relative: it is found from where the keeper stands, and by no other role
            "FAKETIME_TIMESTAMP_FILE": "clock",
        }

    def sleeps(self):
        """From now on pass_time() is told by both clocks."""
        del self.environment["FAKETIME_DONT_FAKE_MONOTONIC"]
        self.restart()

    def pass_time(self, seconds):
        self._set_offset(self._offset + seconds)

    def set_clock(self, text):
        """To a time in UTC, "2027-03-28 01:00:00", from which it runs on."""
        wanted = calendar.timegm(datetime.datetime.fromisoformat(text).timetuple())
        self._set_offset(wanted - time.time())

    def _set_offset(self, seconds):
        self._offset = seconds
        write_offset(self.state / "keeper", seconds)


def write_offset(folder, seconds):
    new = folder / "clock.new"
    new.write_text(f"{seconds:+.0f}\n")
    new.chmod(0o644)
    new.rename(folder / "clock")


def give_parent_a_clock(daemon):
    """Returns a function by which so many seconds pass for a daemon's parent; what is due is looked at
    when something wakes it. The roles cannot reach the file and keep the true time."""
    daemon.environment |= {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_TIMESTAMP_FILE": str(daemon.folder / "clock"),
    }
    return lambda seconds: write_offset(daemon.folder, seconds)
