/* token_look.c - what is wrong with an access token, as far as it shows; see token_look.h. */
#include "core/token_look.h"

/* "https://outlook.office.com/", the same without the slash, or Exchange Online's number. */
static bool is_for_exchange(struct slice audience)
{
	static const char *const good[] = {
		"https://outlook.office.com", "https://outlook.office365.com",
		"https://outlook.office365.us", "https://partner.outlook.cn",
		"https://ps.outlook.com", "00000002-0000-0ff1-ce00-000000000000",
	};

	if (slice_ends(audience, "/"))
		audience = slice_sub(audience, 0, audience.len - 1);
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (slice_is_nocase(audience, good[i]))
			return true;
	return false;
}

static bool has_word(const char *list, const char *word)
{
	struct slice rest = slice_of(list);

	while (rest.data != NULL)
		if (slice_is_nocase(slice_cut(&rest, ' '), word))
			return true;
	return false;
}

static const char *look_at_exchange(const struct token_claims *c, const struct token_wants *w,
	struct arena *a)
{
	if (c->audience[0] != '\0' && !is_for_exchange(slice_of(c->audience)))
		return arena_printf(a, "It is for another service, %s (aud), not for Exchange Online. Set the "
			"scope to %s and sign in again.", c->audience, w->alone ?
			"https://outlook.office365.com/.default" :
			"https://outlook.office.com/SMTP.Send offline_access");
	if (w->alone && !has_word(c->roles, "SMTP.SendAsApp"))
		return "It lacks the role SMTP.SendAsApp (roles). Give the application the permission "
			"SMTP.SendAsApp of Office 365 Exchange Online, with the administrator's consent.";
	if (!w->alone && !has_word(c->scopes, "SMTP.Send"))
		return "It lacks the scope SMTP.Send (scp). Give the application the delegated permission "
			"SMTP.Send and sign in again.";
	return NULL;
}

const char *token_look(const struct token_claims *c, const struct token_wants *w,
	struct arena *a)
{
	const char *wrong;

	if (!c->readable)
		return NULL;
	wrong = w->exchange ? look_at_exchange(c, w, a) : NULL;
	if (wrong != NULL)
		return wrong;
	if (!w->alone && c->account[0] != '\0' &&
		!slice_equal_nocase(slice_of(c->account), slice_of(w->email)))
		return arena_printf(a, "It belongs to %s, not to %s. Sign in again as the mailbox, unless "
			"this account may send as it.", c->account, w->email);
	if (c->ends != 0 && c->ends <= w->now)
		return "It has ended by its own word (exp). If this node's clock is right, sign in again.";
	return NULL;
}
