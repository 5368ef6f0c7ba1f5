"""make install: what lies where, what a second time leaves alone, and taking it away."""

import subprocess

from world.daemon import BUILD
from world.make_install import ROOT, install, prefix


def test_install_below_a_destdir(tmp_path):
    said = install(tmp_path)
    assert "chgrp tocsin-drop" in said
    top = tmp_path / prefix().lstrip("/")
    for name in ("bin/tocsin", "bin/tocsin-sendmail", "sbin/tocsind", "share/man/man8/tocsind.8",
            "share/man/man7/tocsin-settings.7", "lib/sysusers.d/tocsin.conf",
            "lib/tmpfiles.d/tocsin.conf"):
        assert (top / name).is_file(), name
    unit = (top / "lib/systemd/system/tocsin.service").read_text()
    assert f"ExecStart={prefix()}/sbin/tocsind\n" in unit
    done = subprocess.run([top / "sbin/tocsind", "-t", "-c", tmp_path / "etc/tocsin/tocsin.conf"],
        capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_second_install_keeps_the_configuration(tmp_path):
    install(tmp_path)
    conf = tmp_path / "etc/tocsin/tocsin.conf"
    conf.write_text("node_name = mine.example\n")
    install(tmp_path)
    assert conf.read_text() == "node_name = mine.example\n"


def test_uninstall_takes_away_what_the_last_install_laid_down(tmp_path):
    """tocsin.conf is the administrator's."""
    install(tmp_path)
    done = subprocess.run(["make", "-C", ROOT, "uninstall", f"BUILD={BUILD}"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    left = [path for path in tmp_path.rglob("*") if path.is_file() or path.is_symlink()]
    assert left == [tmp_path / "etc/tocsin/tocsin.conf"]
