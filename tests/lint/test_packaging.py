"""The Debian package says the same as the rest of the project."""

import re

from source import assert_none, text

CONTROL = "packaging/debian/control"


def build_packages():
    section = re.search(r"^\[build\]\n(.*?)^\[", text("packaging/packages.txt"), re.M | re.S)[1]
    return [line.split()[0] for line in section.splitlines() if line and line[0] != "#"]


def test_package_is_built_with_the_libraries_of_the_list():
    wanted = re.search(r"^Build-Depends: (.*)$", text(CONTROL), re.M)[1].split(", ")
    assert_none([package for package in build_packages()
        if package.startswith("lib") and package != "libc6-dev" and package not in wanted])


def test_version_is_that_of_the_project():
    (version,) = re.findall(r"^  version: '(.*)',", text("meson.build"), re.M)
    assert text("packaging/debian/changelog").startswith(f"tocsin ({version}) ")


def test_service_gets_the_folders_that_a_daemon_with_all_rights_makes():
    """Name, mode and user in src/daemon/bootstrap.c, against tmpfiles.d."""
    table = re.search(r"folders\[\] = \{\n(.*?)\n\};", text("src/daemon/bootstrap.c"), re.S)[1]
    made = {(name.replace("CONFIG_DROP_NAME", '"drop"').strip('"'), mode,
        user.strip('"').replace("NULL", "root"))
        for name, user, mode in re.findall(r"\{ (\S+), (\S+), (0\d+),", table)}
    listed = set(re.findall(r"^d /var/lib/tocsin/(\S+) (\d+) (\S+)",
        text("packaging/systemd/tmpfiles.conf"), re.M))
    assert made == listed and len(made) == 3
