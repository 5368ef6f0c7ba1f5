#!/usr/bin/python3
"""embed_text.py NAME IN OUT - turns a text file into the C array NAME[] and its size n_NAME."""

import sys

name, source, out = sys.argv[1:]
with open(source, "rb") as file:
    data = file.read()
with open(out, "w", encoding="ascii") as file:
    file.write("/* made by embed_text.py */\n#include <stddef.h>\n\n")
    file.write(f"extern const char {name}[];\nextern const size_t n_{name};\n")
    file.write(f"const char {name}[] = {{\n")
    for at in range(0, len(data), 16):
        file.write("\t" + ", ".join(f"{byte:#04x}" for byte in data[at:at + 16]) + ",\n")
    file.write(f"}};\nconst size_t n_{name} = {len(data)};\n")
