#include "relay_probe/process.h"

#include <stdio.h>
#include <string.h>

int process_init(struct process *process, uint64_t pid, const char *name,
    const char *host, const struct remote_settings *settings, struct err *err)
{
	*process = (struct process){ .remote = NULL };
	process_here_init(&process->here, pid, name);
	if (!host)
		return 0;
	process->remote = remote_new(host, settings, err);
	return process->remote ? 0 : -1;
}

void process_release(struct process *process)
{
	remote_free(process->remote);
	remote_result_release(&process->result);
	process_here_release(&process->here);
	*process = (struct process){ 0 };
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
    /* It fails as well when a descriptor is closed meanwhile. */
    "	files=$(ls -l \"$folder/fd\" 2>/dev/null)\n"
    "	[ -n \"$files\" ] || continue\n"
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
	char pid[24] = "", name[PROCESS_NAME_LENGTH + 1] = "";
	const char *const words[] = { pid, name, NULL };
	if (process->here.pid)
		snprintf(pid, sizeof pid, "%llu",
		    (unsigned long long)process->here.pid);
	else
		snprintf(name, sizeof name, "%s", process->here.name);
	if (remote_run(process->remote, script, words, deadline_ns,
	        &process->result, err) < 0)
		return -1;
	process_take_report(found, (char *)process->result.out.data);
	return 0;
}

int process_judge(struct process *process, struct procfs_process *found,
    struct err *err)
{
	unsigned long long pid = process->here.pid;
	if (found->count <= 0)
		return pid ? err_set(err, "there is no process %llu", pid)
		           : err_set(err, "there is no process of the name %s",
		                 process->here.name);
	if (!process->who)
		process->who = found->who;
	if (!pid || process->who == found->who)
		return 0;
	*found = (struct procfs_process){ 0 };
	return err_set(err,
	    "the process %llu has ended, and another has "
	    "its number",
	    pid);
}

int process_look(struct process *process, int64_t deadline_ns,
    struct procfs_process *found, struct err *err)
{
	*found = (struct procfs_process){ 0 };
	if (!process->remote)
		process_here_look(&process->here, found);
	else if (look_there(process, deadline_ns, found, err) < 0)
		return -1;
	return process_judge(process, found, err);
}
