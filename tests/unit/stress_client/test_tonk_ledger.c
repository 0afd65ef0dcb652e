#include "stress_client/tonk_ledger.h"

#include "lib/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define US NS_PER_US

/* A hash that begins with a letter. */
static const uint8_t *hash(char letter)
{
	static uint8_t hashes[128][AUTOMERGE_HASH];
	memset(hashes[(int)letter], letter, AUTOMERGE_HASH);
	return hashes[(int)letter];
}

/* Up to four of them, "AB". */
static struct automerge_hashes set(const char *letters)
{
	static uint8_t sets[8][4 * AUTOMERGE_HASH];
	static size_t next;
	uint8_t *at = sets[next++ % 8];
	size_t count = strlen(letters);
	for (size_t i = 0; i < count; i++)
		memcpy(at + i * AUTOMERGE_HASH, hash(letters[i]),
		    AUTOMERGE_HASH);
	return (struct automerge_hashes){ at, count };
}

struct notes {
	int64_t latency_us[16];
	size_t count;
};

static void note(void *context, int64_t latency_us)
{
	struct notes *notes = context;
	notes->latency_us[notes->count++] = latency_us;
}

/* Listeners 0 to `count` - 1, all connected from moment 1 on. */
static struct tonk_ledger *with_listeners(size_t count)
{
	struct tonk_ledger *ledger = tonk_ledger_new(count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(tonk_ledger_enter(ledger), i);
		assert_int_equal(tonk_ledger_join(ledger, i, 1), 0);
	}
	return ledger;
}

static void a_change_is_seen_when_its_hash_is_a_head(void **state)
{
	struct tonk_ledger *ledger = with_listeners(3);
	struct notes notes = { 0 };

	(void)state;
	tonk_ledger_write(ledger, 0, hash('A'), set(""), false, 10 * US);
	assert_false(tonk_ledger_has_seen(ledger, 0, hash('A')));
	tonk_ledger_heads(ledger, 0, set("A"), 20 * US, note, &notes);
	assert_true(tonk_ledger_has_seen(ledger, 0, hash('A')));
	assert_int_equal(notes.count, 0); /* the writer's own */
	tonk_ledger_heads(ledger, 1, set("A"), 35 * US, note, &notes);
	assert_int_equal(notes.count, 1);
	assert_int_equal(notes.latency_us[0], 25);
	tonk_ledger_heads(ledger, 1, set("A"), 50 * US, note, &notes);
	assert_int_equal(notes.count, 1);
	assert_int_equal(tonk_ledger_due(ledger, 2), 1);
	tonk_ledger_free(ledger);
}

static void a_head_covers_all_that_it_is_built_upon(void **state)
{
	struct tonk_ledger *ledger = with_listeners(2);
	struct notes notes = { 0 };

	(void)state;
	tonk_ledger_write(ledger, 0, hash('A'), set(""), false, 1 * US);
	tonk_ledger_write(ledger, 0, hash('B'), set("A"), false, 2 * US);
	tonk_ledger_write(ledger, 0, hash('C'), set("A"), false, 3 * US);
	tonk_ledger_write(ledger, 0, hash('D'), set("BC"), false, 4 * US);
	tonk_ledger_write(ledger, 0, hash('E'), set("A"), false, 5 * US);
	tonk_ledger_heads(ledger, 1, set("D"), 10 * US, note, &notes);
	assert_int_equal(notes.count, 4);
	assert_int_equal(tonk_ledger_due(ledger, 1), 1);
	tonk_ledger_heads(ledger, 1, set("DE"), 11 * US, note, &notes);
	assert_int_equal(notes.count, 5);
	assert_int_equal(notes.latency_us[4], 6);
	tonk_ledger_free(ledger);
}

