/* words.c - the table of words; see words.h. A word that is not in it cannot be said. */
#include "wire/words.h"

enum {
	P = 1 << ROLE_PARENT,
	K = 1 << ROLE_KEEPER,
	F = 1 << ROLE_FRONT,
	S = 1 << ROLE_SENDER,
	W = 1 << ROLE_WATCHER,
	T = 1 << ROLE_TOOL,
};

/* Answers name the roles that give and get them like any other word. */
static const struct {
	const char *name;
	unsigned from, to;
	enum word answer;
} words[WORD_COUNT] = {
	[WORD_REFUSED] = { "refused", K | F, F | T | S, WORD_NONE },
	[WORD_DONE] = { "done", K | F, F | T, WORD_NONE },

	[WORD_LINK] = { "link", P, K | F | S | W, WORD_NONE },
	[WORD_CERTIFICATE] = { "certificate", P, K | F | W, WORD_NONE },
	[WORD_CERTIFICATE_PUT] = { "certificate-put", K, P, WORD_CERTIFICATE_KEPT },
	[WORD_CERTIFICATE_KEPT] = { "certificate-kept", P, K, WORD_NONE },
	[WORD_DIAGNOSIS] = { "diagnosis", P, K | F, WORD_NONE },
	[WORD_LOG_LEVEL] = { "log-level", P, K | F | S | W, WORD_NONE },
	[WORD_STOP] = { "stop", P, K | F | S | W, WORD_NONE },
	[WORD_READY] = { "ready", K | F | S | W, P, WORD_NONE },

	[WORD_HEALTH] = { "health", F | W, K, WORD_HEALTH_IS },
	[WORD_HEALTH_IS] = { "health-is", K, F | W, WORD_NONE },
	[WORD_PULSE] = { "pulse", P | K, K | F | S | W, WORD_PULSE_IS },
	[WORD_PULSE_IS] = { "pulse-is", K | F | S | W, P | K, WORD_NONE },
	[WORD_FACT] = { "fact", W, K, WORD_NONE },

	[WORD_LOGIN] = { "login", F, K, WORD_LOGIN_IS },
	[WORD_LOGIN_IS] = { "login-is", K, F, WORD_NONE },
	[WORD_SESSION] = { "session", F, K, WORD_SESSION_IS },
	[WORD_SESSION_IS] = { "session-is", K, F, WORD_NONE },
	[WORD_LOGOUT] = { "logout", F, K, WORD_DONE },
	[WORD_END_OTHERS] = { "end-others", F, K, WORD_DONE },
	[WORD_SETUP_CHECK] = { "setup-check", F, K, WORD_DONE },
	[WORD_SETUP] = { "setup", F, K, WORD_LOGIN_IS },
	[WORD_SETUP_LINK] = { "setup-link", F | T, K | F, WORD_SETUP_LINK_IS },
	[WORD_SETUP_LINK_IS] = { "setup-link-is", K | F, F | T, WORD_NONE },
	[WORD_ACCOUNT_ADD] = { "account-add", F | T, K | F, WORD_DONE },

	[WORD_USER_LIST] = { "user-list", F | T, K | F, WORD_USERS_ARE },
	[WORD_USERS_ARE] = { "users-are", K | F, F | T, WORD_NONE },
	[WORD_USER_PASSWORD] = { "user-password", F | T, K | F, WORD_DONE },
	[WORD_USER_DISABLE] = { "user-disable", F | T, K | F, WORD_DONE },
	[WORD_USER_REMOVE] = { "user-remove", F | T, K | F, WORD_DONE },
	[WORD_USER_END] = { "user-end", F | T, K | F, WORD_DONE },

	[WORD_SETTINGS_GET] = { "settings-get", F | T, K | F, WORD_SETTINGS_ARE },
	[WORD_SETTINGS_ARE] = { "settings-are", K | F, F | T, WORD_NONE },
	[WORD_SETTINGS_SET] = { "settings-set", F | T, K | F, WORD_SETTINGS_SAVED },
	[WORD_SETTINGS_CHECK] = { "settings-check", F | T, K | F, WORD_DONE },
	[WORD_SETTINGS_SAVED] = { "settings-saved", K | F, F | T, WORD_NONE },
	[WORD_SETTINGS_CONFLICT] = { "settings-conflict", K | F, F | T, WORD_NONE },

	[WORD_SITE] = { "site", K, F, WORD_NONE },

	[WORD_TEST] = { "test", F | T, K | F, WORD_TEST_STARTED },
	[WORD_TEST_STARTED] = { "test-started", K | F, F | T, WORD_NONE },
	[WORD_TEST_SHOW] = { "test-show", F | T, K | F, WORD_TEST_IS },
	[WORD_TEST_IS] = { "test-is", K | F, F | T, WORD_NONE },

	[WORD_POST] = { "post", T, F, WORD_POSTED },
	[WORD_POST_DATA] = { "post-data", T, F, WORD_NONE },
	[WORD_POST_END] = { "post-end", T, F, WORD_NONE },
	[WORD_SUBMIT] = { "submit", F, K, WORD_POSTED },
	[WORD_SUBMIT_DATA] = { "submit-data", F, K, WORD_NONE },
	[WORD_SUBMIT_END] = { "submit-end", F, K, WORD_NONE },
	[WORD_POSTED] = { "posted", K | F, F | T, WORD_NONE },

	[WORD_QUEUE_LIST] = { "queue-list", F | T, K | F, WORD_QUEUE_IS },
	[WORD_QUEUE_IS] = { "queue-is", K | F, F | T, WORD_NONE },
	[WORD_QUEUE_SHOW] = { "queue-show", F | T, K | F, WORD_MESSAGE_IS },
	[WORD_MESSAGE_IS] = { "message-is", K | F, F | T, WORD_NONE },
	[WORD_QUEUE_TRIES] = { "queue-tries", F | T, K | F, WORD_TRIES_ARE },
	[WORD_TRIES_ARE] = { "tries-are", K | F, F | T, WORD_NONE },
	[WORD_QUEUE_RETRY] = { "queue-retry", F | T, K | F, WORD_DONE },
	[WORD_QUEUE_ACT] = { "queue-act", F | T, K | F, WORD_QUEUE_ACTED },
	[WORD_QUEUE_ACTED] = { "queue-acted", K | F, F | T, WORD_NONE },
	[WORD_QUEUE_RESEND] = { "queue-resend", F | T, K | F, WORD_POSTED },

	[WORD_ALIAS_LIST] = { "alias-list", F | T, K | F, WORD_ALIASES_ARE },
	[WORD_ALIASES_ARE] = { "aliases-are", K | F, F | T, WORD_NONE },
	[WORD_ALIAS_SET] = { "alias-set", F | T, K | F, WORD_DONE },

	[WORD_OWN_CERTIFICATE] = { "own-certificate", F, K, WORD_NONE },
	[WORD_RELAY_CERTIFICATE] = { "relay-certificate", S, K, WORD_NONE },

	[WORD_STATUS] = { "status", F | T, K | F, WORD_STATUS_IS },
	[WORD_STATUS_IS] = { "status-is", K | F, F | T, WORD_NONE },
	[WORD_AUDIT_LIST] = { "audit-list", F, K, WORD_AUDIT_IS },
	[WORD_AUDIT_IS] = { "audit-is", K, F, WORD_NONE },

	[WORD_TOKEN_CREATE] = { "token-create", F | T, K | F, WORD_TOKEN_CREATED },
	[WORD_TOKEN_CREATED] = { "token-created", K | F, F | T, WORD_NONE },
	[WORD_TOKEN_LIST] = { "token-list", F | T, K | F, WORD_TOKENS_ARE },
	[WORD_TOKENS_ARE] = { "tokens-are", K | F, F | T, WORD_NONE },
	[WORD_TOKEN_REVOKE] = { "token-revoke", F | T, K | F, WORD_DONE },
	[WORD_BEARER] = { "bearer", F, K, WORD_BEARER_IS },
	[WORD_METRICS] = { "metrics", F, K, WORD_METRICS_ARE },
	[WORD_METRICS_ARE] = { "metrics-are", K, F, WORD_NONE },
	[WORD_BEARER_IS] = { "bearer-is", K, F, WORD_NONE },

	[WORD_BACKUP] = { "backup", F | T, K | F, WORD_BACKUP_MADE },
	[WORD_BACKUP_MADE] = { "backup-made", K | F, F | T, WORD_NONE },
	[WORD_BACKUP_READ] = { "backup-read", F | T, K | F, WORD_BACKUP_PART },
	[WORD_BACKUP_PART] = { "backup-part", K | F, F | T, WORD_NONE },
	[WORD_BACKUP_END] = { "backup-end", F | T, K | F, WORD_DONE },
	[WORD_RESTORE] = { "restore", F | T, K | F, WORD_RESTORE_STARTED },
	[WORD_RESTORE_STARTED] = { "restore-started", K | F, F | T, WORD_NONE },
	[WORD_RESTORE_DATA] = { "restore-data", F | T, K | F, WORD_DONE },
	[WORD_RESTORE_CHECK] = { "restore-check", F | T, K | F, WORD_RESTORE_IS },
	[WORD_RESTORE_IS] = { "restore-is", K | F, F | T, WORD_NONE },
	[WORD_RESTORE_APPLY] = { "restore-apply", F | T, K | F, WORD_RESTORED },
	[WORD_RESTORED] = { "restored", K | F, F | T, WORD_NONE },

	[WORD_RELAY] = { "relay", K, S, WORD_NONE },
	[WORD_NEXT] = { "next", S, K, WORD_MAIL },
	[WORD_MAIL] = { "mail", K, S, WORD_NONE },
	[WORD_BODY] = { "body", S, K, WORD_BODY_IS },
	[WORD_BODY_IS] = { "body-is", K, S, WORD_NONE },
	[WORD_DOT] = { "dot", S, K, WORD_DOT_MARKED },
	[WORD_DOT_MARKED] = { "dot-marked", K, S, WORD_NONE },
	[WORD_VERDICT] = { "verdict", S, K, WORD_VERDICT_KEPT },
	[WORD_VERDICT_KEPT] = { "verdict-kept", K, S, WORD_NONE },
	[WORD_PROBE] = { "probe", K, S, WORD_PROBE_IS },
	[WORD_PROBE_IS] = { "probe-is", S, K, WORD_NONE },
	[WORD_TRIAL] = { "trial", K, S, WORD_TRIAL_DONE },
	[WORD_TRIAL_STAGE] = { "trial-stage", S, K, WORD_NONE },
	[WORD_TRIAL_DONE] = { "trial-done", S, K, WORD_NONE },

	[WORD_OAUTH_BEGIN] = { "oauth-begin", F | T, K | F, WORD_OAUTH_BEGUN },
	[WORD_OAUTH_BEGUN] = { "oauth-begun", K | F, F | T, WORD_NONE },
	[WORD_OAUTH_LEAD] = { "oauth-lead", F | T, K | F, WORD_OAUTH_BEGUN },
	[WORD_OAUTH_FINISH] = { "oauth-finish", F | T, K | F, WORD_DONE },
	[WORD_OAUTH_STATUS] = { "oauth-status", F | T, K | F, WORD_OAUTH_STATUS_IS },
	[WORD_OAUTH_STATUS_IS] = { "oauth-status-is", K | F, F | T, WORD_NONE },
	[WORD_OAUTH_DEVICE] = { "oauth-device", F | T, K | F, WORD_DONE },
	[WORD_OAUTH_DISCONNECT] = { "oauth-disconnect", F | T, K | F, WORD_DONE },
	[WORD_OAUTH_TRY] = { "oauth-try", F | T, K | F, WORD_DONE },
	[WORD_OAUTH_DISCOVER] = { "oauth-discover", F | T, K | F, WORD_OAUTH_DISCOVERED },
	[WORD_OAUTH_DISCOVERED] = { "oauth-discovered", K | F, F | T, WORD_NONE },
	[WORD_OAUTH_KEY] = { "oauth-key", F | T, K | F, WORD_SETTINGS_SAVED },
	[WORD_OAUTH_LOOK] = { "oauth-look", F | T, K | F, WORD_OAUTH_LOOKED },
	[WORD_OAUTH_LOOKED] = { "oauth-looked", K | F, F | T, WORD_NONE },
	[WORD_GRANT] = { "grant", K, S, WORD_GRANT_IS },
	[WORD_GRANT_IS] = { "grant-is", S, K, WORD_NONE },
};

