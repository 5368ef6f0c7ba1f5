#!/usr/bin/python3
"""Compiles the pages' templates to C: compile.py OUT.c ASSETS.txt TEMPLATE.html ...

A template NAME.html becomes template_NAME(h, view), and part_NAME(view), which pairs the two for
whoever writes it later; web/templates.h lists them all. Every value is escaped, by its C type; a
member that does not exist or has a type nobody can print is an error of the C compiler at the
template's own line. What is written here:

    {% use "web/templates.h" %}         a header, such as that of the view's struct
    {% view struct status_view v %}     what the template prints; required, once
    {{ v.name }}  {{ v.row->size }}     text, slices and numbers
    {{ v.at:time }}                     through write_time() of web/write.h
    {% if v.n > 1 and not v.name %} {% elif v.kind == A_CONSTANT %} {% else %} {% end %}
    {% for struct row r in v.rows %} {% else %} {% end %}   v.rows[v.n_rows]; else: there is none
    {% for text s in v.words %}         the same for an array of strings
    {% include field r.field %}  {% include field &v.field %}    another template's function
    {% part v.content %}                a struct html_part
    {% asset "tocsin.css" %}            the address of a compiled-in file
    {# a remark #}

Markup is checked as it is read: tags balance in every branch, values stand in double quotes or in
text, addresses go through :url, :https (another site) or :part, and there is no inline style or script.
"""
import os
import re
import sys

TOKEN = re.compile(r'\{%(.*?)%\}|\{\{(.*?)\}\}|\{#(.*?)#\}', re.S)
WORD = r'[a-z_][a-z0-9_]*'
EXPRESSION = re.compile(rf'({WORD})((?:(?:\.|->){WORD}|\[\d+\])*)$')
CONDITION = re.compile(rf'\s*(==|!=|<=|>=|<|>|\(|\)|{WORD}(?:(?:\.|->){WORD}|\[\d+\])*|[A-Z][A-Z0-9_]*|\d+)')
MARKUP_FILTERS = {'time'}
URL_FILTERS = {'url', 'https', 'part'}
FILTERS = MARKUP_FILTERS | URL_FILTERS | {'size', 'ms', 'span'}
URL_ATTRIBUTES = {'href', 'src', 'action', 'formaction'}
VOID = {'br', 'hr', 'img', 'input', 'link', 'meta'}
VERBATIM = {'pre', 'textarea'}
NO_MARKUP = {'textarea', 'title', 'option'}
LITERAL_MAX = 2000


class TemplateError(Exception):
    pass


