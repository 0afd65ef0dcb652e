#include "lib/machine_clock.h"

#include "lib/mem.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLOCK_MS_MAX 1e13 /* three centuries */

static int take(struct machine_clock *clock, const json_t *root,
    struct err *err)
{
	const char *schema = json_string_value(json_object_get(root, "schema"));
	const json_t *offset = json_object_get(root, "offset_ms");
	const json_t *error = json_object_get(root, "error_ms");
	clock->offset_ms = json_number_value(offset);
	clock->error_ms = json_number_value(error);
	if (!schema || strncmp(schema, "ringstorm-clock/1", 17) != 0 ||
	    (schema[17] != '\0' && schema[17] != '.'))
		return err_set(err,
		    "is no clock of a machine (schema ringstorm-clock/1)");
	if (!json_is_number(offset) || !json_is_number(error) ||
	    !(fabs(clock->offset_ms) < CLOCK_MS_MAX) ||
	    !(clock->error_ms >= 0 && clock->error_ms < CLOCK_MS_MAX))
		return err_set(err, "offset_ms or error_ms is not a time");
	clock->known = true;
	return 0;
}

int machine_clock_read(struct machine_clock *clock, const char *path,
    struct err *err)
{
	const char *slash = strrchr(path, '/');
	int folder = slash ? (int)(slash - path) + 1 : 0;
	char *name = mem_format("%.*sclock.json", folder, path);
	int result = 0;
	*clock = (struct machine_clock){ 0 };
	if (access(name, F_OK) == 0) {
		json_error_t why;
		json_t *root =
		    json_load_file(name, JSON_REJECT_DUPLICATES, &why);
		struct err wrong;
		result = root ? take(clock, root, &wrong)
		              : err_set(&wrong, "%s", why.text);
		if (result != 0)
			err_set(err, "%s: %s", name, wrong.text);
		json_decref(root);
	}
	free(name);
	return result;
}
