/* keeper.c - sample data for pages; see keeper.h. */
#include "web/keeper.h"

void keeper_mail_broken(struct browser *b)
{
	b->mail = MAIL_BROKEN;
}

void keeper_mail_not_set_up(struct browser *b)
{
	b->mail = MAIL_NOT_SET_UP;
}

bool keeper_sample(struct browser *b UNUSED, const struct message *m UNUSED,
	struct unpack *body UNUSED)
{
	return false;
}
