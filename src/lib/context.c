#define _GNU_SOURCE
#include "lib/context.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Only what is touched becomes resident. The sanitizers' frames are larger. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STACK_BYTES ((size_t)256 << 10)
#else
#define STACK_BYTES ((size_t)64 << 10)
#endif

/* Between `leave` and `arrive` a call or a return would be charged to the
 * wrong stack, so both become part of their callers. */
#define UNCHECKED      __attribute__((no_sanitize("address", "thread")))
#define PART_OF_SWITCH UNCHECKED __attribute__((always_inline)) inline
#define SWITCH         UNCHECKED __attribute__((noinline))

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

static PART_OF_SWITCH void leave(struct context *from, const struct context *to)
{
	__sanitizer_start_switch_fiber(from->spent ? NULL : &from->fake_stack,
	    to->stack, to->stack_bytes);
	if (from->spent)
		from->fake_stack = NULL;
}

static PART_OF_SWITCH void arrive(struct context *self)
{
	__sanitizer_finish_switch_fiber(self->fake_stack, &self->visitor->stack,
	    &self->visitor->stack_bytes);
}

static void forget(const struct context *context)
{
	__asan_unpoison_memory_region(context->stack, context->stack_bytes);
}
#elif defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>

static PART_OF_SWITCH void leave(struct context *from, const struct context *to)
{
	(void)from;
	__tsan_switch_to_fiber(to->thread, 0);
}

static PART_OF_SWITCH void arrive(struct context *self)
{
	(void)self;
}

static void forget(const struct context *context)
{
	__tsan_destroy_fiber(context->thread);
}
#else
static PART_OF_SWITCH void leave(struct context *from, const struct context *to)
{
	(void)from;
	(void)to;
}

static PART_OF_SWITCH void arrive(struct context *self)
{
	(void)self;
}

static void forget(const struct context *context)
{
	(void)context;
}
#endif

void context_init(struct context *context)
{
	*context = (struct context){ 0 };
#ifdef __SANITIZE_THREAD__
	context->thread = __tsan_get_current_fiber();
#endif
}

SWITCH void context_switch(struct context *from, struct context *to)
{
	to->visitor = from;
	from->frame = __builtin_frame_address(0);
	if (_setjmp(from->resume) == 0) {
		leave(from, to);
		if (to->start)
			setcontext(to->start);
		_longjmp(to->resume, 1);
	}
	arrive(from);
}

/* makecontext hands over integers only. */
static _Thread_local struct context *newborn;

static SWITCH void begin(void)
{
	struct context *self = newborn;

	self->start = NULL;
	arrive(self);
	context_switch(self, self->visitor);
	self->run(self);
	abort();
}

static size_t page_bytes(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* The lowest page of a stack faults, so that an overflow cannot corrupt its
 * neighbour. A guard installed by madvise (Linux 6.13) leaves adjacent stacks
 * one mapping; a protected page makes two of each, and the kernel's default
 * limit is 65,530. */
static int guard(void *page)
{
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
	if (madvise(page, page_bytes(), MADV_GUARD_INSTALL) == 0)
		return 0;
	return mprotect(page, page_bytes(), PROT_NONE);
}

static char *map_stack(void)
{
	size_t bytes = page_bytes() + STACK_BYTES;
	char *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (map == MAP_FAILED)
		return NULL;
	/* One huge page would hold thirty stacks, all of it resident. */
	madvise(map, bytes, MADV_NOHUGEPAGE);
	if (guard(map) < 0) {
		int error = errno;
		munmap(map, bytes);
		errno = error;
		return NULL;
	}
	return map + page_bytes();
}

static void prepare(ucontext_t *start, char *stack, size_t bytes)
{
	getcontext(start);
	start->uc_stack.ss_sp = stack;
	start->uc_stack.ss_size = bytes;
	start->uc_link = NULL;
	makecontext(start, begin, 0);
}

void *context_new(struct context *self, size_t size,
    void (*run)(struct context *))
{
	ucontext_t start;
	char *stack = map_stack();
	if (!stack)
		return NULL;

	size_t below = (STACK_BYTES - size) & ~(size_t)63;
	struct context *context = (void *)(stack + below);
	*context = (struct context){ .run = run,
		.start = &start,
		.stack = stack,
		.stack_bytes = below };
#ifdef __SANITIZE_THREAD__
	context->thread = __tsan_create_fiber(0);
#endif
	prepare(&start, stack, below);
	newborn = context;
	context_switch(self, context);
	return context;
}

void context_free(struct context *context)
{
	char *stack = (char *)(uintptr_t)context->stack;
	forget(context);
	munmap(stack - page_bytes(), page_bytes() + STACK_BYTES);
}
