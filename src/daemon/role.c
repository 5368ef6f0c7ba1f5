/* role.c - what the roles' mains share; see role.h. */
#include "daemon/role.h"

#include <sysexits.h>

#include "base/log.h"
#include "core/diagnosis.h"
#include "sys/descriptor.h"
#include "sys/files.h"
#include "sys/process.h"
#include "wire/pack.h"

enum {
	TRIM_FIRST_MS = 1000,
	TRIM_MS = 60 * 1000,
};

static void on_link(struct role_base *r, const struct channel_message *m)
{
	struct unpack u;
	enum role peer;

	unpack_init(&u, m->body);
	peer = (enum role)unpack_below(&u, ROLE_COUNT);
	if (unpack_end(&u) && m->fds[0] >= 0)
		r->linked(r->arg, peer, m->fds[0]);
}

/* Keeper says what is wrong with it; front, which reads the same file, need not. */
static void on_diagnosis(struct role_base *r, int fd)
{
	struct arena *a = arena_new(64 * 1024);
	struct fault fault = { .text = "" };
	const char *error = NULL;
	struct buffer text;
	int result = 0;

	buffer_init(&text, DIAGNOSIS_SIZE_MAX);
	if (fd >= 0)
		result = file_read_fd(fd, &text, &fault);
	if (result == 0 && a != NULL)
		result = diagnosis_override(buffer_slice(&text), a, &error);
	if (result != 0 && r->is_keeper)
		log_error(DIAGNOSIS_FILE_NAME ": %s; what counted before stays in force",
			error != NULL ? error : fault.text[0] != '\0' ? fault.text : "out of memory");
	else if (fd >= 0 && r->is_keeper)
		log_info(DIAGNOSIS_FILE_NAME " was read");
	buffer_release(&text);
	arena_free(a);
	descriptor_close(fd);
}

static void on_stop(struct role_base *r)
{
	r->exit_code = EX_OK;
	if (r->stop != NULL)
		r->stop(r->arg);
	else
		loop_stop(r->loop);
}

/* Parent kills a role whose loop no longer turns. */
static void on_pulse(struct role_base *r, uint64_t id)
{
	struct buffer body;

	buffer_init(&body, 100);
	pack_number(&body, (uint64_t)loop_lag_ms(r->loop));
	channel_answer(r->parent, id, WORD_PULSE_IS, &body);
	buffer_release(&body);
}

static void on_parent_message(void *arg, struct channel *c UNUSED, const struct channel_message *m)
{
	struct role_base *r = arg;
	struct unpack u;

	if (m->word == WORD_LINK) {
		on_link(r, m);
	} else if (m->word == WORD_CERTIFICATE && r->certificate != NULL) {
		r->certificate(r->arg, m->fds[0], m->fds[1]);
	} else if (m->word == WORD_DIAGNOSIS) {
		on_diagnosis(r, m->fds[0]);
	} else if (m->word == WORD_LOG_LEVEL) {
		unpack_init(&u, m->body);
		log_set_level((enum log_level)unpack_below(&u, LOG_LEVEL_DEBUG + 1));
	} else if (m->word == WORD_PULSE) {
		on_pulse(r, m->id);
	} else if (m->word == WORD_STOP) {
		on_stop(r);
	}
}

/* Without its parent a role has nobody to stop or restart it: it ends at once. */
static void on_parent_closed(void *arg UNUSED, struct channel *c UNUSED)
{
	process_exit(EX_TEMPFAIL);
}

static const struct channel_events parent_events = {
	.message = on_parent_message,
	.closed = on_parent_closed,
};

bool role_begin(struct role_base *r, const struct start *start, enum role self)
{
	r->start = start;
	r->is_keeper = self == ROLE_KEEPER;
	r->exit_code = EX_SOFTWARE;
	log_set_name(role_name(self));
	process_leave_signals_to_parent();
	r->loop = loop_new();
	if (r->loop != NULL)
		r->parent = channel_new(
			r->loop, start->parent_fd, self, ROLE_PARENT, &parent_events, r);
	if (r->parent == NULL) {
		log_error("cannot start: out of memory or descriptors");
		return false;
	}
	return true;
}

bool role_enter(struct role_base *r, enum sandbox_role kind, int root_fd,
	const struct sandbox_path *paths, size_t n_paths)
{
	struct fault fault;

	r->sandbox = (struct sandbox){
		.role = kind,
		.root_fd = root_fd,
		.user = r->start->root ? &r->start->user : NULL,
		.paths = paths,
		.n_paths = n_paths,
	};
	if (sandbox_enter(&r->sandbox, &fault) == 0)
		return true;
	log_error("a guard does not close: %s", fault.text);
	return false;
}

bool role_seal(struct role_base *r)
{
	struct fault fault;

	if (sandbox_seal(&r->sandbox, &fault) == 0)
		return true;
	log_error("a guard does not close: %s", fault.text);
	return false;
}

/* What starting and a busy minute took is given back; malloc alone would keep it. */
static void on_trim(void *arg)
{
	struct role_base *r = arg;

	process_trim_memory();
	timer_set(&r->trim, TRIM_MS);
}

int role_run(struct role_base *r)
{
	struct buffer body;
	char guards[256];

	sandbox_guards(&r->sandbox, guards, sizeof(guards));
	buffer_init(&body, 1000);
	pack_text(&body, guards);
	channel_send(r->parent, WORD_READY, 0, &body);
	buffer_release(&body);
	timer_init(&r->trim, r->loop, on_trim, r);
	timer_set(&r->trim, TRIM_FIRST_MS);
	if (loop_run(r->loop) != 0)
		return EX_OSERR;
	return r->exit_code;
}

void role_end(struct role_base *r)
{
	channel_free(r->parent);
	loop_free(r->loop);
}

int role_folder(const struct start *start, const char *name)
{
	struct fault fault;
	int state = -1, fd = -1;

	if (folder_open(FILES_HERE, start->config->state_dir, &state, &fault) == 0) {
		if (start->root)
			process_reach_files_as(&start->user);
		if (folder_open(state, name, &fd, &fault) == 0) {
			descriptor_close(state);
			return fd;
		}
	}
	log_error("%s", fault.text);
	descriptor_close(state);
	return -1;
}
