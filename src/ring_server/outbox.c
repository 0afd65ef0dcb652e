#include "ring_server/outbox.h"

#include "lib/mem.h"

#include <stdlib.h>

static char *copy(const char *text)
{
	return text ? mem_text(text) : NULL;
}

static struct cloudp2p_entry *copy_entries(const struct cloudp2p_entry *entries,
    size_t count)
{
	struct cloudp2p_entry *copies;

	if (count == 0)
		return NULL;
	copies = mem_new(count, sizeof *copies);
	for (size_t i = 0; i < count; i++) {
		copies[i] = entries[i];
		copies[i].client_name = copy(entries[i].client_name);
	}
	return copies;
}

void outbox_add(struct outbox *outbox, uint32_t to,
    const struct cloudp2p_message *message)
{
	struct post *post;

	if (outbox->count == outbox->capacity) {
		outbox->capacity = outbox->capacity ? 2 * outbox->capacity : 8;
		outbox->posts = mem_resize(outbox->posts, outbox->capacity,
		    sizeof *outbox->posts);
	}
	post = &outbox->posts[outbox->count++];
	post->to = to;
	post->message = *message;
	post->message.client_name = copy(message->client_name);
	post->message.address = copy(message->address);
	post->message.error_message = copy(message->error_message);
	post->message.entries =
	    copy_entries(message->entries, message->entry_count);
}

void outbox_clear(struct outbox *outbox)
{
	for (size_t i = 0; i < outbox->count; i++)
		cloudp2p_release(&outbox->posts[i].message);
	outbox->count = 0;
}

void outbox_release(struct outbox *outbox)
{
	outbox_clear(outbox);
	free(outbox->posts);
	*outbox = (struct outbox){ 0 };
}
