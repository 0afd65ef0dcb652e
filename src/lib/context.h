/* context.h - a line of execution on a stack of its own, and the switch from
 * one to another. Nothing but fibers need it. */
#ifndef LIB_CONTEXT_H
#define LIB_CONTEXT_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <ucontext.h>

/* clang names its sanitizers in its own way. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#if __has_feature(thread_sanitizer) && !defined(__SANITIZE_THREAD__)
#define __SANITIZE_THREAD__ 1
#endif
#endif

struct context {
	jmp_buf resume;
	void (*run)(struct context *);
	ucontext_t *start;       /* only until the first switch to it */
	const void *frame;       /* the lowest it needs, while it is left */
	bool spent;              /* nothing on the stack is needed any more */
	struct context *visitor; /* who switched to it last */

	/* What the sanitizers want to know. */
	const void *stack;
	size_t stack_bytes;
	void *fake_stack, *thread;
};

/* Takes the calling thread's own stack as a context. */
void context_init(struct context *context);

/* A new stack; `size` zeroed bytes at its top begin with its context, so that
 * one that waits touches one page. The first switch to it calls `run`, which
 * never returns. `self` is the context that calls. NULL with errno when the
 * system has no room. */
void *context_new(struct context *self, size_t size,
    void (*run)(struct context *));

/* Unmaps the stack; not for one made with context_init. */
void context_free(struct context *context);

/* Goes on with `to`; returns when something switches back to `from`. */
void context_switch(struct context *from, struct context *to);

#endif
