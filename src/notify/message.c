#include "notify/message.h"

#include "lib/utf8.h"
#include "wire/json_write.h"

static int cut(struct buf *text)
{
	if (text->length <= MESSAGE_BYTES_MAX)
		return 0;
	text->length = utf8_cut((const char *)text->data, MESSAGE_BYTES_MAX);
	return buf_add_text(text, "\n... (cut here)");
}

static void make_plain(struct buf *text)
{
	bool valid = utf8_is_valid(text->data, text->length);
	for (size_t i = 0; i < text->length; i++)
		if (text->data[i] == 0 || (!valid && text->data[i] >= 0x80))
			text->data[i] = '?';
}

int message_json(struct buf *out, struct buf *text)
{
	while (text->length > 0 && text->data[text->length - 1] == '\n')
		text->length--;
	if (cut(text) < 0)
		return -1;
	make_plain(text);
	if (buf_add(text, "", 1) < 0 || buf_add_text(out, "{\"text\":") < 0 ||
	    json_add_text(out, (const char *)text->data) < 0)
		return -1;
	return buf_add_text(out, "}");
}
