/* own_password.h - the field in which whoever makes a way in shows that it is them. */
#ifndef TOCSIN_WEB_PAGES_OWN_PASSWORD_H
#define TOCSIN_WEB_PAGES_OWN_PASSWORD_H

#include "web/form_view.h"
#include "wire/pack.h"

struct visit;

struct field_view own_password_field(struct visit *v, const struct problems_view *problems);
void own_password_pack(const struct visit *v, struct buffer *body); /* as it was sent */

#endif
