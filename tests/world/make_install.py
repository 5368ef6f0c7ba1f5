"""make install from the build folder under test, below a folder that is to become the root."""

import json
import pathlib
import subprocess

from .daemon import BUILD

ROOT = pathlib.Path(__file__).parents[2]


def install(destdir):
    done = subprocess.run(["make", "-C", ROOT, "install", f"BUILD={BUILD}", "PACKAGES=true",
        f"PREFIX={prefix()}", f"DESTDIR={destdir}"], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


def prefix():
    options = json.loads(subprocess.check_output(
        ["meson", "introspect", "--buildoptions", BUILD]))
    return next(option["value"] for option in options if option["name"] == "prefix")
