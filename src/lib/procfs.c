#include "lib/procfs.h"

#include "lib/procfs_text.h"

#include <string.h>

#define SECTOR_BYTES 512 /* of /proc/diskstats, whatever the device */
#define NAME_LENGTH  64  /* of a core, an interface, a device */

/* "eth0" as part of a dotted name. False when it cannot be one. */
static bool copy_name(char to[NAME_LENGTH + 1], const char *from, size_t length)
{
	if (length == 0 || length > NAME_LENGTH)
		return false;
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

/* CPU */

enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, CPU_FIELDS };

static double busy_ticks(const double ticks[CPU_FIELDS])
{
	return ticks[USER] + ticks[NICE] + ticks[SYSTEM] + ticks[IRQ] +
	       ticks[SOFTIRQ];
}

static void add_machine(struct readings *to, const double ticks[CPU_FIELDS],
    double ticks_per_second)
{
	static const struct {
		const char *name;
		int field;
	} parts[] = {
		{ "cpu.user", USER },
		{ "cpu.system", SYSTEM },
		{ "cpu.iowait", IOWAIT },
		{ "cpu.softirq", SOFTIRQ },
		{ "cpu.steal", STEAL },
	};
	readings_add_format(to, READING_SHARE,
	    busy_ticks(ticks) / ticks_per_second, "cpu.busy");
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		readings_add_format(to, READING_SHARE,
		    ticks[parts[i].field] / ticks_per_second, "%s",
		    parts[i].name);
}

static void add_core(struct readings *to, const char *core,
    const double ticks[CPU_FIELDS], double ticks_per_second)
{
	readings_add_format(to, READING_SHARE,
	    busy_ticks(ticks) / ticks_per_second, "cpu.%s.busy", core);
	readings_add_format(to, READING_SHARE, ticks[STEAL] / ticks_per_second,
	    "cpu.%s.steal", core);
	readings_add_format(to, READING_SHARE,
	    ticks[SOFTIRQ] / ticks_per_second, "cpu.%s.softirq", core);
}

/* "cpu3 17 0 ...", or "cpu ..." of all of them. */
static void take_cpu(struct readings *to, struct word word, const char *at,
    double cores, double ticks_per_second)
{
	double ticks[CPU_FIELDS];
	char core[NAME_LENGTH + 1];
	if (!procfs_numbers(&at, ticks, CPU_FIELDS))
		return;
	if (word.length == 3 && cores > 0)
		add_machine(to, ticks, ticks_per_second * cores);
	else if (copy_name(core, word.text + 3, word.length - 3))
		add_core(to, core, ticks, ticks_per_second);
}

static bool is_cpu(struct word word)
{
	return word.length >= 3 && memcmp(word.text, "cpu", 3) == 0;
}

static double count_cores(const char *text)
{
	double cores = 0;
	for (; *text; text = procfs_next_line(text)) {
		const char *at = text;
		struct word word = procfs_word(&at);
		cores += is_cpu(word) && word.length > 3;
	}
	return cores;
}

void procfs_stat(struct readings *to, const char *text, double ticks_per_second)
{
	static const struct {
		const char *word, *name;
		enum reading_kind kind;
	} rows[] = {
		{ "ctxt", "context_switches", READING_RATE },
		{ "procs_running", "run_queue", READING_NOW },
		{ "procs_blocked", "blocked", READING_NOW },
	};
	double cores = count_cores(text);
	for (; *text; text = procfs_next_line(text)) {
		const char *at = text;
		struct word word = procfs_word(&at);
		double value;
		if (is_cpu(word))
			take_cpu(to, word, at, cores, ticks_per_second);
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
			if (procfs_word_is(word, rows[i].word) &&
			    procfs_numbers(&at, &value, 1))
				readings_add_format(to, rows[i].kind, value,
				    "%s", rows[i].name);
	}
}

void procfs_loadavg(struct readings *to, const char *text)
{
	double load[3], tasks;
	if (!procfs_numbers(&text, load, 3))
		return;
	readings_add_format(to, READING_NOW, load[0], "load.1m");
	readings_add_format(to, READING_NOW, load[1], "load.5m");
	readings_add_format(to, READING_NOW, load[2], "load.15m");
	struct word word = procfs_word(&text); /* "5/150" */
	const char *slash =
	    word.length ? memchr(word.text, '/', word.length) : NULL;
	if (!slash)
		return;
	size_t before = (size_t)(slash + 1 - word.text);
	struct word all = { slash + 1, word.length - before };
	if (procfs_word_number(all, &tasks))
		readings_add_format(to, READING_NOW, tasks, "tasks");
}

