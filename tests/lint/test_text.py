"""What holds for every text file of the project, and the checkers of shell, Python and manuals."""

import re
import subprocess

import pytest

from source import ROOT, assert_none, files, found, text

BINARY = (".backup", ".png", ".ico", ".woff2", ".gz", ".db")


def texts():
    """Every file that people write: not corpora, whose bytes are the point, nor lock files."""
    return [name for name in files("*") if not name.endswith(BINARY)
        and not name.startswith("tests/fuzz/corpus/") and not name.endswith("package-lock.json")
        and not re.search(r"\.(eml|mbox)$", name)]


def none_matches(pattern, but=()):
    assert_none([place for name in texts() if name not in but
        for place in found(pattern, name)])


def test_no_trailing_blanks():
    none_matches(r"^.*[ \t]+$")


def test_files_end_with_a_line_end():
    assert_none([name for name in texts() if text(name) and not text(name).endswith("\n")])


def test_nothing_is_left_to_do():
    none_matches(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b.*")


def test_no_path_of_one_machine():
    none_matches(r".*(?<![\w$}/.])/(work|root|tmp/wt|home/\w+)/.*", but=["tests/lint/test_text.py"])


def test_no_package_registry_by_name():
    names = ["registry.npm" "js.org", "deb.deb" "ian.org", "py" "pi.org", "npm" "js.com"]
    assert_none([place for name in files("*") if not name.endswith(BINARY)
        and not name.startswith("tests/fuzz/corpus/")
        for place in found("|".join(map(re.escape, names)), name)])


def test_the_lock_file_names_no_host():
    for name in files("*package-lock.json"):
        assert '"resolved"' not in text(name)


def test_each_decision_has_a_number_of_its_own():
    numbers = [re.match(r"docs/adr/(\d{4})-", name).group(1) for name in files("docs/adr/*")]
    assert_none([number for number in set(numbers) if numbers.count(number) > 1])
    for name in files("docs/adr/*"):
        assert text(name).startswith(f"# {name[9:13]}: "), name


def scripts(interpreter):
    return [name for name in files("*") if not name.endswith(BINARY)
        and not name.startswith("tests/fuzz/corpus/")
        and text(name).startswith(("#!/bin/" + interpreter, "#!/usr/bin/" + interpreter))]


@pytest.mark.parametrize("name", scripts("sh"))
def test_shell(name):
    subprocess.run(["sh", "-n", name], cwd=ROOT, check=True)
    subprocess.run(["shellcheck", name], cwd=ROOT, check=True)


@pytest.mark.parametrize("name", sorted({*files("*.py"), *scripts("python3")}))
def test_python_compiles(name):
    compile(text(name), name, "exec")


def test_manuals():
    """Pages refer to each other, which are not installed: that alone is no complaint."""
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "style", *files("man/*.[1-8]")], cwd=ROOT,
        check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    assert_none([line for line in done.stdout.splitlines()
        if "referenced manual not found" not in line])


def test_scripts_can_run():
    assert_none([name for name in {*scripts("sh"), *scripts("python3")}
        if not (ROOT / name).stat().st_mode & 0o100])
