#!/usr/bin/python3
"""openapi.py OUT IN SETTINGS - the API's description with the members of Email Configuration, which
a program prints from the table of settings, so that the two agree."""

import json
import sys


def main(out, template, settings):
    with open(template, encoding="utf-8") as file:
        document = json.load(file)
    with open(settings, encoding="utf-8") as file:
        shown = json.load(file)
    schemas = document["components"]["schemas"]
    schemas["EmailSettings"] |= {"properties": shown, "required": list(shown)}
    # any member may be left out, be null, or stand as a text; a secret is a text, or as it was shown
    schemas["EmailChange"] = {
        **schemas["EmailSettings"], "required": [], "properties": {
            name: {"anyOf": [{"type": ["string", "null"]}, row], "description": row.get("description", "")}
            for name, row in shown.items()},
    }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)
        file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
