/* config_value.c - what each key of tocsin.conf may hold; see config_value.h. */
#include "core/config_value.h"

#include "base/number.h"
#include "core/host.h"
#include "core/settings.h"

enum {
	SHOWN_MAX = 60,
};

const char *const config_keys[CONFIG_KEY_COUNT] = {
	[CONFIG_STATE_DIR] = "state_dir",
	[CONFIG_RUN_DIR] = "run_dir",
	[CONFIG_HTTPS] = "https",
	[CONFIG_PEER] = "peer",
	[CONFIG_SMTP] = "smtp",
	[CONFIG_STORE] = "store",
	[CONFIG_TLS_CERTIFICATE] = "tls_certificate",
	[CONFIG_TLS_KEY] = "tls_key",
	[CONFIG_INTERFACES] = "interfaces",
	[CONFIG_NODE_NAME] = "node_name",
	[CONFIG_NODE_URL] = "node_url",
	[CONFIG_LOG_LEVEL] = "log_level",
	[CONFIG_PRIVATE_ENDPOINTS] = "private_endpoints",
};

/* Tabs are the only controls left here. */
const char *config_shown(struct slice s, struct arena *a)
{
	char text[SHOWN_MAX + 1];
	struct slice start = slice_clip(s, SHOWN_MAX);

	if (!slice_copy(start, text, sizeof(text)))
		return "";
	for (char *c = text; *c != '\0'; c++)
		if (*c == '\t')
			*c = ' ';
	return arena_printf(a, "%s%s", text, start.len < s.len ? "..." : "");
}

static const char *wrong(struct config_values *v, struct slice value, const char *why)
{
	return arena_printf(v->arena, "\"%s\" %s", config_shown(value, v->arena), why);
}

static const char *set_path(struct config_values *v, struct slice value, const char **ret_path)
{
	while (value.len > 1 && slice_ends(value, "/"))
		value.len--;
	*ret_path = config_path(v->folder, arena_text(v->arena, value), v->arena);
	return NULL;
}

static const char *set_folder(struct config_values *v, struct slice value, const char **ret_path)
{
	if (slice_is(value, "/"))
		return "\"/\" is the root folder: name a folder of Tocsin's own";
	return set_path(v, value, ret_path);
}

/* IPv4 ":" port / "[" IPv6 "]" ":" port; names are not looked up when listening */
static bool is_listen_address(struct slice value)
{
	size_t colon = value.len;
	struct slice address;
	struct host host;
	uint64_t port;

	while (colon > 0 && value.data[colon - 1] != ':')
		colon--;
	if (colon == 0 || !number_parse(slice_sub(value, colon, value.len), 0, UINT16_MAX, &port))
		return false;
	address = slice_sub(value, 0, colon - 1);
	if (host_name_check(address, &host) != HOST_OK)
		return false;
	return host.kind == HOST_IPV4 || (host.kind == HOST_IPV6 && slice_starts(address, "["));
}

static const char *set_address(struct config_values *v, struct slice value,
	const char **ret_address)
{
	if (!is_listen_address(value))
		return wrong(v, value, "is no IP address and port: write it as [::]:8443 for all addresses "
		    "or as 127.0.0.1:8443");
	*ret_address = arena_text(v->arena, value);
	return NULL;
}

/* A URL may hold a password: it is never shown. */
static const char *check_store(struct config_values *v, struct slice value)
{
	if (slice_is(value, "sqlite"))
		return NULL;
	if (slice_starts_nocase(value, "postgres"))
		return "PostgreSQL is not in this version: remove the line, or write \"store = sqlite\"";
	return slice_has_char(value, ':') ? "there is no such store: write \"store = sqlite\"" :
	    wrong(v, value, "is no store: write \"store = sqlite\"");
}

static bool is_interface_name(struct slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.data[i] == '/' || name.data[i] == ':')
			return false;
	return name.len <= CONFIG_INTERFACE_NAME_MAX && slice_is_ascii(name) && !slice_is(name, ".") &&
	    !slice_is(name, "..");
}

static const char *add_interface(struct config_values *v, struct slice name)
{
	struct config *c = &v->config;

	if (!is_interface_name(name))
		return wrong(v, name, "is no interface name: write them as in \"interfaces = eth0 eth1\"");
	for (size_t i = 0; i < c->n_interfaces; i++)
		if (slice_is(name, c->interfaces[i]))
			return wrong(v, name, "is named twice: keep one");
	if (c->n_interfaces == CONFIG_INTERFACES_MAX)
		return "names more than 64 interfaces: name only those that Tocsin may touch";
	c->interfaces[c->n_interfaces++] = arena_text(v->arena, name);
	return NULL;
}

