"""The browser runner itself, on pages of its own."""

import urllib.parse

import pytest

from world.chromium import play

PAGE = """<!doctype html><html lang=en><title>Page</title><main><h1>Page</h1><p id=script>without</p>
%s</main><script>document.getElementById("script").textContent = "with"</script>"""


def page(extra=""):
    return "data:text/html," + urllib.parse.quote(PAGE % extra)


def test_a_case_sees_the_page_in_the_width_asked_for():
    seen = play("world", page=page(), options={"viewport": {"width": 360, "height": 800}})
    assert seen == {"width": 360, "script": "with", "violations": []}


def test_a_case_without_script_runs_none():
    assert play("world", page=page(), options={"javaScriptEnabled": False})["script"] == "without"


def test_axe_finds_what_is_wrong():
    seen = play("world", page=page("<input type=text><p style='color:#ccc'>pale</p>"))
    assert [line.split(":")[0] for line in seen["violations"]] == ["color-contrast", "label"]


def test_a_case_that_fails_fails_the_test():
    with pytest.raises(AssertionError, match="Not the page"):
        play("world", page="data:text/html,<h1>Not the page</h1>")
