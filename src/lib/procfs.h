/* procfs.h - what the files of /proc say of a machine, as figures.
 *
 * Pure: texts in, figures out. Kernels add lines and fields, containers leave
 * files empty, and a file may be cut: what is not as proc(5) has it is passed
 * over, and nothing of a line that is only half there is taken. */
#ifndef LIB_PROCFS_H
#define LIB_PROCFS_H

#include "lib/readings.h"

/* /proc/stat: "cpu.busy" (of all cores together; busy is neither idle nor
 * waiting nor stolen), "cpu.user", ... and "cpu.0.busy", "cpu.0.steal",
 * "cpu.0.softirq" as shares; "run_queue", "blocked"; "context_switches". */
void procfs_stat(struct readings *to, const char *text,
    double ticks_per_second);

/* /proc/loadavg: "load.1m", "load.5m", "load.15m", "tasks". */
void procfs_loadavg(struct readings *to, const char *text);

/* /proc/meminfo: "memory.total_bytes", "memory.available_bytes",
 * "memory.used_bytes" (the one without the other), "memory.dirty_bytes",
 * "memory.swap_used_bytes". */
void procfs_meminfo(struct readings *to, const char *text);

/* /proc/net/dev: for each interface "net.eth0.received_bytes", ...; those that
 * never carried a packet are left out. */
void procfs_net_dev(struct readings *to, const char *text);

/* /proc/net/snmp and /proc/net/netstat: "tcp.retransmits", "tcp.resets_sent",
 * "tcp.established", "tcp.listen_overflows", ... */
void procfs_net_table(struct readings *to, const char *text);

/* /proc/net/sockstat and sockstat6: "sockets.used", "tcp.in_use",
 * "tcp.time_wait", "tcp.orphans", "udp.in_use", "tcp6.in_use", "udp6.in_use" */
void procfs_sockstat(struct readings *to, const char *text);

/* /proc/sys/fs/file-nr: "files.open", "files.limit". */
void procfs_file_nr(struct readings *to, const char *text);

/* /proc/diskstats: for each device "disk.sda.read_bytes", ..., "disk.sda.busy";
 * loop and RAM devices, and those never used, are left out. */
void procfs_diskstats(struct readings *to, const char *text);

/* A file of /proc/pressure: "pressure.cpu.some", "pressure.cpu.full" as shares
 * of the time in which tasks stood still. `what` is "cpu". */
void procfs_pressure(struct readings *to, const char *text, const char *what);

/* A file that holds one number. */
void procfs_number(struct readings *to, const char *text, const char *name);

#endif
