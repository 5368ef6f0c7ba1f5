/* Queue ids as the known servers give them; nothing where there is none. */
#include "unit/unit.h"

#include "delivery/queue_id.h"

static void each_server_says_it_in_its_own_way(void **state UNUSED)
{
	static const struct {
		const char *words, *id;
	} rows[] = {
		{ "Ok: queued as 4F1A2B3C4D", "4F1A2B3C4D" },
		{ "from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 9XYZ", "9XYZ" },
		{ "OK id=1rGxYz-0001Ab-2C", "1rGxYz-0001Ab-2C" },
		{ "OK  1700000000 a1-20020a05600c000100b0040b2976eb02sm8.23 - gsmtp",
		    "a1-20020a05600c000100b0040b2976eb02sm8.23" },
		{ "OK <a@b> [Hostname=AS8PR04MB8433.eurprd04.prod.outlook.com]",
		    "AS8PR04MB8433.eurprd04.prod.outlook.com" },
		{ "<a@b> [InternalId=12345, Hostname=mail.example] Queued mail for delivery", "12345" },
		{ "4BC123de001 Message accepted for delivery", "4BC123de001" },
		{ "ok 1700000000 qp 31337", "31337" },
		{ "Ok 0100018c1f2e3d4c-aaaa-bbbb-000000", "0100018c1f2e3d4c-aaaa-bbbb-000000" },
		{ "Queued as <X1>.", "X1" },
		{ "OK", "" },
		{ "Ok then", "" },
		{ "Thank you for your mail", "" },
		{ "queued as ", "" },
		{ "", "" },
	};
	char id[QUEUE_ID_TEXT_SIZE];

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		queue_id_parse(slice_of(rows[i].words), id);
		assert_string_equal(id, rows[i].id);
	}
}

static void one_that_does_not_fit_is_none(void **state UNUSED)
{
	char words[300] = "queued as ", id[QUEUE_ID_TEXT_SIZE];

	memset(words + 10, 'A', sizeof(words) - 11);
	queue_id_parse(slice_of(words), id);
	assert_string_equal(id, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_server_says_it_in_its_own_way),
		cmocka_unit_test(one_that_does_not_fit_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
