#!/usr/bin/python3
"""common_passwords.py IN OUT - turns the list of common passwords into a sorted C array."""

import sys

with open(sys.argv[1], encoding="ascii") as source:
    words = {line.strip().lower() for line in source if line.strip() and line[0] != "#"}
with open(sys.argv[2], "w", encoding="ascii") as out:
    out.write("/* made by common_passwords.py */\n#include <stddef.h>\n\n")
    out.write("extern const char *const common_passwords[];\nextern const size_t n_common_passwords;\n")
    out.write("const char *const common_passwords[] = {\n")
    for word in sorted(words):
        text = word.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?")
        out.write(f'\t"{text}",\n')
    out.write(f"}};\nconst size_t n_common_passwords = {len(words)};\n")
