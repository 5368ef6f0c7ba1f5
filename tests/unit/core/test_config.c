/* tocsin.conf: what it may say, what it gives, and what each mistake is answered with. */
#include "unit/unit.h"

#include "core/config.h"

static struct arena *arena;

static int set_up(void **state UNUSED)
{
	arena = arena_new(1 << 20);
	return arena == NULL ? -1 : 0;
}

static int tear_down(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

static struct config good(const char *text)
{
	struct config config;
	const char *error = "";
	int result = config_parse(slice_of(text), "/srv/t", "node1.example.com", arena, &config, &error);

	assert_string_equal(error, "");
	assert_int_equal(result, 0);
	return config;
}

static const char *bad_slice(struct slice text)
{
	struct config config = { .state_dir = "as before" };
	const char *error = "";

	assert_int_equal(config_parse(text, "/srv/t", "node1", arena, &config, &error), CONFIG_BAD);
	assert_string_equal(config.state_dir, "as before");
	return error;
}

static const char *bad(const char *text)
{
	return bad_slice(slice_of(text));
}

static void an_empty_file_gives_the_defaults(void **state UNUSED)
{
	struct config c = good("");

	assert_string_equal(c.state_dir, "/var/lib/tocsin");
	assert_string_equal(c.run_dir, "/run/tocsin");
	assert_string_equal(c.https, "[::]:8443");
	assert_string_equal(c.peer, "[::]:8444");
	assert_string_equal(c.tls_certificate, "");
	assert_string_equal(c.tls_key, "");
	assert_int_equal(c.n_interfaces, 0);
	assert_string_equal(c.node_name, "node1.example.com");
	assert_string_equal(c.node_url, "");
	assert_int_equal(c.log_level, LOG_LEVEL_INFO);
	assert_false(c.private_endpoints);
}

static void every_key_is_read(void **state UNUSED)
{
	struct config c = good(
	    "# a comment\n"
	    "\n"
	    "   # and another\n"
	    "state_dir = state\n"
	    "run_dir=/run/elsewhere/\n"
	    "\thttps\t=  127.0.0.1:0   # any free port\n"
	    "peer = [2001:db8::1]:9444\n"
	    "store = sqlite\n"
	    "tls_certificate = tls/chain.pem\n"
	    "tls_key = /etc/ssl/private/key#1.pem\n"
	    "interfaces = eth0, eth1,br-lan\n"
	    "node_name = alpha\n"
	    "node_url = https://alpha.example.com:8443/\n"
	    "log_level = debug\n"
	    "private_endpoints = yes");

	assert_string_equal(c.state_dir, "/srv/t/state");
	assert_string_equal(c.run_dir, "/run/elsewhere");
	assert_string_equal(c.https, "127.0.0.1:0");
	assert_string_equal(c.peer, "[2001:db8::1]:9444");
	assert_string_equal(c.tls_certificate, "/srv/t/tls/chain.pem");
	assert_string_equal(c.tls_key, "/etc/ssl/private/key#1.pem");
	assert_int_equal(c.n_interfaces, 3);
	assert_string_equal(c.interfaces[0], "eth0");
	assert_string_equal(c.interfaces[2], "br-lan");
	assert_string_equal(c.node_name, "alpha");
	assert_string_equal(c.node_url, "https://alpha.example.com:8443");
	assert_int_equal(c.log_level, LOG_LEVEL_DEBUG);
	assert_true(c.private_endpoints);
}

static void each_mistake_names_line_key_and_cure(void **state UNUSED)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "state_dri = x\n", "line 1: there is no key \"state_dri\": did you mean state_dir?" },
		{ "\n\nemail.relay_host = x\n", "line 3: there is no key \"email.relay_host\": settings such "
		    "as email.relay_host are set on the page or by \"tocsin set\"" },
		{ "colour = red", "line 1: there is no key \"colour\": see tocsin.conf(5) for those there "
		    "are" },
		{ "= red", "line 1: there is no key \"\": see tocsin.conf(5) for those there are" },
		{ "state_dir /srv", "line 1: \"state_dir /srv\" has no \"=\": write it as key = value" },
		{ "https = [::]:1\n\nhttps = [::]:1\n",
		    "line 3: https was set on line 1 already: keep one of the two" },
		{ "node_name =   # later\n", "line 1: node_name has no value: give it one, or remove the line "
		    "to have the default" },
		{ "state_dir = /", "line 1: state_dir: \"/\" is the root folder: name a folder of Tocsin's "
		    "own" },
		{ "state_dir = a\tb", "line 1: state_dir has a tab in its value: use spaces" },
		{ "https = 8443", "line 1: https: \"8443\" is no IP address and port: write it as [::]:8443 "
		    "for all addresses or as 127.0.0.1:8443" },
		{ "smtp = 127.0.0.1:25", "line 1: smtp: the local SMTP listener is not in this version: "
		    "remove the line; programs submit mail by tocsin-sendmail" },
		{ "store = postgresql://u:secret@db/x", "line 1: store: PostgreSQL is not in this version: "
		    "remove the line, or write \"store = sqlite\"" },
		{ "store = mysql", "line 1: store: \"mysql\" is no store: write \"store = sqlite\"" },
		{ "store = mysql://u:secret@db", "line 1: store: there is no such store: write \"store = "
		    "sqlite\"" },
		{ "tls_key = key.pem\n\n", "line 1: tls_key is set without tls_certificate: set both, or none "
		    "to have a certificate made" },
		{ "\ntls_certificate = c.pem\n", "line 2: tls_certificate is set without tls_key: set both, "
		    "or none to have a certificate made" },
		{ "interfaces = eth0 eth0", "line 1: interfaces: \"eth0\" is named twice: keep one" },
		{ "interfaces = eth0/1", "line 1: interfaces: \"eth0/1\" is no interface name: write them as "
		    "in \"interfaces = eth0 eth1\"" },
		{ "interfaces = , ,", "line 1: interfaces: names no interface: write them as in \"interfaces "
		    "= eth0 eth1\"" },
		{ "node_name = 192.0.2.1",
		    "line 1: node_name: \"192.0.2.1\" is an IP address: give the node a name" },
		{ "node_name = two words", "line 1: node_name: \"two words\" contains a space: enter one name "
		    "or IP address and nothing else" },
		{ "node_url = http://u:secret@n", "line 1: node_url: must begin with https://" },
		{ "log_level = loud",
		    "line 1: log_level: \"loud\" is no level: write alert, error, warning, info or debug" },
		{ "private_endpoints = maybe",
		    "line 1: private_endpoints: \"maybe\" is neither: write yes or no" },
		{ "store = sqlite\r\n",
		    "line 1: contains a carriage return: save the file with Unix line ends" },
		{ "store = \x1b[31m", "line 1: contains a control character: type the line again" },
		{ "# caf\xe9\n", "line 1: contains bytes that are no UTF-8: save the file as UTF-8" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_string_equal(bad(rows[i].text), rows[i].error);
	assert_string_equal(bad_slice(SLICE("\nnode_name = a\0b\n")),
	    "line 2: contains a NUL octet: save the file as plain text");
}