/* Memory and files */

static bool find_kilobytes(const char *text, const char *key, double *bytes)
{
	for (; *text; text = procfs_next_line(text)) {
		const char *at = text;
		if (procfs_word_is(procfs_word(&at), key) &&
		    procfs_numbers(&at, bytes, 1)) {
			*bytes *= 1024;
			return true;
		}
	}
	return false;
}

static void add_bytes(struct readings *to, const char *name, double bytes)
{
	readings_add(to, READING_NOW, bytes, name, strlen(name));
}

void procfs_meminfo(struct readings *to, const char *text)
{
	double total, available, dirty, swap, swap_free;
	bool has_total = find_kilobytes(text, "MemTotal:", &total);
	if (has_total)
		add_bytes(to, "memory.total_bytes", total);
	if (find_kilobytes(text, "MemAvailable:", &available)) {
		add_bytes(to, "memory.available_bytes", available);
		if (has_total && available <= total)
			add_bytes(to, "memory.used_bytes", total - available);
	}
	if (find_kilobytes(text, "Dirty:", &dirty))
		add_bytes(to, "memory.dirty_bytes", dirty);
	if (find_kilobytes(text, "SwapTotal:", &swap) &&
	    find_kilobytes(text, "SwapFree:", &swap_free) && swap > 0 &&
	    swap_free <= swap)
		add_bytes(to, "memory.swap_used_bytes", swap - swap_free);
}

void procfs_file_nr(struct readings *to, const char *text)
{
	double numbers[3];
	if (!procfs_numbers(&text, numbers, 3))
		return;
	readings_add_format(to, READING_NOW, numbers[0], "files.open");
	readings_add_format(to, READING_NOW, numbers[2], "files.limit");
}

void procfs_number(struct readings *to, const char *text, const char *name)
{
	double value;
	if (procfs_numbers(&text, &value, 1))
		readings_add(to, READING_NOW, value, name, strlen(name));
}

/* Disks and pressure */

enum {
	READS,
	READ_SECTORS = 2,
	WRITES = 4,
	WRITTEN_SECTORS = 6,
	BUSY_MS = 9,
	DISK_FIELDS = 11
};

static bool is_disk(struct word name)
{
	static const char *const others[] = { "loop", "ram", "zram" };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		size_t length = strlen(others[i]);
		if (name.length > length &&
		    memcmp(name.text, others[i], length) == 0)
			return false;
	}
	return true;
}

void procfs_diskstats(struct readings *to, const char *text)
{
	for (; *text; text = procfs_next_line(text)) {
		const char *at = text;
		double device[2], n[DISK_FIELDS];
		char disk[NAME_LENGTH + 1];
		if (!procfs_numbers(&at, device, 2))
			continue;
		struct word name = procfs_word(&at);
		if (!copy_name(disk, name.text, name.length) ||
		    !is_disk(name) || !procfs_numbers(&at, n, DISK_FIELDS) ||
		    n[READS] + n[WRITES] <= 0)
			continue;
		readings_add_format(to, READING_RATE, n[READS], "disk.%s.reads",
		    disk);
		readings_add_format(to, READING_RATE, n[WRITES],
		    "disk.%s.writes", disk);
		readings_add_format(to, READING_RATE,
		    n[READ_SECTORS] * SECTOR_BYTES, "disk.%s.read_bytes", disk);
		readings_add_format(to, READING_RATE,
		    n[WRITTEN_SECTORS] * SECTOR_BYTES, "disk.%s.written_bytes",
		    disk);
		readings_add_format(to, READING_SHARE, n[BUSY_MS] / 1000,
		    "disk.%s.busy", disk);
	}
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=12345", in microseconds */
void procfs_pressure(struct readings *to, const char *text, const char *what)
{
	for (; *text; text = procfs_next_line(text)) {
		const char *at = text;
		struct word kind = procfs_word(&at), word;
		do
			word = procfs_word(&at);
		while (word.length && strncmp(word.text, "total=", 6) != 0);
		double total;
		if (word.length <= 6 ||
		    !procfs_word_number(
		        (struct word){ word.text + 6, word.length - 6 },
		        &total))
			continue;
		if (procfs_word_is(kind, "some") ||
		    procfs_word_is(kind, "full"))
			readings_add_format(to, READING_SHARE, total / 1e6,
			    "pressure.%s.%.4s", what, kind.text);
	}
}
