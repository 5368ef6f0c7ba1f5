"""The package, a newer one, another mail server's packages, and a box to lay them into."""

import subprocess

import pytest

from world.box import Box


def run(*command):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="session")
def package(world_folder, root):
    """The folder with the package, built from this tree."""
    folder = world_folder / "deb"
    run(root / "packaging/build-deb", folder)
    return folder


@pytest.fixture(scope="session")
def deb(package):
    (deb,) = package.glob("tocsin_*.deb")
    return deb


@pytest.fixture(scope="session")
def newer_deb(deb, world_folder):
    """The same programs under a higher version."""
    tree, newer = world_folder / "newer", world_folder / "tocsin_newer.deb"
    run("dpkg-deb", "--raw-extract", deb, tree)
    control = tree / "DEBIAN/control"
    lines = control.read_text().splitlines()
    control.write_text("\n".join(f"{line}+newer" if line.startswith("Version: ") else line
        for line in lines) + "\n")
    run("dpkg-deb", "--build", "-Zgzip", "-z1", tree, newer)
    return newer


@pytest.fixture(scope="session")
def exim_debs(world_folder, root):
    """Another mail server with what it needs: fetched, not installed."""
    folder = world_folder / "exim"
    (folder / "partial").mkdir(parents=True)
    run(root / "packaging/install-packages", "--fetch", folder, "box")
    return list(folder.glob("*.deb"))


@pytest.fixture(scope="module")
def new_box(world_folder, request):
    """A function that makes the file's one box, with some packages in its /opt."""
    boxes = []

    def make(*debs):
        boxes.append(Box(world_folder / f"box-{request.module.__name__}"))
        for deb in debs:
            (boxes[0].root / "opt" / deb.name).write_bytes(deb.read_bytes())
        return boxes[0]

    yield make
    for box in boxes:
        box.close()
