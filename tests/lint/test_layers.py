"""The layering test: every #include in src against the table in rooms.py."""

import re

import pytest

from rooms import EXCEPTIONS, LIBRARIES, PURE, ROOMS
from source import ROOT, assert_none, code, files, text

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def includes(room):
    """(file without src/, own?, header) for every #include of a room."""
    for name in files(f"src/{room}/*.[ch]"):
        for bracket, header in INCLUDE.findall(text(name)):
            yield name.removeprefix("src/"), bracket == '"', header


def may_use(room, file, header):
    if header in PURE or header in EXCEPTIONS.get(file, ()):
        return True
    for library, rooms in LIBRARIES.items():
        if header == library or (library.endswith("/") and header.startswith(library)):
            return room in rooms
    return room == "sys"


def test_the_table_has_no_circle():
    done = []
    for room, below in ROOMS.items():
        assert set(below) <= set(done), f"{room} includes a room that does not stand before it"
        done.append(room)


def test_every_folder_of_src_is_a_room():
    folders = {name.split("/")[1] for name in files("src/*") if name.count("/") > 1}
    assert folders <= set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_includes_only_rooms_below_it(room):
    allowed = {room, *ROOMS[room]}
    assert_none([f"{file} includes {header}" for file, own, header in includes(room)
        if own and header.split("/")[0] not in allowed])


@pytest.mark.parametrize("room", ROOMS)
def test_an_include_names_room_and_file(room):
    assert_none([f"{file} includes {header}" for file, own, header in includes(room)
        if own and not (ROOT / "src" / header).is_file() and not header.endswith(".inc")])


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_includes_only_its_own_libraries(room):
    assert_none([f"{file} includes <{header}>" for file, own, header in includes(room)
        if not own and not may_use(room, file, header)])


def test_only_sys_has_conditional_code():
    places = []
    for name in files("src/*.[ch]"):
        if name.startswith("src/sys/"):
            continue
        lines = [line for line in code(name).splitlines() if re.match(r"\s*#\s*(el)?if", line)]
        guard = "TOCSIN_" + re.sub(r"[/.]", "_", name.removeprefix("src/")).upper()
        if name.endswith(".h") and lines[:1] == [f"#ifndef {guard}"]:
            lines = lines[1:]
        places += [f"{name}: {line}" for line in lines]
    assert_none(places)


def test_a_header_can_be_included_twice():
    places = []
    for name in files("src/*.h"):
        guard = "TOCSIN_" + re.sub(r"[/.]", "_", name.removeprefix("src/")).upper()
        if not re.search(rf"^#ifndef {guard}\n#define {guard}\n", code(name), re.M):
            places.append(f"{name} wants the guard {guard}")
    assert_none(places)
