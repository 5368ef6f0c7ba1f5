#!/usr/bin/python3
"""Compiles files into the program: embed.py OUT.c OUT.txt FILE ...

OUT.c defines the table of web/asset.h; OUT.txt lists "name address" for the template compiler. An
address holds a hash of the content, so browsers may keep what they got under it for ever.
"""
import hashlib
import os
import sys

TYPES = {'.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
         '.svg': 'image/svg+xml', '.json': 'application/json'}


def rows_of(data):
    for at in range(0, len(data), 20):
        yield '\t' + ', '.join(str(octet) for octet in data[at:at + 20]) + ',\n'


def main(out_c, out_txt, *paths):
    arrays, table, addresses = [], [], []
    for i, path in enumerate(sorted(paths)):
        with open(path, 'rb') as f:
            data = f.read()
        name = os.path.basename(path)
        address = f'/assets/{hashlib.sha256(data).hexdigest()[:16]}/{name}'
        arrays += [f'static const unsigned char data_{i}[] = {{\n', *rows_of(data), '};\n\n']
        table.append(f'\t{{ "{address}", "{TYPES[os.path.splitext(name)[1]]}", '
                     f'(const char *)data_{i}, sizeof(data_{i}) }},\n')
        addresses.append(f'{name} {address}\n')
    with open(out_c, 'w', encoding='utf-8') as f:
        f.writelines(['/* Made from src/web/assets by embed.py. */\n#include "web/asset.h"\n\n',
                      *arrays, 'const struct asset assets[] = {\n', *table, '};\n\n',
                      f'const size_t n_assets = {len(table)};\n'])
    with open(out_txt, 'w', encoding='utf-8') as f:
        f.writelines(addresses)
    return 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
