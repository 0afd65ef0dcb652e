#include "fault_ring/vars.h"

#include "lib/mem.h"
#include "lib/remote.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The variable of that name: the first `length` bytes. */
static struct var *find(const struct vars *vars, const char *name,
    size_t length)
{
	for (size_t i = 0; i < vars->count; i++) {
		struct var *var = &vars->items[i];
		if (strlen(var->name) == length &&
		    strncmp(var->name, name, length) == 0)
			return var;
	}
	return NULL;
}

/* Takes the value over. */
static void set_owned(struct vars *vars, const char *name, char *value)
{
	struct var *var = find(vars, name, strlen(name));

	if (!var) {
		vars->items = mem_resize(vars->items, vars->count + 1,
		    sizeof *vars->items);
		var = &vars->items[vars->count++];
		*var = (struct var){ .name = name };
	}
	free(var->value);
	var->value = value;
}

void vars_set(struct vars *vars, const char *name, const char *value)
{
	set_owned(vars, name, mem_text(value ? value : ""));
}

void vars_format(struct vars *vars, const char *name, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	vars_set(vars, name, text);
}

const char *vars_get(const struct vars *vars, const char *name)
{
	const struct var *var = find(vars, name, strlen(name));

	return var ? var->value : "";
}

void vars_copy(struct vars *to, const struct vars *from)
{
	for (size_t i = 0; i < from->count; i++)
		vars_set(to, from->items[i].name, from->items[i].value);
}

void vars_write(const struct vars *vars, struct buf *to)
{
	for (size_t i = 0; i < vars->count; i++) {
		buf_add_format(to, "%s=", vars->items[i].name);
		remote_quote(to, vars->items[i].value);
		buf_add_text(to, "\n");
	}
}

void vars_expand(const struct vars *vars, const char *text, struct buf *to)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";

	while (*text) {
		size_t plain = strcspn(text, "$");
		buf_add(to, text, plain);
		text += plain;
		if (!*text)
			break;
		size_t brace = text[1] == '{';
		size_t length = strspn(text + 1 + brace, letters);
		const struct var *var = find(vars, text + 1 + brace, length);
		if (brace && text[2 + length] != '}')
			var = NULL;
		if (var && *var->value) {
			buf_add_text(to, var->value);
			text += 1 + brace + length + brace;
		} else {
			buf_add(to, text++, 1);
		}
	}
}

void vars_release(struct vars *vars)
{
	for (size_t i = 0; i < vars->count; i++)
		free(vars->items[i].value);
	free(vars->items);
	*vars = (struct vars){ 0 };
}