class Markup:
    """Follows the markup, so that a value is known to stand where escaping holds."""

    def __init__(self):
        self.state = 'text'  # text, tag, value
        self.stack = []
        self.tag = ''  # what was read of the tag so far
        self.attribute = ''
        self.value = ''

    def mark(self):
        return (self.state, tuple(self.stack), self.attribute if self.state == 'value' else '')

    def feed(self, c):
        getattr(self, 'in_' + self.state)(c)

    def in_text(self, c):
        if c == '<':
            self.state, self.tag = 'tag', ''

    def in_tag(self, c):
        if c == '>':
            self.end_tag()
        elif c == '"':
            found = re.search(r'([A-Za-z0-9-]+)=$', self.tag)
            if not found:
                raise TemplateError('a quote that no attribute asked for')
            self.attribute = found.group(1)
            self.check_attribute(self.attribute)
            self.state, self.value, self.tag = 'value', '', self.tag + '""'
        elif c == "'" or self.tag.endswith('='):
            raise TemplateError('attribute values stand in double quotes')
        elif c == '<':
            raise TemplateError('a tag inside a tag')
        else:
            self.tag += c
            if self.tag == '!--':
                raise TemplateError('remarks are written {# so #}, not sent to the browser')

    def in_value(self, c):
        if c == '"':
            self.state = 'tag'
        else:
            self.value += c

    def check_attribute(self, name):
        if name == 'style' or name.startswith('on'):
            raise TemplateError(f'{name}= is inline style or script, which the browser refuses')

    def end_tag(self):
        self.state = 'text'
        name = re.match(r'/?!?[a-z0-9]*', self.tag).group()
        if name == '!doctype' or name in VOID or self.tag.endswith('/'):
            return
        if name == 'style' or name == 'script' and ' src=' not in self.tag:
            raise TemplateError(f'inline <{name}> is refused by the browser')
        if not name.startswith('/'):
            self.stack.append(name)
        elif not self.stack or self.stack.pop() != name[1:]:
            raise TemplateError(f'<{name}> closes nothing that is open')

    def check_value(self, name_of_filter):
        if self.state == 'tag':
            raise TemplateError('a value may not stand inside a tag outside of quotes')
        if self.state == 'text' and 'script' in self.stack:
            raise TemplateError('a value may not stand in a script')
        if name_of_filter in MARKUP_FILTERS and (
                self.state != 'text' or self.stack and self.stack[-1] in NO_MARKUP):
            raise TemplateError(f':{name_of_filter} writes markup, which cannot stand here')
        if self.state == 'value' and self.attribute in URL_ATTRIBUTES:
            wanted = 'part' if self.value else 'url'
            if name_of_filter == 'https' and wanted == 'url':
                return
            if name_of_filter != wanted and not (wanted == 'part' and '#' in self.value):
                raise TemplateError(f'an address takes values through :{wanted} here')

    def keeps_blanks(self):
        return self.state == 'value' or any(name in VERBATIM for name in self.stack)


