"""The template compiler: what it makes of each directive, and what it refuses, by file and line."""

import importlib.util
import sys
import unittest

COMPILER = sys.argv.pop(1)
spec = importlib.util.spec_from_file_location("compile", COMPILER)
compiler = importlib.util.module_from_spec(spec)
spec.loader.exec_module(compiler)

VIEW = '{% use "web/x.h" %}\n{% view struct x v %}\n'


def template(body, head=VIEW):
    t = compiler.Template("x.html", head + body, {"a.css": "/assets/1/a.css"})
    t.compile()
    return t


def statements(body):
    """The C of a template's body, without the #line marks."""
    return [line.strip() for line in template(body).code if not line.startswith("#line")]


class Values(unittest.TestCase):
    def test_a_value_is_escaped_by_its_type(self):
        self.assertEqual(statements("<p>{{ v.name }}</p>\n"), [
            'html_raw(h, "<p>");', "html_put(h, v->name);", 'html_raw(h, "</p>\\n");'])

    def test_members_of_members_are_reached(self):
        self.assertEqual(statements("{{ v.a.b }}{{ v.row->size }}{{ v.list[2] }}"), [
            "html_put(h, v->a.b);", "html_put(h, v->row->size);", "html_put(h, v->list[2]);"])

    def test_a_filter_is_a_function(self):
        self.assertEqual(statements("{{ v.at:time }}"), ["write_time(h, v->at);"])

    def test_literals_are_literals_of_c(self):
        self.assertEqual(statements('a "b" \\ ?\n'), ['html_raw(h, "a \\"b\\" \\\\ \\077\\n");'])


class Blocks(unittest.TestCase):
    def test_a_condition_asks_for_truth_or_compares(self):
        self.assertEqual(statements(
            "{% if v.a and not v.b or v.n >= 2 %}x{% elif v.k == SOME_KIND %}y{% else %}z{% end %}"), [
            "if (is_given(v->a) && ! is_given(v->b) || v->n >= 2) {", 'html_raw(h, "x");',
            "} else if (v->k == SOME_KIND) {", 'html_raw(h, "y");', "} else {",
            'html_raw(h, "z");', "}"])

    def test_a_loop_walks_an_array_by_its_count(self):
        self.assertEqual(statements("{% for struct row r in v.t.rows %}{{ r.name }}{% end %}"), [
            "for (size_t r_at = 0; r_at < v->t.n_rows; r_at++) {",
            "const struct row *r = &v->t.rows[r_at];", "html_put(h, r->name);", "}"])

    def test_a_loop_over_texts_has_the_text_itself(self):
        self.assertEqual(statements("{% for text s in v.words %}{{ s }}{% end %}")[1:3], [
            "const char *s = v->words[s_at];", "html_put(h, s);"])

    def test_an_empty_array_has_its_own_branch(self):
        self.assertEqual(statements("{% for struct row r in v.rows %}a{% else %}b{% end %}")[3:], [
            "} if (v->n_rows == 0) {", 'html_raw(h, "b");', "}"])

    def test_other_templates_and_parts_are_called(self):
        self.assertEqual(statements("{% include row &v.row %}{% include row v.rows %}{% part v.c %}"), [
            "template_row(h, &v->row);", "template_row(h, v->rows);", "html_part_write(h, v->c);"])

    def test_an_asset_is_its_address(self):
        self.assertIn('html_raw(h, "/assets/1/a.css");',
            statements('<link href="{% asset "a.css" %}">'))


class Blanks(unittest.TestCase):
    def test_indentation_and_lines_of_directives_leave_no_trace(self):
        self.assertEqual(statements("<p>\n\t\t{% if v.a %}\n\t\t\ttext\n\t{% end %}\n</p>\n"), [
            'html_raw(h, "<p>\\n");', "if (is_given(v->a)) {", 'html_raw(h, "text\\n");', "}",
            'html_raw(h, "</p>\\n");'])

    def test_a_pre_keeps_its_blanks(self):
        self.assertEqual(statements("<pre>\n  a\n\n  b</pre>\n\n  c"), [
            'html_raw(h, "<pre>\\n  a\\n\\n  b</pre>\\nc");'])

    def test_lines_of_the_template_are_lines_of_the_code(self):
        code = template("{# a\nremark #}\n<p>\n\n{{ v.name }}\n</p>").code
        self.assertIn('#line 7 "x.html"', code[:code.index("\thtml_put(h, v->name);")])


class Refusals(unittest.TestCase):
    def refused(self, body, why, line, head=VIEW):
        t = compiler.Template("x.html", head + body, {})
        with self.assertRaisesRegex(compiler.TemplateError, why):
            t.compile()
        self.assertEqual(t.line, line)

    def test_a_value_stands_in_text_or_in_double_quotes(self):
        self.refused("<p {{ v.a }}>", "outside of quotes", 3)
        self.refused("<p class={{ v.a }}>", "outside of quotes", 3)
        self.refused("\n<p class='{{ v.a }}'>", "double quotes", 4)

    def test_nothing_is_inline(self):
        self.refused("<p style=\"x\">", "inline style", 3)
        self.refused("<p onclick=\"x\">", "inline style or script", 3)
        self.refused("<style>", "refused by the browser", 3)
        self.refused("<script>", "refused by the browser", 3)

    def test_an_address_goes_through_its_filter(self):
        self.refused('<a href="{{ v.a }}">', "through :url", 3)
        self.refused('<a href="/x/{{ v.a }}">', "through :part", 3)
        self.refused('<a href="{{ v.a:part }}">', "through :url", 3)
        template('<a href="{{ v.a:url }}?b={{ v.b:part }}">x</a><a href="#{{ v.c }}">y</a>')

    def test_markup_of_filters_stays_out_of_attributes(self):
        self.refused('<p title="{{ v.at:time }}">', "cannot stand here", 3)
        self.refused("<title>{{ v.at:time }}</title>", "cannot stand here", 3)

    def test_tags_balance_in_every_branch(self):
        self.refused("<p>", "left open", 3)
        self.refused("</p>", "closes nothing", 3)
        self.refused("{% if v.a %}\n<p>\n{% end %}</p>", "leaves markup open", 5)
        self.refused("{% if v.a %}<p>{% else %}<b>{% end %}", "leaves markup open", 3)
        self.refused("<p{% if v.a %} class=\"{% end %}x\"></p>", "leaves markup open", 3)

    def test_blocks_close(self):
        self.refused("{% if v.a %}", "has no", 3)
        self.refused("{% end %}", "without", 3)
        self.refused("{% else %}", "without", 3)
        self.refused("{% if v.a %}{% else %}{% else %}", "cannot stand here", 3)

    def test_names_are_known(self):
        self.refused("{{ w.a }}", "no such name", 3)
        self.refused("{{ v.a:raw }}", "no such filter", 3)
        self.refused("{% for struct r r in v.rows %}{% end %}{{ r.a }}", "no such name", 3)
        self.refused("{% raw v.a %}", "no such directive", 3)
        self.refused("{{ v.f(1) }}", "not a value", 3)
        self.refused('<link href="{% asset "b.css" %}">', "no such asset", 3)

    def test_the_view_comes_first(self):
        self.refused("<p></p>", "is missing|text before", 1, head="")
        self.refused("{{ v.a }}", "before", 1, head="")
        self.refused("{% view struct y w %}", "once", 3)


if __name__ == "__main__":
    unittest.main()
