#define _GNU_SOURCE /* DT_ */
#include "lib/process_here.h"

#include "lib/infile.h"
#include "lib/mem.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_BYTES_MAX 4096
#define LOOKS          10 /* with one list of processes */
#define PATH_BYTES     64

void process_here_init(struct process_here *here, uint64_t pid,
    const char *name)
{
	*here = (struct process_here){ .pid = pid,
		.name = name,
		.text.ceiling = TEXT_BYTES_MAX,
		.units = { (double)sysconf(_SC_PAGESIZE),
		    (double)sysconf(_SC_CLK_TCK) } };
}

void process_here_release(struct process_here *here)
{
	buf_release(&here->text);
	free(here->pids);
	*here = (struct process_here){ 0 };
}

static const char *read_text(struct process_here *here, uint64_t pid,
    const char *file)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof path, "/proc/%llu/%s", (unsigned long long)pid,
	    file);
	here->text.length = 0;
	if (infile_read(&here->text, path) < 0 ||
	    buf_add(&here->text, "", 1) < 0)
		return NULL;
	return (const char *)here->text.data;
}

static bool has_name(struct process_here *here, uint64_t pid)
{
	const char *comm = read_text(here, pid, "comm");
	if (!comm)
		return false;
	size_t length = strcspn(comm, "\n"), wanted = strlen(here->name);
	return length == (wanted < PROCESS_NAME_LENGTH ? wanted
	                                               : PROCESS_NAME_LENGTH) &&
	       memcmp(comm, here->name, length) == 0;
}

static void find_by_name(struct process_here *here)
{
	DIR *folder = opendir("/proc");
	const struct dirent *entry;
	here->pid_count = 0;
	here->looks = 0;
	while (folder && (entry = readdir(folder))) {
		char *end;
		uint64_t pid = strtoull(entry->d_name, &end, 10);
		if (pid == 0 || *end || !has_name(here, pid))
			continue;
		here->pids = mem_resize(here->pids, here->pid_count + 1,
		    sizeof *here->pids);
		here->pids[here->pid_count++] = pid;
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

static void add_here(struct process_here *here, uint64_t pid,
    struct procfs_process *found)
{
	const char *text = read_text(here, pid, "stat");
	if (text && procfs_process_add(found, text, &here->units) &&
	    !here->no_files)
		count_files(found, pid);
}

static void look_by_name(struct process_here *here,
    struct procfs_process *found)
{
	for (size_t i = 0; i < here->pid_count; i++)
		add_here(here, here->pids[i], found);
}

void process_here_look(struct process_here *here, struct procfs_process *found)
{
	*found = (struct procfs_process){ 0 };
	if (here->pid) {
		add_here(here, here->pid, found);
		return;
	}
	if (here->pid_count > 0 && ++here->looks < LOOKS)
		look_by_name(here, found);
	if (found->count > 0 && found->count >= (double)here->pid_count)
		return;
	*found = (struct procfs_process){ 0 };
	find_by_name(here);
	look_by_name(here, found);
}
