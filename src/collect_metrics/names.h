/* names.h - which files of a machine are metrics. What a machine calls its
 * files is input: only names that our programs and CloudP2P's give are taken.
 */
#ifndef COLLECT_METRICS_NAMES_H
#define COLLECT_METRICS_NAMES_H

#include <stdbool.h>

/* "machine_1_client_2.json", ".log", "machine_1_timeline.jsonl",
 * "machine_1_run.json", "client_2.json", "host_NAME.jsonl", "probe_NAME.jsonl".
 */
bool name_is_metrics(const char *name);

/* "machine_1", which holds "client_2.json". */
bool name_is_machine(const char *name);

/* Has a '/' or a control character in it, as no honest name has. */
bool name_is_hostile(const char *name);

#endif
