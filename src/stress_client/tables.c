#include "stress_client/tables.h"

#include "lib/mem.h"

#include <stdlib.h>

void tables_init(struct tables *tables)
{
	*tables = (struct tables){ 0 };
	tables->sets = mem_new(driver_count + 1, sizeof(*tables->sets));
	tables->sets[0] = (struct option_set){ .title = "Run",
		.rows = settings_rows,
		.count = settings_count,
		.values = &tables->general };
	for (size_t i = 0; i < driver_count; i++) {
		const struct driver *driver = drivers[i];
		void *values = driver->values_size == 0
		                   ? NULL
		                   : mem_new(1, driver->values_size);

		tables->sets[i + 1] = (struct option_set){
			.title = driver->help,
			.rows = driver->options,
			.count = driver->option_count,
			.values = values,
		};
	}
	tables->options = (struct options){
		.program = "stress_client",
		.about = "Loads a service with many virtual clients, checks "
		         "every answer and writes what it measured.",
		.sets = tables->sets,
		.set_count = driver_count + 1,
	};
}

const void *tables_of(const struct tables *tables, const struct driver *driver)
{
	for (size_t i = 0; i < driver_count; i++) {
		if (drivers[i] == driver)
			return tables->sets[i + 1].values;
	}
	return NULL;
}

void tables_release(struct tables *tables)
{
	options_release(&tables->options);
	for (size_t i = 0; i < driver_count; i++)
		free(tables->sets[i + 1].values);
	free(tables->sets);
}
