/* err.h - errors as values, exit codes, and the one place that prints them.
 *
 * lib and wire fill in a struct err and return -1; only programs print. A
 * message says what is wrong and what to do, without the program's name and
 * without a newline; control characters in it are shown as printable.h says. */
#ifndef LIB_ERR_H
#define LIB_ERR_H

/* What every program and script returns. Where several of 3..6 hold, the
 * largest wins. After SIGINT 130, after SIGTERM 143. */
enum exit_code {
	EXIT_PASSED = 0,
	EXIT_CANNOT = 1,    /* system, network, or not one request succeeded */
	EXIT_USAGE = 2,     /* command line or configuration */
	EXIT_THRESHOLD = 3, /* a threshold was missed */
	EXIT_WRONG = 4,     /* acknowledged data lost, or a wrong answer */
	EXIT_INVALID = 5,   /* the run proves nothing */
	EXIT_PARTIAL = 6,   /* a machine or client is missing */
};

struct err {
	char text[512];
};

/* Sets the message; returns -1, so that `return err_set(...)` reads well.
 * `err` may be NULL: then only the -1 is left. */
int err_set(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same, followed by ": " and the words for errno. */
int err_system(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The program's name for messages, from argv[0]. From then on no file takes the
 * place of a stdin, stdout or stderr that is closed. */
void err_program(const char *argv0);

/* Prints "program: text" to stderr. */
void err_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints the message and returns `code`: `return err_fail(&err, EXIT_USAGE)`.
 * Messages that begin with a place in a file ("config/x.conf:12: ...") are
 * printed as they are, without the program's name. */
int err_fail(const struct err *err, enum exit_code code);

/* Whether all that was printed to stdout got there. Returns 0, or -1 with
 * `err`, which err_end does not tell again. */
int err_stdout(struct err *err);

/* What main ends with: `code`. Where something that was printed to stdout did
 * not get there that is said, and EXIT_PASSED becomes EXIT_CANNOT. */
int err_end(int code);

#endif