static void what_others_wrote_in_between_is_learned_from_chunks(void **state)
{
	struct tonk_ledger *ledger = with_listeners(2);
	struct notes notes = { 0 };

	(void)state;
	tonk_ledger_write(ledger, 0, hash('A'), set(""), false, 1 * US);
	/* F is another process': only its chunk says that it covers A. */
	tonk_ledger_heads(ledger, 1, set("F"), 5 * US, note, &notes);
	assert_int_equal(notes.count, 0);
	tonk_ledger_learn(ledger, hash('F'), set("A"), 6 * US, note, &notes);
	assert_int_equal(notes.count, 1);
	assert_int_equal(tonk_ledger_due(ledger, 1), 0);
	assert_int_equal(tonk_ledger_due(ledger, 0), 2);
	tonk_ledger_heads(ledger, 0, set("F"), 7 * US, note, &notes);
	assert_int_equal(tonk_ledger_due(ledger, 0), 0);
	/* What is known already is not learned again. */
	tonk_ledger_learn(ledger, hash('A'), set(""), 8 * US, note, &notes);
	assert_int_equal(tonk_ledger_due(ledger, 0), 0);
	tonk_ledger_free(ledger);
}

static void a_chunk_may_come_after_what_is_built_upon_it(void **state)
{
	struct tonk_ledger *ledger = with_listeners(2);
	struct notes notes = { 0 };

	(void)state;
	tonk_ledger_write(ledger, 0, hash('A'), set(""), false, 1 * US);
	tonk_ledger_write(ledger, 0, hash('C'), set("F"), false, 2 * US);
	tonk_ledger_heads(ledger, 1, set("F"), 3 * US, note, &notes);
	tonk_ledger_heads(ledger, 1, set("C"), 4 * US, note, &notes);
	assert_int_equal(notes.count, 1);
	tonk_ledger_learn(ledger, hash('F'), set("A"), 6 * US, note, &notes);
	assert_int_equal(notes.count, 2);
	assert_int_equal(tonk_ledger_due(ledger, 1), 0);
	assert_int_equal(tonk_ledger_due(ledger, 0), 3);
	tonk_ledger_free(ledger);
}

/* Nobody has the chunk of F, and yet who wrote C had seen A below it. */
static void a_change_covers_all_that_its_writer_had_seen(void **state)
{
	struct tonk_ledger *ledger = with_listeners(2);
	struct notes notes = { 0 };

	(void)state;
	tonk_ledger_write(ledger, 0, hash('A'), set(""), true, 1 * US);
	tonk_ledger_heads(ledger, 0, set("A"), 2 * US, note, &notes);
	tonk_ledger_heads(ledger, 0, set("F"), 3 * US, note, &notes);
	tonk_ledger_write(ledger, 0, hash('B'), set("F"), false, 4 * US);
	tonk_ledger_heads(ledger, 1, set("B"), 5 * US, note, &notes);
	assert_int_equal(notes.count, 1);
	assert_false(tonk_ledger_has_seen(ledger, 1, hash('A')));
	tonk_ledger_write(ledger, 0, hash('C'), set("B"), true, 6 * US);
	tonk_ledger_heads(ledger, 1, set("C"), 7 * US, note, &notes);
	assert_int_equal(notes.count, 3);
	assert_int_equal(tonk_ledger_due(ledger, 1), 0);
	assert_true(tonk_ledger_knows(ledger, hash('C')));
	assert_false(tonk_ledger_knows(ledger, hash('F')));
	tonk_ledger_free(ledger);
}

static void who_comes_later_must_see_it_but_measures_nothing(void **state)
{
	struct tonk_ledger *ledger = tonk_ledger_new(2);
	struct notes notes = { 0 };

	(void)state;
	tonk_ledger_enter(ledger);
	tonk_ledger_enter(ledger);
	tonk_ledger_join(ledger, 0, 1);
	tonk_ledger_write(ledger, 0, hash('A'), set(""), false, 10 * US);
	tonk_ledger_join(ledger, 1, 20 * US);
	assert_int_equal(tonk_ledger_due(ledger, 1), 1);
	tonk_ledger_heads(ledger, 1, set("A"), 30 * US, note, &notes);
	assert_int_equal(tonk_ledger_due(ledger, 1), 0);
	assert_int_equal(notes.count, 0);
	tonk_ledger_free(ledger);
}

