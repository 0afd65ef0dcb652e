/* Files over a session, by SFTP. */
#include "lib/clock.h"
#include "lib/ssh_session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define READ_BYTES ((size_t)32 << 10)
#define NAME_BYTES 1024

/* For one answer: a host that is there but says nothing must not hold us until
 * the deadline of a long copy. */
static int64_t answer_ns(const struct ssh *ssh, int64_t deadline_ns)
{
	int64_t patience_ns = clock_now_ns() + ssh->connect_timeout_ns;
	return patience_ns < deadline_ns ? patience_ns : deadline_ns;
}

static int start(struct ssh *ssh, int64_t deadline_ns, struct err *err)
{
	if (ssh_connect(ssh, deadline_ns, err) != 0)
		return -1;
	if (!ssh->sftp)
		SSH_AWAIT_NEW(ssh, answer_ns(ssh, deadline_ns), ssh->sftp,
		    libssh2_sftp_init(ssh->session));
	return ssh->sftp ? 0 : ssh_broken(ssh, "SFTP", err);
}

static int errno_of(unsigned long status)
{
	switch (status) {
	case LIBSSH2_FX_NO_SUCH_FILE:
	case LIBSSH2_FX_NO_SUCH_PATH:
		return ENOENT;
	case LIBSSH2_FX_PERMISSION_DENIED:
		return EPERM;
	default:
		return EIO;
	}
}

/* What the host refused leaves the session sound. */
static int failed(struct ssh *ssh, const char *path, struct err *err)
{
	if (libssh2_session_last_errno(ssh->session) !=
	    LIBSSH2_ERROR_SFTP_PROTOCOL)
		return ssh_broken(ssh, path, err);
	errno = errno_of(libssh2_sftp_last_error(ssh->sftp));
	return err_system(err, "%s: %s", ssh->target.words, path);
}

static int open_path(struct ssh *ssh, const char *path, int kind,
    int64_t deadline_ns, struct err *err)
{
	if (start(ssh, deadline_ns, err) != 0)
		return -1;
	SSH_AWAIT_NEW(ssh, answer_ns(ssh, deadline_ns), ssh->open,
	    libssh2_sftp_open_ex(ssh->sftp, path, (unsigned)strlen(path),
	        LIBSSH2_FXF_READ, 0, kind));
	return ssh->open ? 0 : failed(ssh, path, err);
}

/* A broken session has closed it already. */
static int close_path(struct ssh *ssh, const char *path, int result,
    int64_t deadline_ns, struct err *err)
{
	int closed = 0, error = errno;
	if (!ssh->open)
		return result;
	SSH_AWAIT(ssh, answer_ns(ssh, deadline_ns), closed,
	    libssh2_sftp_close_handle(ssh->open));
	if (closed == LIBSSH2_ERROR_EAGAIN) {
		int gone = ssh_broken(ssh, path, result == 0 ? err : NULL);
		return result == 0 ? gone : result;
	}
	ssh->open = NULL;
	errno = error;
	return result;
}

static struct remote_file describe(const char *name,
    const LIBSSH2_SFTP_ATTRIBUTES *known)
{
	struct remote_file file = { .name = name };
	if (known->flags & LIBSSH2_SFTP_ATTR_SIZE)
		file.size_bytes = known->filesize;
	if (known->flags & LIBSSH2_SFTP_ATTR_ACMODTIME)
		file.modified_unix_s = (int64_t)known->mtime;
	if (known->flags & LIBSSH2_SFTP_ATTR_PERMISSIONS) {
		file.is_plain = LIBSSH2_SFTP_S_ISREG(known->permissions);
		file.is_folder = LIBSSH2_SFTP_S_ISDIR(known->permissions);
	}
	return file;
}

int ssh_list(struct ssh *ssh, const char *folder,
    int (*each)(void *arg, const struct remote_file *file), void *arg,
    int64_t deadline_ns, struct err *err)
{
	char name[NAME_BYTES];
	LIBSSH2_SFTP_ATTRIBUTES known;
	int result = 0;

	if (open_path(ssh, folder, LIBSSH2_SFTP_OPENDIR, deadline_ns, err) != 0)
		return -1;
	while (result == 0) {
		int length = 0;
		SSH_AWAIT(ssh, answer_ns(ssh, deadline_ns), length,
		    libssh2_sftp_readdir_ex(ssh->open, name, sizeof name - 1,
		        NULL, 0, &known));
		if (length == 0)
			break;
		if (length < 0) {
			result = failed(ssh, folder, err);
			break;
		}
		name[length] = '\0';
		struct remote_file file = describe(name, &known);
		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			result = each(arg, &file);
		if (result == 0 && fiber_share() < 0)
			result = ssh_broken(ssh, folder, err);
	}
	return close_path(ssh, folder, result, deadline_ns, err);
}

static int copy(struct ssh *ssh, const char *path, FILE *to,
    uint64_t most_bytes, int64_t deadline_ns, struct err *err)
{
	char *part = malloc(READ_BYTES);
	uint64_t total = 0;
	int result = part ? 0 : err_system(err, "%s", path);

	while (result == 0) {
		ssize_t got = 0;
		SSH_AWAIT(ssh, answer_ns(ssh, deadline_ns), got,
		    libssh2_sftp_read(ssh->open, part, READ_BYTES));
		if (got == 0)
			break;
		total += got > 0 ? (uint64_t)got : 0;
		if (got < 0) {
			result = failed(ssh, path, err);
		} else if (total > most_bytes) {
			errno = EMSGSIZE;
			result =
			    err_system(err, "%s: %s", ssh->target.words, path);
		} else if (fwrite(part, 1, (size_t)got, to) != (size_t)got) {
			result = err_system(err, "cannot copy %s", path);
		} else if (fiber_share() < 0) {
			result = ssh_broken(ssh, path, err);
		}
	}
	free(part);
	return result;
}

int ssh_fetch(struct ssh *ssh, const char *path, FILE *to, uint64_t most_bytes,
    int64_t deadline_ns, struct err *err)
{
	if (open_path(ssh, path, LIBSSH2_SFTP_OPENFILE, deadline_ns, err) != 0)
		return -1;
	int result = copy(ssh, path, to, most_bytes, deadline_ns, err);
	return close_path(ssh, path, result, deadline_ns, err);
}
