/* rusage FILE COMMAND... - runs a command and writes to FILE what it took: the
 * processor time in microseconds, user and system, and its peak memory in kB.
 * Ends as the command did. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define US_PER_SECOND INT64_C(1000000)

static int64_t us(struct timeval time)
{
	return time.tv_sec * US_PER_SECOND + time.tv_usec;
}

static int cannot(const char *what)
{
	fprintf(stderr, "rusage: cannot %s: %s\n", what, strerror(errno));
	return 127;
}

static int write_usage(const char *path)
{
	struct rusage usage;
	FILE *file = fopen(path, "w");

	if (!file)
		return -1;
	getrusage(RUSAGE_CHILDREN, &usage);
	fprintf(file, "%" PRId64 " %ld\n",
	    us(usage.ru_utime) + us(usage.ru_stime), usage.ru_maxrss);
	return fclose(file);
}

int main(int argc, char **argv)
{
	int status = 0;

	if (argc < 3) {
		fprintf(stderr, "usage: rusage FILE COMMAND...\n");
		return 2;
	}
	pid_t child = fork();
	if (child < 0)
		return cannot("fork");
	if (child == 0) {
		execvp(argv[2], argv + 2);
		_exit(cannot(argv[2]));
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (write_usage(argv[1]) != 0)
		return cannot(argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
