#include "stress_client/header_list.h"

#include "lib/infile.h"
#include "lib/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX ((size_t)1 << 20)

void header_list_take(struct text_list *list, char *text)
{
	list->items =
	    mem_resize(list->items, list->count + 1, sizeof *list->items);
	list->items[list->count++] = text;
}

void header_list_release(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct text_list){ 0 };
}

/* What would break a request apart is none. */
static bool is_header(const char *text)
{
	size_t name = strcspn(text, ": \t");
	return name > 0 && text[name] == ':' && !strpbrk(text, "\r\n");
}

static int take_lines(struct text_list *list, char *text, const char *path,
    struct err *err)
{
	size_t number = 0;
	for (char *next; text; text = next) {
		next = strchr(text, '\n');
		if (next)
			*next++ = '\0';
		size_t length = strlen(text);
		if (length > 0 && text[length - 1] == '\r')
			text[length - 1] = '\0';
		number++;
		if (*text == '\0' || *text == '#')
			continue;
		if (!is_header(text))
			return err_set(err,
			    "--header @%s: line %zu is not of the form "
			    "'NAME: VALUE'",
			    path, number);
		header_list_take(list, mem_text(text));
	}
	return 0;
}

static int read_file(struct text_list *list, const char *path, struct err *err)
{
	struct buf text = { .ceiling = FILE_BYTES_MAX };
	int result;
	if (infile_read(&text, path) < 0 || buf_add(&text, "", 1) < 0)
		result = err_system(err, "--header @%s", path);
	else
		result = take_lines(list, (char *)text.data, path, err);
	buf_release(&text);
	return result;
}

int header_list_read(struct text_list *list, const struct text_list *items,
    struct err *err)
{
	for (size_t i = 0; i < items->count; i++) {
		const char *item = items->items[i];
		if (item[0] == '@') {
			if (read_file(list, item + 1, err) < 0)
				return -1;
		} else if (is_header(item)) {
			header_list_take(list, mem_text(item));
		} else {
			return err_set(err,
			    "--header '%s' is not of the form 'NAME: VALUE'",
			    item);
		}
	}
	return 0;
}
