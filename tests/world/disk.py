"""Disks of our own: one whose power can be cut, and one that is soon full.

The cut is the file system's own shutdown, without writing its log: what was not synced until then is
lost, also to processes that had it in the page cache, and nothing is written any more. A sync that is
under way may return 0 all the same (docs/adr/0013). What a disk's own cache would lose is not
simulated. Needs root and loop devices.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import struct
import subprocess

from .net import wait_until

IOC_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32) of ext4 and XFS, as xfs_io -x -c shutdown
NO_LOG_FLUSH = 2

MAKE = {
    "ext4": ["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1,nodiscard"],
    "xfs": ["mkfs.xfs", "-q", "-f"],
}


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": "/usr/sbin:/sbin:/usr/bin:/bin"})
    assert done.returncode == 0, f"{command}: {done.stderr}"


def kinds():
    """The file systems this kernel knows."""
    modprobe = shutil.which("modprobe", path="/usr/sbin:/sbin")
    for kind in MAKE if modprobe else ():
        subprocess.run([modprobe, "-q", kind], check=False)
    with open("/proc/filesystems", encoding="ascii") as known:
        words = known.read().split()
    return [kind for kind in MAKE if kind in words]


class Mount:
    """Something mounted on `path` by `mount ARGUMENTS path`."""

    def __init__(self, path, *arguments):
        self.path = path
        self._arguments = arguments
        self._mounted = False
        path.mkdir(parents=True)
        self.mount()

    def mount(self):
        run("mount", *self._arguments, self.path)
        self._mounted = True

    def unmount(self):
        """Processes that were killed may hold it a moment longer."""
        if not self._mounted:
            return
        wait_until(lambda: subprocess.run(["umount", self.path], check=False,
            stderr=subprocess.DEVNULL).returncode == 0, 15, f"{self.path} unmounted")
        self._mounted = False

    # a full one

    def free(self):
        status = os.statvfs(self.path)
        return status.f_bavail * status.f_frsize

    def fill(self, spare=0):
        """Leaves no room but `spare` octets, for nobody; others may be writing too."""
        with open(self.path / "filler", "ab") as filler:
            for _ in range(100):
                more = self.free() - spare
                if more <= 0:
                    break
                try:
                    os.posix_fallocate(filler.fileno(), filler.tell(), more)
                except OSError as error:
                    assert error.errno == errno.ENOSPC
                filler.seek(0, os.SEEK_END)

    def fill_inodes(self):
        """Leaves room for no other file."""
        folder = self.path / "fillers"
        folder.mkdir(exist_ok=True)
        with contextlib.suppress(OSError):
            while True:
                (folder / str(len(os.listdir(folder)))).touch()

    def make_room(self):
        (self.path / "filler").unlink(missing_ok=True)
        shutil.rmtree(self.path / "fillers", ignore_errors=True)

    def close(self):
        try:
            self.unmount()
        except AssertionError:
            subprocess.run(["umount", "-l", self.path], check=False)
            raise


class Disk(Mount):
    """A file system in a file."""

    def __init__(self, path, kind="ext4", megabytes=320, *options):
        self._image = path.with_name(path.name + ".img")
        with open(self._image, "wb") as image:
            image.truncate(megabytes << 20)
        run(*MAKE[kind], *options, self._image)
        super().__init__(path, "-o", "loop", self._image)
        self._fd = os.open(path, os.O_RDONLY)

    def cut(self):
        """From here on nothing reaches the disk, and every write and sync fails."""
        fcntl.ioctl(self._fd, IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))

    def back(self):
        """The power is back: what the disk holds. Nobody may use it any more."""
        self.unmount()
        self.mount()
        self._fd = os.open(self.path, os.O_RDONLY)

    def unmount(self):
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1
        super().unmount()

    def close(self):
        super().close()
        self._image.unlink()


class SmallDisk(Mount):
    """A tmpfs of so many MiB."""

    def __init__(self, path, megabytes):
        super().__init__(path, "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs")
