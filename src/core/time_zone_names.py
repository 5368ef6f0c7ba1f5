#!/usr/bin/python3
"""time_zone_names.py IN OUT - turns the list of time zone names into a sorted C array."""

import sys

with open(sys.argv[1], encoding="ascii") as source:
    lines = sorted({line.rstrip("\n") for line in source if line.strip() and line[0] != "#"},
        key=lambda line: line[1:])
with open(sys.argv[2], "w", encoding="ascii") as out:
    out.write('/* made by time_zone_names.py */\n#include "core/time_zone_names.h"\n\n')
    out.write("const struct time_zone_name time_zone_names[] = {\n")
    for line in lines:
        out.write(f'\t{{ "{line[1:]}", {"true" if line[0] == "+" else "false"} }},\n')
    out.write(f"}};\nconst size_t n_time_zone_names = {len(lines)};\n")
