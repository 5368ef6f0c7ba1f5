/*
 * The Email Configuration form as somebody may send it: whatever it holds, it is checked, told to
 * the keeper within its bounds, and shown again without a secret.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "web/email_form.h"
#include "web/pages/email.h"
#include "web/templates.h"
#include "wire/words.h"

enum {
	MEMORY = 16 * 1024 * 1024,
	PAGE_MAX = 4 * 1024 * 1024,
};

static bool unpack_saved(struct arena *a, struct form_values *values)
{
	struct buffer none;
	struct unpack u;
	bool ok;

	buffer_init(&none, 100);
	pack_number(&none, 1);
	pack_number(&none, 0);
	unpack_init(&u, buffer_slice(&none));
	ok = settings_form_unpack(&email_form, &u, a, values);
	buffer_release(&none);
	return ok;
}

/* A secret of some length that stands nowhere else by chance. */
static bool shows(struct buffer *page, struct slice secret)
{
	return secret.len > 40 && slice_find(buffer_slice(page), secret) < page->len;
}

static void check_page(struct arena *a, struct form_values *values,
	struct problems_view *problems, const struct form *form)
{
	const struct settings_form_state state = { .problems = problems };
	struct email_view view = { .csrf = "x", .version = 1 };
	struct buffer page;
	struct html h;

	settings_form_sort(&email_form, problems);
	view.notes.problems = *problems;
	settings_form_view(values, &state, a, &view.sections);
	buffer_init(&page, PAGE_MAX);
	html_init(&h, &page);
	template_email(&h, &view);
	REQUIRE(buffer_ok(&page));
	REQUIRE(slice_is_utf8(buffer_slice(&page)));
	if (form_count(form, "email.password") == form->n_fields)
		REQUIRE(!shows(&page, form_get(form, "email.password")));
	buffer_release(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(MEMORY);
	struct problems_view problems;
	struct form_values values;
	struct buffer body;
	struct form form;

	REQUIRE(a != NULL);
	problems_init(&problems, a);
	if (form_parse(slice_make((const char *)data, size), a, &form) == 0 &&
	    unpack_saved(a, &values) &&
	    settings_form_take(&values, &form, a, &problems) == 0) {
		check_page(a, &values, &problems, &form);
		buffer_init_secret(&body, WIRE_BODY_MAX);
		settings_form_pack(&email_form, &form, &body);
		REQUIRE(buffer_ok(&body));
		buffer_release(&body);
	}
	arena_free(a);
	return 0;
}
