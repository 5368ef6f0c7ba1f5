"""The picture of the README can be taken again at any time, by the one script that takes it."""

import struct
import subprocess


def test_picture_of_the_readme(root, tmp_path):
    done = subprocess.run([root / "docs/screenshot", tmp_path], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    picture = (tmp_path / "email-configuration.png").read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) < 500_000
    width, height = struct.unpack(">II", picture[16:24])
    assert width == 1280 and height > 900
