#!/usr/bin/python3
"""Writes the numbered migrations as one C table: compile.py OUTPUT NNN_name.sql ..."""
import pathlib
import re
import sys


def c_text(sql):
    lines = sql.splitlines(keepends=True)
    escaped = (l.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n') for l in lines)
    return '\n'.join('\t\t"%s"' % l for l in escaped)


def main(output, *paths):
    rows = []
    for number, path in enumerate(map(pathlib.Path, paths), 1):
        match = re.fullmatch(r'(\d{3})_(\w+)', path.stem)
        if not match or int(match[1]) != number:
            sys.exit('%s: migration %03d was expected here' % (path.name, number))
        sql = path.read_text() + 'PRAGMA user_version = %d;\n' % number
        rows.append('\t{ "%s",\n%s },\n' % (match[2], c_text(sql)))
    text = ('/* migrations.c - made from the files in schema; do not edit. */\n#include "store/schema.h"\n\n'
            'const struct migration schema_migrations[] = {\n%s};\n\n'
            'const size_t schema_version = COUNT_OF(schema_migrations);\n' % ''.join(rows))
    pathlib.Path(output).write_text(text)


main(*sys.argv[1:])
