/* guide.h - what the step-by-step guides to providers print. */
#ifndef TOCSIN_WEB_PAGES_GUIDE_H
#define TOCSIN_WEB_PAGES_GUIDE_H

#include "web/frame.h"
#include "web/pages/settings.h"

struct guide_view {
	const char *redirect_uri;
	const char *email; /* the mailbox that is to send, or "" */
	bool private_site; /* Google takes no such redirect URI */
};

#endif
