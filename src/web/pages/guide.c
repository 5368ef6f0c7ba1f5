/* guide.c - /login/email/guide/NAME: what to do at a provider, step by step, with exact values. */
#include "web/pages/guide.h"

#include "core/host.h"
#include "http/url.h"
#include "web/pages/email.h"
#include "web/pages/pages.h"
#include "web/templates.h"

static const struct guide {
	const char *name, *title;
	struct html_part (*part)(const struct guide_view *view);
} guides[] = {
	{ "microsoft365", "Microsoft 365, step by step", part_guide_microsoft365 },
	{ "google", "Google, step by step", part_guide_google },
	{ "other", "Another provider, step by step", part_guide_other },
};

static const struct guide *find(struct slice name)
{
	for (size_t i = 0; i < COUNT_OF(guides); i++)
		if (slice_is(name, guides[i].name))
			return &guides[i];
	return NULL;
}

/* True when the host of an address is no public name: an address, a bare name, or a local one. */
static bool is_private(const char *address)
{
	static const char *const endings[] = { ".local", ".internal", ".lan", ".home.arpa", ".localdomain",
		".localhost", ".test", ".example", ".invalid", ".corp", ".home", ".intranet" };
	struct url url;
	char digit;

	if (url_parse(slice_of(address), &url) != NULL)
		return true;
	for (size_t i = 0; i < COUNT_OF(endings); i++)
		if (slice_ends(url.host, endings[i]))
			return true;
	digit = url.host.len > 0 ? url.host.data[url.host.len - 1] : '0';
	return !slice_has_char(url.host, '.') || char_is_digit(digit);
}

void page_guide_ask(struct visit *v)
{
	if (find(v->name) != NULL)
		settings_page_ask(v, &email_page);
	else
		visit_error(v, 404, "There is no such guide", "Open Email Configuration: the guides are linked "
			"from there.");
}

void page_guide_show(struct visit *v)
{
	const struct guide *guide = find(v->name);
	struct settings_page *page = v->page;
	struct guide_view view;

	if (!settings_page_read(v))
		return;
	view = (struct guide_view){
		.redirect_uri = settings_redirect_uri(v),
		.email = page->values.settings.value[SETTING_EMAIL_OAUTH_EMAIL],
	};
	view.private_site = is_private(view.redirect_uri);
	frame_page(v, 200, guide->title, guide->part(&view));
}
