"""What the lint tests read: the project's own files, as git knows them, and C without its comments
and texts."""

import functools
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

COMMENT_OR_TEXT = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.S)


@functools.cache
def files(*patterns):
    """Paths below the root that match a pattern of git's: tracked ones and new ones."""
    listed = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT).decode()
    return sorted({name for name in listed.split("\0") if name and (ROOT / name).is_file()})


@functools.cache
def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


@functools.cache
def code(name):
    """C source with comments and the insides of texts blanked; lines keep their numbers."""
    def blank(match):
        kept = re.sub(r"[^\n]", " ", match[0])
        return kept if match[0][0] == "/" else match[0][0] + kept[2:] + match[0][0]
    return COMMENT_OR_TEXT.sub(blank, text(name))


def found(pattern, name, of=text):
    """Places where a pattern stands, as "file:line: what stands there"."""
    content = of(name)
    return [f"{name}:{content.count(chr(10), 0, match.start()) + 1}: {match[0].strip()}"
        for match in re.finditer(pattern, content, re.M)]


def assert_none(places):
    assert not places, "\n" + "\n".join(places)