static void messages_are_counted_heard_doubled_and_missed(void **state)
{
	struct tonk_ledger *ledger = with_listeners(3);
	int64_t last_ns = 0;

	(void)state;
	uint64_t number = tonk_ledger_send(ledger, 0, 10);
	assert_false(tonk_ledger_all_heard(ledger, number, &last_ns));
	assert_int_equal(tonk_ledger_hear(ledger, 1, number, 20), TONK_HEARD);
	assert_int_equal(tonk_ledger_hear(ledger, 1, number, 21), TONK_AGAIN);
	assert_false(tonk_ledger_all_heard(ledger, number, &last_ns));
	assert_int_equal(tonk_ledger_hear(ledger, 2, number, 30), TONK_HEARD);
	assert_true(tonk_ledger_all_heard(ledger, number, &last_ns));
	assert_int_equal(last_ns, 30);
	assert_int_equal(tonk_ledger_hear(ledger, 1, number + 1, 31),
	    TONK_UNKNOWN_MESSAGE);
	tonk_ledger_free(ledger);
}

static void who_was_away_missed_what_was_said_meanwhile(void **state)
{
	struct tonk_ledger *ledger = with_listeners(3);
	int64_t last_ns = 0;

	(void)state;
	uint64_t first = tonk_ledger_send(ledger, 0, 10);
	tonk_ledger_hear(ledger, 2, first, 11);
	tonk_ledger_leave(ledger, 1);
	/* Nobody waits for the one that is gone. */
	assert_true(tonk_ledger_all_heard(ledger, first, &last_ns));
	tonk_ledger_send(ledger, 0, 12);
	tonk_ledger_send(ledger, 0, 13);
	assert_int_equal(tonk_ledger_join(ledger, 1, 20), 3);
	tonk_ledger_send(ledger, 0, 21);
	tonk_ledger_leave(ledger, 1);
	assert_int_equal(tonk_ledger_join(ledger, 1, 30), 1);
	tonk_ledger_free(ledger);
}

static void what_never_comes_is_told_once_it_is_old(void **state)
{
	struct tonk_ledger *ledger = with_listeners(4);
	struct notes notes = { 0 };
	int64_t last_ns;

	(void)state;
	tonk_ledger_write(ledger, 0, hash('A'), set(""), false, 10);
	uint64_t number = tonk_ledger_send(ledger, 0, 11);
	tonk_ledger_heads(ledger, 1, set("A"), 20, note, &notes);
	tonk_ledger_hear(ledger, 1, number, 20);
	struct tonk_missed missed = tonk_ledger_expire(ledger, 10);
	assert_int_equal(missed.changes + missed.messages, 0);
	missed = tonk_ledger_expire(ledger, 100);
	assert_int_equal(missed.changes, 2); /* not the writer itself */
	assert_int_equal(missed.messages, 2);
	assert_int_equal(tonk_ledger_due(ledger, 2), 0);
	assert_false(tonk_ledger_all_heard(ledger, number, &last_ns));
	missed = tonk_ledger_expire(ledger, 1000);
	assert_int_equal(missed.changes + missed.messages, 0);
	tonk_ledger_free(ledger);
}

static void what_its_writer_was_told_of_is_kept_in_mind_once(void **state)
{
	struct tonk_ledger *ledger = with_listeners(2);
	struct notes notes = { 0 };
	size_t count;

	(void)state;
	tonk_ledger_write(ledger, 0, hash('A'), set(""), false, 10);
	tonk_ledger_write(ledger, 1, hash('B'), set("A"), false, 11);
	tonk_ledger_heads(ledger, 1, set("A"), 20, note, &notes);
	free(tonk_ledger_take_acked(ledger, &count));
	assert_int_equal(count, 0); /* the other one was told */
	tonk_ledger_heads(ledger, 0, set("A"), 21, note, &notes);
	tonk_ledger_join(ledger, 0, 30);
	tonk_ledger_heads(ledger, 0, set("B"), 31, note, &notes);
	uint64_t *keys = tonk_ledger_take_acked(ledger, &count);
	assert_int_equal(count, 1);
	assert_int_equal(keys[0], tonk_ledger_key(hash('A')));
	free(keys);
	tonk_ledger_free(ledger);
}

