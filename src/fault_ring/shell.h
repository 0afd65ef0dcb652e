/* shell.h - the scripts that are sent to a host.
 *
 * A script is the variables, the functions that all share, those of the fault,
 * and one step. It answers on stdout with facts: lines of a word and a text
 * ("pid 812"; "why ..." when it fails).
 *
 * The undo is a file on the host, ringstorm's folder logs/ringstorm_undo: the
 * same kind of script, complete in itself. `sh FILE` undoes the fault by hand;
 * `sh FILE after 25` is the timer that does it when nobody else has. Whoever
 * makes the fault or undoes it holds the file locked, and whoever has undone it
 * removes it, so that it is done once, however many try, and never before there
 * is something to undo. */
#ifndef FAULT_RING_SHELL_H
#define FAULT_RING_SHELL_H

#include "fault_ring/fault.h"
#include "fault_ring/vars.h"

#include <stdio.h>

#define UNDO_FOLDER "logs/ringstorm_undo"

/* What the host's part in a run of fault_ring consists of. */
extern const char step_look[];  /* what is there */
extern const char step_ask[];   /* whether the fault is possible there */
extern const char step_arm[];   /* finds the server; $1 is the undo */
extern const char step_apply[]; /* acts, and sees that it worked */
extern const char step_heal[];  /* undoes, and sees that it worked */
extern const char step_sweep[]; /* undoes whatever was left armed */
extern const char step_undo[];  /* what the undo file itself does */

/* A whole script, owned by the caller. `fault` may be NULL. */
char *shell_script(const struct vars *vars, const struct fault *fault,
    const char *step);

/* Those that all scripts share. */
void shell_print_functions(FILE *to);

/* Copies the first fact of that name to `out`, cut to its size; "" when there
 * is none. Returns `out`. */
char *shell_fact(char *out, size_t size, const char *facts, const char *name);

#endif