static void listen_addresses_are_literal(void **state UNUSED)
{
	static const char *const wrong[] = {
		"localhost:8443", "*:8443", ":8443", "[::]", "::1:8443", "[::1]:65536", "127.0.0.1:",
		"127.0.0.1:+1", "[127.0.0.1]:8443", "[fe80::1%eth0]:8443", "127.0.0.1:8443:8443",
	};

	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_non_null(strstr(bad(arena_printf(arena, "https = %s", wrong[i])),
		    "is no IP address and port"));
	assert_string_equal(good("peer = [::1]:65535").peer, "[::1]:65535");
}

static void a_line_may_be_1000_octets_long(void **state UNUSED)
{
	char text[1100];

	memset(text, 'x', sizeof(text));
	memcpy(text, "state_dir=/", 11);
	assert_int_equal(config_parse(slice_make(text, 1000), ".", "h", arena, &(struct config){ 0 },
	    &(const char *){ NULL }), 0);
	assert_string_equal(bad_slice(slice_make(text, 1001)),
	    "line 1: is longer than 1000 octets: a line is one key, \"=\" and a short value");
}

static void a_long_value_is_cut_in_its_error(void **state UNUSED)
{
	assert_string_equal(
	    bad("log_level = 12345678901234567890123456789012345678901234567890123456789\xc3\xa9 and more"),
	    "line 1: log_level: \"12345678901234567890123456789012345678901234567890123456789...\" is no "
	    "level: write alert, error, warning, info or debug");
}

static void the_hosts_name_always_makes_a_node_name(void **state UNUSED)
{
	static const struct {
		const char *host, *node;
	} rows[] = {
		{ "web_1.example.com", "web-1.example.com" },
		{ "_x", "localhost" },
		{ "", "localhost" },
		{ "10.0.0.1", "localhost" },
		{ "caf\xc3\xa9", "localhost" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct config c;
		const char *error;

		assert_int_equal(config_parse(SLICE(""), ".", rows[i].host, arena, &c, &error), 0);
		assert_string_equal(c.node_name, rows[i].node);
	}
}

static void paths_count_from_the_files_folder(void **state UNUSED)
{
	assert_string_equal(config_folder("var/tocsin.conf", arena), "var");
	assert_string_equal(config_folder("tocsin.conf", arena), ".");
	assert_string_equal(config_folder("/tocsin.conf", arena), "/");
	assert_string_equal(config_folder("/etc/tocsin/tocsin.conf", arena), "/etc/tocsin");
	assert_string_equal(config_path("/", "state", arena), "/state");
	assert_string_equal(config_path("var", "drop", arena), "var/drop");
	assert_string_equal(config_path("var", "/drop", arena), "/drop");
}

static void memory_that_ends_is_told(void **state UNUSED)
{
	struct arena *small = arena_new(16);
	struct config config;
	const char *error = NULL;

	assert_true(config_parse(SLICE("state_dir = /a/long/path/to/the/state/folder"), ".", "h", small,
	    &config, &error) < 0);
	assert_null(error);
	arena_free(small);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(an_empty_file_gives_the_defaults),
		test(every_key_is_read),
		test(each_mistake_names_line_key_and_cure),
		test(listen_addresses_are_literal),
		test(a_line_may_be_1000_octets_long),
		test(a_long_value_is_cut_in_its_error),
		test(the_hosts_name_always_makes_a_node_name),
		test(paths_count_from_the_files_folder),
		test(memory_that_ends_is_told),
	};

	return cmocka_run_group_tests_name("core/config", tests, NULL, NULL);
}