static void nobody_has_to_see_what_may_have_been_lost_with_its_writer(
    void **state)
{
	struct tonk_ledger *ledger = with_listeners(3);
	struct notes notes = { 0 };

	(void)state;
	tonk_ledger_write(ledger, 0, hash('A'), set(""), false, 10);
	tonk_ledger_heads(ledger, 0, set("A"), 11, note, &notes);
	tonk_ledger_write(ledger, 0, hash('B'), set("A"), false, 12);
	assert_int_equal(tonk_ledger_due(ledger, 1), 2);
	tonk_ledger_leave(ledger, 0);
	assert_int_equal(tonk_ledger_due(ledger, 1), 1);
	tonk_ledger_join(ledger, 1, 15);
	assert_int_equal(tonk_ledger_due(ledger, 1), 1);
	/* If it comes all the same, it covers as any other. */
	tonk_ledger_heads(ledger, 1, set("B"), 20, note, &notes);
	assert_int_equal(tonk_ledger_due(ledger, 1), 0);
	assert_int_equal(tonk_ledger_expire(ledger, 100).changes, 1);
	tonk_ledger_free(ledger);
}

static void there_is_a_scribe_as_long_as_anybody_is_connected(void **state)
{
	struct tonk_ledger *ledger = with_listeners(3);

	(void)state;
	assert_true(tonk_ledger_is_scribe(ledger, 0));
	tonk_ledger_leave(ledger, 0);
	assert_true(tonk_ledger_is_scribe(ledger, 1));
	tonk_ledger_join(ledger, 0, 5);
	assert_false(tonk_ledger_is_scribe(ledger, 0));
	tonk_ledger_leave(ledger, 0);
	tonk_ledger_leave(ledger, 1);
	tonk_ledger_leave(ledger, 2);
	assert_false(tonk_ledger_is_scribe(ledger, 2));
	tonk_ledger_join(ledger, 2, 9);
	assert_true(tonk_ledger_is_scribe(ledger, 2));
	tonk_ledger_free(ledger);
}

static void operations_are_numbered_above_all_that_were_seen(void **state)
{
	struct tonk_ledger *ledger = with_listeners(1);

	(void)state;
	assert_int_equal(tonk_ledger_operations(ledger, 1), 0);
	assert_int_equal(tonk_ledger_operations(ledger, 1), 1);
	tonk_ledger_saw_operation(ledger, 40);
	tonk_ledger_saw_operation(ledger, 7);
	assert_int_equal(tonk_ledger_operations(ledger, 1), 40);
	tonk_ledger_free(ledger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_seen_when_its_hash_is_a_head),
		cmocka_unit_test(a_head_covers_all_that_it_is_built_upon),
		cmocka_unit_test(
		    what_others_wrote_in_between_is_learned_from_chunks),
		cmocka_unit_test(a_chunk_may_come_after_what_is_built_upon_it),
		cmocka_unit_test(a_change_covers_all_that_its_writer_had_seen),
		cmocka_unit_test(
		    who_comes_later_must_see_it_but_measures_nothing),
		cmocka_unit_test(messages_are_counted_heard_doubled_and_missed),
		cmocka_unit_test(who_was_away_missed_what_was_said_meanwhile),
		cmocka_unit_test(what_never_comes_is_told_once_it_is_old),
		cmocka_unit_test(
		    what_its_writer_was_told_of_is_kept_in_mind_once),
		cmocka_unit_test(
		    nobody_has_to_see_what_may_have_been_lost_with_its_writer),
		cmocka_unit_test(
		    there_is_a_scribe_as_long_as_anybody_is_connected),
		cmocka_unit_test(
		    operations_are_numbered_above_all_that_were_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