class Template:
    """One file, read top-down into lines of C."""

    def __init__(self, path, text, assets):
        self.path = path
        self.assets = assets  # name: address
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.text = text
        self.uses = []
        self.view = None
        self.variables = {}  # name: True for a pointer to a struct
        self.blocks = []  # open {% if %} and {% for %}
        self.markup = Markup()
        self.code = []
        self.line = 1

    def compile(self):
        at, new_line = 0, True
        for token in TOKEN.finditer(self.text):
            self.literal(self.text[at:token.start()], token, new_line)
            at, new_line = token.end(), False
            directive, value, _ = token.groups()
            if directive is not None:
                self.directive(directive.strip())
            elif value is not None:
                self.value(value.strip())
            self.line += token.group().count('\n')
            if value is None and self.alone(token):
                at, new_line = self.text.index('\n', at) + 1, True
                self.line += 1
        self.literal(self.text[at:], None, new_line)
        if self.view is None:
            raise TemplateError('{% view struct NAME v %} is missing')
        if self.blocks:
            raise TemplateError(f"{{% {self.blocks[-1]['kind']} %}} of line "
                                f"{self.blocks[-1]['line']} has no {{% end %}}")
        if self.markup.stack or self.markup.state != 'text':
            raise TemplateError(f'left open at the end: {self.markup.mark()}')

    def alone(self, token):
        """True for a directive that has a line to itself: the line leaves no trace."""
        start = self.text.rfind('\n', 0, token.start()) + 1
        end = self.text.find('\n', token.end())
        return (end >= 0 and not self.text[start:token.start()].strip(' \t') and
                not self.text[token.end():end].strip(' \t'))

    def literal(self, text, before, new_line):
        """Markup as it stands, without the indentation that only the reader of the source needs."""
        if before is not None and before.group(2) is None and self.alone(before):
            text = text.rstrip(' \t')
        if re.search(r'\{[%{#]|[%#}]\}', text):
            raise TemplateError('a directive that is not closed')
        if self.view is None and text.strip():
            raise TemplateError('text before {% view struct NAME v %}')
        first_line, written, skip = self.line, [], new_line and not self.markup.keeps_blanks()
        for c in text if self.view else '':
            if c == '\n':
                self.line += 1
            if skip and c.isspace():
                continue
            self.markup.feed(c)
            written.append(c)
            skip = c == '\n' and not self.markup.keeps_blanks()
        last_line, self.line = self.line, first_line
        for at in range(0, len(written), LITERAL_MAX):
            self.emit(f"html_raw(h, {c_string(''.join(written[at:at + LITERAL_MAX]))});")
        self.line = last_line if self.view else first_line + text.count('\n')

    def emit(self, statement):
        self.code.append(f'#line {self.line} {c_string(self.path)}')
        self.code.append('\t' + statement)

    def expression(self, text, address=False):
        found = EXPRESSION.match(text.lstrip('&') if address else text)
        if not found:
            raise TemplateError(f'not a value: {text}')
        name, rest = found.groups()
        if name not in self.variables:
            raise TemplateError(f'no such name here: {name}')
        if self.variables[name] and rest.startswith('.'):
            rest = '->' + rest[1:]
        return ('&' if address and text.startswith('&') else '') + name + rest

    def value(self, text):
        if self.view is None:
            raise TemplateError('a value before {% view struct NAME v %}')
        text, _, name = text.partition(':')
        if name and name not in FILTERS:
            raise TemplateError(f'no such filter: {name}')
        self.markup.check_value(name)
        self.emit(f"{'write_' + name if name else 'html_put'}(h, {self.expression(text)});")
        if self.markup.state == 'value':
            self.markup.value += '?'

    def condition(self, text):
        words, at = [], 0
        while text[at:].strip():
            found = CONDITION.match(text, at)
            if not found:
                raise TemplateError(f'not a condition: {text}')
            words.append(found.group(1))
            at = found.end()
        written = []
        compares = ('==', '!=', '<', '>', '<=', '>=')
        for i, word in enumerate(words):
            compared = i > 0 and words[i - 1] in compares or \
                i + 1 < len(words) and words[i + 1] in compares
            if word in ('and', 'or', 'not'):
                written.append({'and': '&&', 'or': '||', 'not': '!'}[word])
            elif re.match(WORD + r'(\W|$)', word):
                value = self.expression(word)
                written.append(value if compared else f'is_given({value})')
            else:
                written.append(word)
        return ' '.join(written)

    def directive(self, text):
        word, _, rest = text.partition(' ')
        handler = getattr(self, 'do_' + word, None)
        if handler is None:
            raise TemplateError(f'no such directive: {word}')
        if self.view is None and word not in ('use', 'view'):
            raise TemplateError('{% view struct NAME v %} comes first')
        handler(rest.strip())

    def do_use(self, text):
        found = re.match(r'"([a-z0-9_/]+\.h)"$', text)
        if not found:
            raise TemplateError('{% use "room/file.h" %}')
        self.uses.append(found.group(1))

    def do_view(self, text):
        found = re.match(rf'(struct {WORD}) ({WORD})$', text)
        if not found or self.view is not None:
            raise TemplateError('{% view struct NAME v %}, once')
        self.view = found.groups()
        self.variables[found.group(2)] = True

    def open(self, kind, **more):
        self.blocks.append({'kind': kind, 'line': self.line, 'mark': self.markup.mark(),
                            'else': False, **more})

    def branch(self, word):
        """Whichever branch is taken, the markup behind it must stand at the same place."""
        if not self.blocks:
            raise TemplateError(f'{{% {word} %}} without {{% if %}}')
        block = self.blocks[-1]
        if word in ('elif', 'else') and block['else'] or word == 'elif' and block['kind'] == 'for':
            raise TemplateError(f'{{% {word} %}} cannot stand here')
        if self.markup.mark() != block['mark']:
            raise TemplateError(f"the branch from line {block['line']} leaves markup open: "
                                f"{block['mark']} became {self.markup.mark()}")
        return block

    def do_if(self, text):
        self.emit(f'if ({self.condition(text)}) {{')
        self.open('if')

    def do_elif(self, text):
        self.branch('elif')
        self.emit(f'}} else if ({self.condition(text)}) {{')

    def do_else(self, _):
        block = self.branch('else')
        block['else'] = True
        if block['kind'] == 'for':
            self.emit(f"}} if ({block['count']} == 0) {{")
            self.variables.pop(block['name'], None)
        else:
            self.emit('} else {')

    def do_end(self, _):
        block = self.branch('end')
        self.blocks.pop()
        if block['kind'] == 'for':
            self.variables.pop(block['name'], None)
        self.emit('}')

    def do_for(self, text):
        found = re.match(rf'(struct {WORD}|text) ({WORD}) in (\S+)$', text)
        if not found:
            raise TemplateError('{% for struct NAME r in v.rows %}')
        kind, name, array = found.groups()
        if name in self.variables:
            raise TemplateError(f'{name} is taken')
        array = self.expression(array)
        count = re.sub(rf'({WORD})$', r'n_\1', array)
        of_text = kind == 'text'
        item = f'const char *{name} =' if of_text else f'const {kind} *{name} = &'
        self.emit(f'for (size_t {name}_at = 0; {name}_at < {count}; {name}_at++) {{')
        self.emit(f"{item}{' ' if of_text else ''}{array}[{name}_at];")
        self.variables[name] = not of_text
        self.open('for', name=name, count=count)

    def do_include(self, text):
        found = re.match(rf'({WORD}) (&?\S+)$', text)
        if not found or self.markup.state != 'text':
            raise TemplateError('{% include TEMPLATE value %}, between tags')
        self.emit(f'template_{found.group(1)}(h, {self.expression(found.group(2), True)});')

    def do_part(self, text):
        if self.markup.state != 'text':
            raise TemplateError('a part cannot stand inside a tag')
        self.emit(f'html_part_write(h, {self.expression(text)});')

    def do_asset(self, text):
        name = text.strip('"')
        if self.markup.state != 'value' or text != f'"{name}"':
            raise TemplateError('{% asset "file.css" %}, as an attribute\'s value')
        if name not in self.assets:
            raise TemplateError(f'no such asset: {name}')
        self.emit(f'html_raw(h, {c_string(self.assets[name])});')
        self.markup.value += '/'

    def function(self):
        struct, name = self.view
        return '\n'.join([
            f'void template_{self.name}(struct html *h, const {struct} *{name})', '{',
            f'\t(void){name};'] + self.code + ['}', '',
            f'static void write_part_{self.name}(struct html *h, const void *view)', '{',
            f'\ttemplate_{self.name}(h, view);', '}', '',
            f'struct html_part part_{self.name}(const {struct} *view)', '{',
            f'\treturn (struct html_part){{ .write = write_part_{self.name}, .view = view }};',
            '}', ''])


def c_string(text):
    out = []
    for octet in text.encode():
        c = chr(octet)
        if c in '"\\':
            out.append('\\' + c)
        elif c == '\n':
            out.append('\\n')
        elif 32 <= octet < 127 and c != '?':
            out.append(c)
        else:
            out.append(f'\\{octet:03o}')
    return '"' + ''.join(out) + '"'


def main(out, assets_list, *paths):
    with open(assets_list, encoding='utf-8') as f:
        assets = dict(line.split() for line in f)
    templates = []
    for path in sorted(paths):
        with open(path, encoding='utf-8') as f:
            template = Template(path, f.read(), assets)
        try:
            template.compile()
        except TemplateError as e:
            print(f'{path}:{template.line}: {e}', file=sys.stderr)
            return 1
        templates.append(template)
    uses = sorted({use for t in templates for use in t.uses})
    with open(out, 'w', encoding='utf-8') as f:
        f.write('/* Made from src/web/templates by compile.py. */\n#include "web/write.h"\n')
        f.writelines(f'#include "{use}"\n' for use in uses)
        f.writelines('\n' + t.function() for t in templates)
    return 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
