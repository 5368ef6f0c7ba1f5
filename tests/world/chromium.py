"""Cases in a real browser: each is a file tests/browser/cases/NAME.mjs, played by play.mjs."""

import json
import pathlib
import subprocess

BROWSER = pathlib.Path(__file__).parents[1] / "browser"


def play(case, origin="https://localhost", seconds=120, options=None, **facts):
    """Plays a case and returns what it returned; fails with what the browser saw."""
    facts = {**facts, "origin": origin, "options": options or {}}
    done = subprocess.run(["node", BROWSER / "play.mjs", case], input=json.dumps(facts),
        capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, f"{case}:\n{done.stderr}"
    return json.loads(done.stdout.splitlines()[-1])
