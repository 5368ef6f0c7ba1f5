/* email_form.h - Management > Email Configuration as a table (settings_form.h). */
#ifndef TOCSIN_WEB_EMAIL_FORM_H
#define TOCSIN_WEB_EMAIL_FORM_H

#include "web/settings_form.h"

extern const struct settings_form email_form;

#endif
