#define _GNU_SOURCE /* DT_ */
#include "relay_probe/process.h"

#include "lib/infile.h"
#include "lib/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMM_LENGTH    15 /* the kernel keeps so much of a name */
#define TEXT_BYTES_MAX 4096
#define LOOKS          10 /* with one list of processes */
#define PATH_BYTES     64

int process_init(struct process *process, uint64_t pid, const char *name,
    const char *host, const struct remote_settings *settings, struct err *err)
{
	*process = (struct process){ .pid = pid,
		.name = name,
		.text.ceiling = TEXT_BYTES_MAX,
		.units = { (double)sysconf(_SC_PAGESIZE),
		    (double)sysconf(_SC_CLK_TCK) } };
	if (!host)
		return 0;
	process->remote = remote_new(host, settings, err);
	return process->remote ? 0 : -1;
}

void process_release(struct process *process)
{
	remote_free(process->remote);
	remote_result_release(&process->result);
	buf_release(&process->text);
	free(process->pids);
	*process = (struct process){ 0 };
}

/* Here */

static const char *read_text(struct process *process, uint64_t pid,
    const char *file)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof path, "/proc/%llu/%s", (unsigned long long)pid,
	    file);
	process->text.length = 0;
	if (infile_read(&process->text, path) < 0 ||
	    buf_add(&process->text, "", 1) < 0)
		return NULL;
	return (const char *)process->text.data;
}

static bool has_name(struct process *process, uint64_t pid)
{
	const char *comm = read_text(process, pid, "comm");
	if (!comm)
		return false;
	size_t length = strcspn(comm, "\n"), wanted = strlen(process->name);
	return length == (wanted < COMM_LENGTH ? wanted : COMM_LENGTH) &&
	       memcmp(comm, process->name, length) == 0;
}

static void find_by_name(struct process *process)
{
	DIR *folder = opendir("/proc");
	const struct dirent *entry;
	process->pid_count = 0;
	process->looks = 0;
	while (folder && (entry = readdir(folder))) {
		char *end;
		uint64_t pid = strtoull(entry->d_name, &end, 10);
		if (pid == 0 || *end || !has_name(process, pid))
			continue;
		process->pids = mem_resize(process->pids,
		    process->pid_count + 1, sizeof *process->pids);
		process->pids[process->pid_count++] = pid;
	}
	if (folder)
		closedir(folder);
}

static void count_files(struct procfs_process *found, uint64_t pid)
{
	char path[PATH_BYTES], target[8];
	double files = 0, sockets = 0;
	snprintf(path, sizeof path, "/proc/%llu/fd", (unsigned long long)pid);
	DIR *folder = opendir(path);
	const struct dirent *entry;
	if (!folder)
		return;
	while ((entry = readdir(folder))) {
		if (entry->d_type != DT_LNK)
			continue;
		ssize_t length = readlinkat(dirfd(folder), entry->d_name,
		    target, sizeof target);
		files++;
		sockets += length >= 7 && memcmp(target, "socket:", 7) == 0;
	}
	closedir(folder);
	procfs_process_files(found, files, sockets);
}

static void add_here(struct process *process, uint64_t pid,
    struct procfs_process *found)
{
	const char *text = read_text(process, pid, "stat");
	if (text && procfs_process_add(found, text, &process->units))
		count_files(found, pid);
}

static void look_by_name(struct process *process, struct procfs_process *found)
{
	for (size_t i = 0; i < process->pid_count; i++)
		add_here(process, process->pids[i], found);
}

static void look_here(struct process *process, struct procfs_process *found)
{
	if (process->pid) {
		add_here(process, process->pid, found);
		return;
	}
	if (process->pid_count > 0 && ++process->looks < LOOKS)
		look_by_name(process, found);
	if (found->count > 0 && found->count >= (double)process->pid_count)
		return;
	*found = (struct procfs_process){ 0 };
	find_by_name(process);
	look_by_name(process, found);
}

/* On a host. Its words: the pid or "", the name or "". */
static const char script[] =
    "echo units $(getconf PAGESIZE) $(getconf CLK_TCK)\n"
    "for folder in /proc/[0-9]*; do\n"
    "	if [ -n \"$1\" ]; then\n"
    "		[ \"$folder\" = \"/proc/$1\" ] || continue\n"
    "	else\n"
    "		read -r comm 2>/dev/null <\"$folder/comm\" || continue\n"
    "		[ \"$comm\" = \"$2\" ] || continue\n"
    "	fi\n"
    "	cat \"$folder/stat\" 2>/dev/null || continue\n"
    "	files=$(ls -l \"$folder/fd\" 2>/dev/null) || continue\n"
    "	echo files $(echo \"$files\" | grep -c -e '->') "
    "$(echo \"$files\" | grep -c -e '-> socket:')\n"
    "done\n";

void process_take_report(struct procfs_process *found, char *report)
{
	struct procfs_units units = { 4096, 100 };
	double files, sockets;
	char *rest;
	for (char *line = strtok_r(report, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (sscanf(line, "units %lf %lf", &units.page_bytes,
		        &units.ticks_per_second) == 2)
			continue;
		if (sscanf(line, "files %lf %lf", &files, &sockets) == 2)
			procfs_process_files(found, files, sockets);
		else
			procfs_process_add(found, line, &units);
	}
}

static int look_there(struct process *process, int64_t deadline_ns,
    struct procfs_process *found, struct err *err)
{
	char pid[24] = "", name[COMM_LENGTH + 1] = "";
	const char *const words[] = { pid, name, NULL };
	if (process->pid)
		snprintf(pid, sizeof pid, "%llu",
		    (unsigned long long)process->pid);
	else
		snprintf(name, sizeof name, "%s", process->name);
	if (remote_run(process->remote, script, words, deadline_ns,
	        &process->result, err) < 0)
		return -1;
	process_take_report(found, (char *)process->result.out.data);
	return 0;
}

int process_look(struct process *process, int64_t deadline_ns,
    struct procfs_process *found, struct err *err)
{
	*found = (struct procfs_process){ 0 };
	if (!process->remote)
		look_here(process, found);
	else if (look_there(process, deadline_ns, found, err) < 0)
		return -1;
	if (found->count > 0)
		return 0;
	if (process->pid)
		return err_set(err, "there is no process %llu",
		    (unsigned long long)process->pid);
	return err_set(err, "there is no process of the name %s",
	    process->name);
}
