/* home.c - "/": nobody wants this address, it leads on. */
#include "web/pages/pages.h"

void page_home_show(struct visit *v)
{
	visit_redirect(v, "/login/status");
}
