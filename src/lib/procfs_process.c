#include "lib/procfs_process.h"

#include "lib/procfs_text.h"

#include <math.h>
#include <string.h>

#define PID_BITS 22

/* Fields behind the name, from the state on; proc(5) counts it as the third. */
enum {
	PPID,
	USER_TICKS = 14 - 4,
	SYSTEM_TICKS = 15 - 4,
	THREADS = 20 - 4,
	STARTED = 22 - 4,
	RSS_PAGES = 24 - 4,
	FIELDS
};

/* Some fields may be negative; none of those is wanted. */
static bool take_fields(const char *at, double fields[FIELDS])
{
	for (size_t i = 0; i < FIELDS; i++) {
		struct word word = procfs_word(&at);
		if (word.length == 0)
			return false;
		if (!procfs_word_number(word, &fields[i]))
			fields[i] = -1;
	}
	return fields[USER_TICKS] >= 0 && fields[SYSTEM_TICKS] >= 0 &&
	       fields[THREADS] >= 0 && fields[STARTED] >= 0 &&
	       fields[RSS_PAGES] >= 0;
}

/* The name may have blanks and brackets, so its end is sought from behind. */
bool procfs_process_add(struct procfs_process *process, const char *text,
    const struct procfs_units *units)
{
	double pid, fields[FIELDS];
	const char *at = text, *name_end = strrchr(text, ')');
	if (!procfs_numbers(&at, &pid, 1) || !name_end)
		return false;
	at = name_end + 1;
	struct word state = procfs_word(&at);
	if (state.length != 1 || strchr("ZXx", *state.text) ||
	    !take_fields(at, fields))
		return false;
	process->count++;
	process->pid = pid;
	process->who += ((uint64_t)fields[STARTED] << PID_BITS) + (uint64_t)pid;
	process->rss_bytes += fields[RSS_PAGES] * units->page_bytes;
	process->threads += fields[THREADS];
	process->cpu_seconds += (fields[USER_TICKS] + fields[SYSTEM_TICKS]) /
	                        units->ticks_per_second;
	return true;
}

void procfs_process_files(struct procfs_process *process, double files,
    double sockets)
{
	process->with_files++;
	process->files += files;
	process->sockets += sockets;
}

bool procfs_process_has_files(const struct procfs_process *process)
{
	return process->count > 0 && process->with_files >= process->count;
}

void procfs_process_figures(struct readings *to,
    const struct procfs_process *process, const struct procfs_process *before,
    double seconds)
{
	double cpu = process->cpu_seconds - before->cpu_seconds;
	if (process->count == 1)
		readings_add_format(to, READING_NOW, process->pid, "proc.pid");
	else
		readings_add_format(to, READING_NOW, process->count,
		    "proc.count");
	if (process->count == 0)
		return;
	readings_add_format(to, READING_NOW, process->rss_bytes,
	    "proc.rss_bytes");
	if (process->who == before->who && seconds > 0 && cpu >= 0)
		readings_add_format(to, READING_NOW,
		    round(1e4 * cpu / seconds) / 100, "proc.cpu_percent");
	readings_add_format(to, READING_NOW, process->threads, "proc.threads");
	if (!procfs_process_has_files(process))
		return;
	readings_add_format(to, READING_NOW, process->files, "proc.files");
	readings_add_format(to, READING_NOW, process->sockets, "proc.sockets");
}
