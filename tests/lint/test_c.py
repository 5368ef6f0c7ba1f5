"""The habits of the C code that a machine can hold."""

import re
import subprocess

import pytest

from source import ROOT, assert_none, code, files, found, text

SOURCES = ["src/*.[ch]", "tests/unit/*.[ch]", "tests/fuzz/*.[ch]"]
MAX_COLUMNS = 100
MAX_FILE = 600
MAX_FUNCTION = 80

# function: what to use in its place
BANNED = {
    "alloca": "an arena",
    "asprintf": "a buffer",
    "atof": "number_parse",
    "atoi": "number_parse",
    "atol": "number_parse",
    "atoll": "number_parse",
    "bcopy": "memmove",
    "bzero": "memset",
    "ctime": "core/time_format.h",
    "asctime": "core/time_format.h",
    "fscanf": "a parser",
    "gets": "a buffer",
    "gmtime": "gmtime_r",
    "localtime": "localtime_r",
    "longjmp": "return values",
    "mktemp": "sys/files.h",
    "popen": "nothing: no role starts a program",
    "rand": "base/secret.h",
    "setjmp": "return values",
    "sprintf": "a buffer",
    "srand": "base/secret.h",
    "sscanf": "a parser",
    "scanf": "a parser",
    "stpcpy": "a buffer",
    "strcat": "a buffer",
    "strcpy": "a buffer",
    "strdup": "arena_dup",
    "strerror": "sys/fault.h",
    "strncat": "a buffer",
    "strncpy": "a buffer",
    "strtok": "slice_cut",
    "strtok_r": "slice_cut",
    "system": "nothing: no role starts a program",
    "tmpnam": "sys/files.h",
    "vasprintf": "a buffer",
    "vsprintf": "a buffer",
}


@pytest.mark.parametrize("function", BANNED)
def test_a_banned_function_is_not_called(function):
    pattern = rf"(?<![\w.>]){function}\s*\("
    places = [place for name in files("src/*.[ch]") for place in found(pattern, name, code)]
    assert not places, f"use {BANNED[function]}:\n" + "\n".join(places)


def test_no_struct_has_a_typedef():
    assert_none([place for name in files(*SOURCES)
        for place in found(r"\btypedef\s+(struct|union|enum)\b.*", name, code)])


def test_numbers_are_enum_constants_not_macros():
    assert_none([place for name in files("src/*.[ch]")
        for place in found(r"^#\s*define\s+\w+\s+\(?-?\d.*", name, code)])


def test_indentation_is_tabs():
    """A line begins with tabs, or goes on one that begins without, four spaces further in."""
    assert_none([place for name in files(*SOURCES)
        for place in found(r"^(?!    \S) +\S.*", name, code)])


def test_lines_fit_the_columns():
    places = []
    for name in files(*SOURCES):
        for number, line in enumerate(text(name).splitlines(), 1):
            if len(line.expandtabs(8)) > MAX_COLUMNS and '"' not in line:
                places.append(f"{name}:{number}: {len(line.expandtabs(8))} columns")
    assert_none(places)


def test_files_are_short():
    assert_none([f"{name}: {text(name).count(chr(10))} lines" for name in files("src/*.[ch]")
        if text(name).count("\n") > MAX_FILE])


def test_functions_are_short():
    listing = subprocess.check_output(
        ["ctags", "-L", "-", "-x", "--_xformat=%{end} %{line} %N %F", "--c-kinds=f",
            "--fields=+ne"], input="\n".join(files("src/*.c")), cwd=ROOT, text=True)
    places = []
    for row in listing.splitlines():
        end, start, function, name = row.split(" ", 3)
        if int(end) - int(start) + 1 > MAX_FUNCTION:
            places.append(f"{name}:{start}: {function} has {int(end) - int(start) + 1} lines")
    assert_none(places)


def test_a_file_begins_with_its_purpose():
    places = []
    for name in files("src/*.[ch]"):
        base = re.escape(name.rsplit("/", 1)[1])
        if not re.match(rf"/\*\s*(\* )?{base} - \S", text(name)):
            places.append(f"{name}: no block that begins with its name and says what it is")
    assert_none(places)


def test_every_option_of_tocsin_stands_in_its_usage():
    """The table of commands is what help and the shell's completion know."""
    usage = text("src/tools/tocsin.c")
    places = [f"{path}: {option}" for path in files("src/tools/command*.c")
        for option in re.findall(r'"(--[a-z-]+)"', text(path)) if not re.search(
            option + r"[] |]|" + option + '"', usage)]
    assert_none(places)