static const unsigned char descriptors[WORD_COUNT] = {
	[WORD_LINK] = 1,
	[WORD_CERTIFICATE] = 2,
	[WORD_CERTIFICATE_PUT] = 2,
	[WORD_DIAGNOSIS] = 1,
};

static const char *const role_names[ROLE_COUNT] = {
	"parent", "keeper", "front", "sender", "watcher", "tool",
};

const char *role_name(enum role r)
{
	return role_names[r];
}

const char *word_name(enum word w)
{
	return w > WORD_NONE && w < WORD_COUNT ? words[w].name : "unknown";
}

bool word_allowed(enum word w, enum role from, enum role to)
{
	return w > WORD_NONE && w < WORD_COUNT && (words[w].from & 1u << from) != 0 &&
		(words[w].to & 1u << to) != 0;
}

size_t word_descriptors(enum word w)
{
	return w > WORD_NONE && w < WORD_COUNT ? descriptors[w] : 0;
}

bool word_is_answer(enum word w)
{
	for (int request = WORD_NONE; request < WORD_COUNT; request++)
		if (word_answers(w, (enum word)request))
			return true;
	return false;
}

bool word_answers(enum word answer, enum word request)
{
	if (request <= WORD_NONE || request >= WORD_COUNT || words[request].answer == WORD_NONE)
		return false;
	return answer == words[request].answer || answer == WORD_REFUSED ||
		(request == WORD_SETTINGS_SET && answer == WORD_SETTINGS_CONFLICT);
}
