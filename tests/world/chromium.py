"""Cases in a real browser: each is a file tests/browser/cases/NAME.mjs, played by play.mjs."""

import json
import pathlib
import subprocess

BROWSER = pathlib.Path(__file__).parents[1] / "browser"


def install_packages(folder=BROWSER):
    """Node's packages, in the versions that package-lock.json names, unless they are there; false
    (npm said why) when that fails."""
    lock, mark = folder / "package-lock.json", folder / "node_modules/.package-lock.json"
    if mark.exists() and mark.stat().st_mtime >= lock.stat().st_mtime:
        return True
    print(f"{folder.name}: npm ci", flush=True)
    return subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder, check=False).returncode == 0


def play(case, origin="https://localhost", seconds=120, options=None, **facts):
    """Plays a case and returns what it returned; fails with what the browser saw."""
    facts = {**facts, "origin": origin, "options": options or {}}
    done = subprocess.run(["node", BROWSER / "play.mjs", case], input=json.dumps(facts),
        capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, f"{case}:\n{done.stderr}"
    return json.loads(done.stdout.splitlines()[-1])
