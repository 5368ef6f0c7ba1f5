"""A machine on which our program is sendmail: a mount namespace of its own, in which /etc/tocsin and
/usr/sbin/sendmail are the daemon's under test. What the programs of Debian write to elsewhere (/run,
crontabs, package lists) is empty there and goes with it."""

import subprocess

SCRIPT = """set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work
mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work /etc
mkdir -p /etc/tocsin
cp "$TOCSIN_CONF" /etc/tocsin/tocsin.conf
mount --bind "$SENDMAIL" /usr/sbin/sendmail
unset TOCSIN_CONF SENDMAIL
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/spool/cron
mkdir /var/spool/cron/crontabs
rm -rf /etc/cron.d /etc/crontab
"""

# apt has no sources, so there is nothing to fetch and nothing to upgrade; nor is it kept from it by
# another apt that is at work on the machine
NO_PACKAGES = """
mkdir -p /mnt/dpkg/upper /mnt/dpkg/work /run/lock
mount -t overlay overlay \\
	-o lowerdir=/var/lib/dpkg,upperdir=/mnt/dpkg/upper,workdir=/mnt/dpkg/work /var/lib/dpkg
rm -f /var/lib/dpkg/updates/*
for folder in /var/lib/apt/lists /var/lib/apt/periodic /var/cache/apt /var/lib/apticron /var/log; do
	[ ! -d "$folder" ] || mount -t tmpfs tmpfs "$folder"
done
mkdir -p /var/lib/apt/lists/partial /var/cache/apt/archives/partial
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d
mkdir /etc/apt/sources.list.d
"""

# smartd finds a healthy disk in any file: there is no device that knows SMART in a virtual machine
DISK = """
#include <linux/nvme_ioctl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int ioctl(int fd, unsigned long request, ...)
{
	struct nvme_admin_cmd *c;
	char *answer;
	va_list list;

	va_start(list, request);
	c = va_arg(list, void *);
	va_end(list);
	if (request == NVME_IOCTL_ID)
		return 1;
	if (request != NVME_IOCTL_ADMIN_CMD)
		return (int)syscall(SYS_ioctl, fd, request, c);
	answer = memset((void *)c->addr, 0, c->data_len);
	if (c->opcode == 6) { /* who are you; what is asked else is how it fares, and all 0 is well */
		memset(answer + 4, ' ', 68);
		memcpy(answer + 4, "S1", 2);
		memcpy(answer + 24, "Disk of a test", 14);
		answer[516] = 1; /* one namespace */
	}
	return 0;
}
"""


def make_disk(folder):
    """The library that is a disk, for LD_PRELOAD."""
    subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", folder / "disk.so"], input=DISK,
        text=True, check=True)
    return folder / "disk.so"


def start(daemon, command, prepare=""):
    """Starts the command there after more lines of shell; the process is the command itself."""
    return subprocess.Popen(
        ["unshare", "-m", "sh", "-c", SCRIPT + prepare + '\nexec "$@"', "sh", *map(str, command)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/",
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TOCSIN_CONF": str(daemon.conf),
            "SENDMAIL": str(daemon.programs / "tocsin-sendmail"), "HOME": "/root"})


def run(daemon, command, prepare="", input=b"", seconds=60):
    """Runs it to its end, which must be 0; returns what it printed."""
    process = start(daemon, command, prepare)
    try:
        printed, _ = process.communicate(input, timeout=seconds)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    assert process.returncode == 0, printed.decode(errors="replace")
    return printed.decode(errors="replace")
