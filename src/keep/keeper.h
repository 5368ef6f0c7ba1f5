/*
 * keeper.h - the keeper's work: it owns the store, decides who may do what, and answers the other
 * roles. One struct, one file a subject; each file's handlers stand in the table of keeper.c.
 *
 * Handlers never wait: a read is answered at once from the store's snapshot, a write when its
 * commit is done. The channel a request came by may be gone by then; keep_reply() knows.
 */
#ifndef TOCSIN_KEEP_KEEPER_H
#define TOCSIN_KEEP_KEEPER_H

#include "core/config.h"
#include "core/settings.h"
#include "store/store.h"
#include "sys/loop.h"
#include "sys/worker.h"
#include "wire/channel.h"
#include "wire/status.h"
#include "wire/who.h"

struct store_session;
struct store_aliases; /* store/aliases.h */
struct keep_queue; /* keep/queue.c */
struct keep_trials; /* keep/trial.c */
struct keep_signin; /* keep/signin.c */
struct keep_daily; /* keep/daily.c */
struct keep_alerts; /* keep/alerts.c */
struct keep_oauth; /* keep/oauth.c */
struct keep_endings; /* keep/endings.c */
struct keep_zones; /* keep/zones.c */
struct keep_backup; /* keep/backup.h */
struct keep_tokens; /* keep/tokens.c */
struct keep_retention; /* keep/retention.c */
struct keep_page_certificate; /* keep/page_certificate.c */
struct store_api_token;

enum {
	KEEP_PEERS = ROLE_COUNT,
	KEEP_RELAY_NAME_SIZE = 300,
	KEEP_PROBLEMS_MAX = 100, /* told in one answer */
};

struct keeper {
	struct loop *loop;
	struct store *store;
	const struct config *config;
	struct keep_zones *zones; /* the caller's, set before; NULL: there is only UTC */
	int folder_fd; /* the store's folder, for the disk's free space; the caller's, set before */
	struct channel *parent; /* the caller's, set before; NULL: there is none */
	uint64_t starter; /* uid that may command besides root */
	uint16_t https_port;
	int64_t started; /* the service, by the wall clock */

	struct channel *peers[KEEP_PEERS]; /* by role; NULL while away */
	uint64_t peer_generation[KEEP_PEERS]; /* grows with each new channel */

	/* settings in force: values in settings_arena, replaced as a whole */
	struct arena *settings_arena;
	struct settings settings;
	uint64_t settings_version;

	struct arena *aliases_arena; /* the mail aliases in force, replaced as a whole */
	const struct store_aliases *aliases;

	struct keep_queue *queue;
	struct keep_trials *trials;
	struct keep_signin *signin;
	struct keep_daily *daily;
	struct keep_tokens *tokens;
	struct keep_retention *retention;
	struct keep_alerts *alerts;
	struct keep_oauth *oauth;
	struct keep_endings *endings;
	struct keep_backup *backup;
	struct keep_page_certificate *page_certificate;
	struct keep_certificates {
		int64_t https_until, relay_until; /* 0 not known */
		char relay[KEEP_RELAY_NAME_SIZE]; /* "host:port" that relay_until is about */
	} certificates;

	/* what watcher says, and when (boot ms) the roles last answered */
	bool self_probe_good;
	int64_t self_probe_at; /* wall clock, 0 never */
	char self_probe_detail[256];
	int64_t sender_answered, watcher_answered;
	struct timer pulse;
	struct fault fault; /* why keeper_init failed */
};

/*
 * folder holds the store. 0, or an exit code with fault set (the store is damaged, the key is
 * missing, ...). Starts threads: before the sandbox is sealed.
 */
int keeper_init(struct keeper *k, struct loop *loop, const struct config *config,
	const char *folder, uint64_t starter, uint16_t https_port) MUST_CHECK;
void keeper_release(struct keeper *k);

/* A neighbour's new channel; takes the descriptor. */
void keeper_link(struct keeper *k, enum role peer, int fd);

/* ---- for the handlers ---- */

/* Who asks, once known: what the audit log names and the rights follow from. */
struct asker {
	struct who who;
	const struct store_session *session; /* NULL without one */
	const struct store_api_token *token; /* NULL without one that is good */
	const char *name; /* "anna", "root (local)", "uid 1000 (local)", "token backup" */
	bool may_command; /* an account of the site, or a local user with the right */
};

/* One request on its way: lives in its arena until answered. */
struct request {
	struct keeper *keeper;
	struct arena *arena;
	enum role from;
	uint64_t generation; /* of the channel it came by */
	uint64_t id;
	enum word word;
	struct asker asker;
	struct unpack body; /* the fields behind WHO; points into the arena */
	struct store_job job; /* for the handler's write */
	int result; /* handler's own use across the commit */
	void *data;
};

/* Ends the request without an answer: the parts of a request, and words that want none. */
void keep_drop(struct request *r);

/* Each answers and ends the request (r is gone afterwards). */
void keep_reply(struct request *r, enum word word, const struct buffer *body);
void keep_done(struct request *r, uint64_t count);
void keep_refuse(struct request *r, int exit_code, const char *field, const char *text);
void keep_refuse_malformed(struct request *r); /* the body was not what the word promises */
void keep_refuse_store(struct request *r, int result); /* a write failed: full, broken */

/* What is wrong with a request, collected, so that one answer tells all of it. */
struct keep_problems {
	struct {
		const char *field; /* settings key or name of a field, or "" */
		const char *text;
	} list[KEEP_PROBLEMS_MAX];
	size_t n;
};

/* One more; nothing when text is NULL, and those above the room for them are dropped. */
void keep_problem(struct keep_problems *p, const char *field, const char *text);
/* EX_DATAERR with all of them. */
void keep_refuse_problems(struct request *r, const struct keep_problems *p);

#endif