/* interfaces = name *( 1*( SP / "," ) name ) */
static const char *set_interfaces(struct config_values *v, struct slice value)
{
	const char *why = NULL;

	v->config.interfaces = arena_array(v->arena, CONFIG_INTERFACES_MAX, sizeof(char *));
	if (v->config.interfaces == NULL)
		return "out of memory";
	while (value.data != NULL && why == NULL) {
		struct slice part = slice_cut(&value, ',');

		while (part.data != NULL && why == NULL) {
			struct slice name = slice_cut(&part, ' ');

			if (name.len > 0)
				why = add_interface(v, name);
		}
	}
	if (why == NULL && v->config.n_interfaces == 0)
		return "names no interface: write them as in \"interfaces = eth0 eth1\"";
	return why;
}

static const char *set_node_name(struct config_values *v, struct slice value)
{
	struct host host;
	int result = host_name_check(value, &host);

	if (result != HOST_OK)
		return wrong(v, value, result > 0 ? host_error_text(result) : "needs more memory");
	if (host.kind != HOST_NAME)
		return wrong(v, value, "is an IP address: give the node a name");
	v->config.node_name = arena_copy(v->arena, host.text);
	return NULL;
}

static const char *set_node_url(struct config_values *v, struct slice value)
{
	const char *why = "needs more memory";

	/* not shown: somebody may have put a password into it */
	if (setting_check(SETTING_SITE_URL, value, v->arena, &v->config.node_url,
	    &why) != SETTING_OK)
		return why;
	return NULL;
}

static const char *set_log_level(struct config_values *v, struct slice value)
{
	if (log_level_parse(value, &v->config.log_level))
		return NULL;
	return wrong(v, value, "is no level: write alert, error, warning, info or debug");
}

static const char *set_switch(struct config_values *v, struct slice value, bool *ret_on)
{
	bool yes = slice_is(value, "yes");

	if (!yes && !slice_is(value, "no"))
		return wrong(v, value, "is neither: write yes or no");
	*ret_on = yes;
	return NULL;
}

const char *config_value_set(struct config_values *v, enum config_key key, struct slice value)
{
	struct config *c = &v->config;

	switch (key) {
	case CONFIG_STATE_DIR:
		return set_folder(v, value, &c->state_dir);
	case CONFIG_RUN_DIR:
		return set_folder(v, value, &c->run_dir);
	case CONFIG_HTTPS:
		return set_address(v, value, &c->https);
	case CONFIG_PEER:
		return set_address(v, value, &c->peer);
	case CONFIG_SMTP:
		return "the local SMTP listener is not in this version: remove the line; programs submit "
		    "mail by tocsin-sendmail";
	case CONFIG_STORE:
		return check_store(v, value);
	case CONFIG_TLS_CERTIFICATE:
		return set_path(v, value, &c->tls_certificate);
	case CONFIG_TLS_KEY:
		return set_path(v, value, &c->tls_key);
	case CONFIG_INTERFACES:
		return set_interfaces(v, value);
	case CONFIG_NODE_NAME:
		return set_node_name(v, value);
	case CONFIG_NODE_URL:
		return set_node_url(v, value);
	case CONFIG_LOG_LEVEL:
		return set_log_level(v, value);
	case CONFIG_PRIVATE_ENDPOINTS:
		return set_switch(v, value, &c->private_endpoints);
	case CONFIG_KEY_COUNT:
		break;
	}
	return "is no key";
}

const char *config_name_of_host(const char *host_name, struct arena *a)
{
	struct slice name = slice_of(host_name);
	char text[DOMAIN_SIZE];
	struct host host;

	if (!slice_copy(slice_sub(name, 0, DOMAIN_MAX), text, sizeof(text)))
		return "localhost";
	for (char *c = text; *c != '\0'; c++)
		if (!char_is_alpha(*c) && !char_is_digit(*c) && *c != '.')
			*c = '-';
	if (host_name_check(slice_of(text), &host) != HOST_OK || host.kind != HOST_NAME)
		return "localhost";
	return arena_copy(a, host.text);
}
