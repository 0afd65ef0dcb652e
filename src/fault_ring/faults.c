#include "fault_ring/fault.h"

#include "lib/buf.h"

#include <string.h>

const struct fault *const faults[] = {
	&fault_kill,
	&fault_term,
	&fault_pause,
	&fault_slow,
	&fault_partition,
	&fault_loss,
	&fault_reset,
	&fault_rate,
	&fault_delay,
	&fault_command,
};

const size_t fault_count = sizeof faults / sizeof *faults;

const struct fault *fault_find(const char *name, struct err *err)
{
	struct buf known = { 0 };

	for (size_t i = 0; i < fault_count; i++) {
		if (strcmp(faults[i]->name, name) == 0)
			return faults[i];
	}
	for (size_t i = 0; i < fault_count; i++)
		buf_add_format(&known, "%s%s", i > 0 ? ", " : "",
		    faults[i]->name);
	err_set(err, "'%.40s' is no fault; there are %.*s", name,
	    (int)known.length, (const char *)known.data);
	buf_release(&known);
	return NULL;
}
