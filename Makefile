# make                              build every program into bin/ (make build: tests and benches too)
# make check                        layers, unit tests, program tests, fuzz corpora
# make SAN=address,undefined check  the same under sanitizers (or SAN=thread)
# make flow                         the real thing, end to end
# make flow-large TO=FOLDER         300,000 requests through nine kills: half an hour
# make fuzz SECONDS=600             fuzz every target that long (needs clang)
# make bench                        figures; never part of a check
# make lint                         formatting and shellcheck
# make fmt                          apply the formatting
# make dist                         bin/ringstorm-VERSION.tar.gz: the same bytes for the same commit
# make deb                          bin/ringstorm_VERSION_ARCHITECTURE.deb
# make install PREFIX=/usr/local    programs, scripts, man pages, completion (DESTDIR too)

CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
VERSION := 0.1.0
STD     := -std=c17 -D_POSIX_C_SOURCE=200809L -DRINGSTORM_VERSION='"$(VERSION)"' -Isrc
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
           -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
           -Wwrite-strings -Wpointer-arith -Wcast-qual -Wundef -Wvla \
           -Wformat=2 -Wswitch-enum -Wnull-dereference -fno-common \
           $(if $(CI),-Werror)
SAN     ?=
# One short line a step; V=1 shows the commands.
Q        = $(if $(V),,@echo '  $@';)
comma   := ,
OUT     ?= bin$(if $(SAN),/.$(firstword $(subst $(comma), ,$(SAN))))
# One folder has one name, or what lies there would be built twice and its parts not with one another.
override OUT := $(patsubst $(CURDIR)/%,%,$(OUT))
OBJ     := $(OUT)/.obj
SANFLAGS = $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
COMPILE  = $(CC) $(STD) $(WARN) $(SANFLAGS) $(CFLAGS) -MMD -MP
LIBS    := -Wl,--as-needed -lspng -ljpeg -ldeflate -ljansson -lssh2 -lcurl -lssl -lcrypto -lz -lm -lpthread

# One folder under src/ is one program; lib and wire are what they share.
objects  = $(patsubst src/%.c,$(OBJ)/%.o,$(wildcard src/$(1)/*.c))
PROGRAMS := $(filter-out lib wire,$(patsubst src/%/,%,$(wildcard src/*/)))
SHARED   := $(OBJ)/libringstorm.a
UNIT     := $(patsubst tests/unit/%.c,$(OBJ)/unit/%,$(wildcard tests/unit/*/test_*.c))
FUZZ     := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
BENCH    := $(patsubst tests/bench/%.c,$(OBJ)/bench/%,$(wildcard tests/bench/*.c))
LAB      := $(patsubst tests/lab/%.c,$(OBJ)/lab/%,$(wildcard tests/lab/*.c))
SUPPORT  := $(patsubst tests/support/%.c,$(OBJ)/support/%,$(wildcard tests/support/*.c)) $(OBJ)/support/ws_server

all: $(PROGRAMS:%=$(OUT)/%)
build: all $(UNIT) $(FUZZ:%=$(OBJ)/fuzz/%) $(BENCH) $(LAB) $(SUPPORT)

$(OBJ)/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -c -o $@ $<

# makecontext and longjmp between stacks are not what _FORTIFY_SOURCE expects.
$(OBJ)/lib/context.o: COMPILE += -U_FORTIFY_SOURCE

$(SHARED): $(call objects,lib) $(call objects,wire)
	$(Q)rm -f $@; $(AR) rcs $@ $^

define program
$$(OUT)/$(1): $$(call objects,$(1)) $$(SHARED)
	$$(Q)$$(CC) $$(SANFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

define unit
$$(OBJ)/unit/$(1)/%: tests/unit/$(1)/%.c $$(filter-out %/main.o,$$(call objects,$(1))) $$(SHARED)
	@mkdir -p $$(@D)
	$$(Q)$$(COMPILE) -Itests/unit -o $$@ $$(filter %.c %.o,$$^) $$(SHARED) -lcmocka $$(LIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call unit,$(p))))
$(OBJ)/unit/%: tests/unit/%.c $(SHARED)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -Itests/unit -o $@ $(filter %.c,$^) $(SHARED) -lcmocka $(LIBS)

# A fuzz target with a main that runs its corpus: the plain test of it.
$(OBJ)/fuzz/%: tests/fuzz/%.c tests/fuzz/corpus.c $(SHARED)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -o $@ $(filter %.c,$^) $(SHARED) $(LIBS)

$(OBJ)/bench/%: tests/bench/%.c $(SHARED)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -o $@ $(filter %.c,$^) $(SHARED) $(LIBS)

# Our side of a test against somebody else's program.
$(OBJ)/lab/%: tests/lab/%.c $(SHARED)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -o $@ $(filter %.c,$^) $(SHARED) $(LIBS)

# The servers that the program tests and the benches load.
SERVING := tests/support/serving/serving.c tests/support/serving/serving.h

$(OBJ)/support/%: tests/support/%.c $(SERVING) $(SHARED)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -o $@ $(filter %.c,$^) $(SHARED) $(LIBS)

$(OBJ)/support/ws_server: $(wildcard tests/support/ws_server/*.[ch]) $(SERVING) $(SHARED)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -o $@ $(filter %.c,$^) $(SHARED) $(LIBS)

# Each suite prints TAP; tests/tap.sh holds it to its plan. `make -k check` goes
# on after a suite that failed.
suite = tests/tap.sh "$(1)$(if $(SAN), under $(SAN))"
export BATS_TEST_TIMEOUT ?= 300
export TSAN_OPTIONS ?= suppressions=$(abspath tests/support/thread.supp)
# Two files at a time: most of what they do is waiting.
bats  = bats --tap --jobs 2 --no-parallelize-within-files

check: check-layers check-unit check-fuzz check-program
check-layers:
	$(call suite,layers) tests/layers.sh
check-unit: $(UNIT)
	$(call suite,unit) tests/unit/run.sh $(UNIT)
check-fuzz: $(FUZZ:%=$(OBJ)/fuzz/%)
	$(call suite,fuzz) tests/fuzz/check.sh $^
check-program: all $(SUPPORT)
	BIN=$(abspath $(OUT)) $(call suite,program) $(bats) tests/program
flow: all $(LAB) $(SUPPORT)
	BIN=$(abspath $(OUT)) $(call suite,flow) $(bats) tests/flow
flow-large: all
	BIN=$(abspath $(OUT)) tests/flow/large.sh $(or $(TO),large_run)
fuzz:
	tests/fuzz/run.sh $(or $(SECONDS),60) $(FUZZ)
bench: all $(BENCH) $(LAB) $(SUPPORT)
	BIN=$(abspath $(OUT)) tests/bench/run.sh $(BENCH)

C  := $(wildcard src/*/*.[ch] tests/unit/*.h tests/unit/*/*.[ch] tests/fuzz/*.c tests/bench/*.c tests/lab/*.c tests/support/*.c tests/support/*/*.[ch] test_images/*.c)
SH := $(wildcard scripts/*.sh scripts/lib/*.sh src/*.bash src/*.sh tests/*.sh tests/*/*.sh tests/*/*.bash tests/*/*.bats) .ci/run
# Another version of clang-format would format some lines otherwise.
CLANG_FORMAT ?= $(or $(shell command -v clang-format-14),clang-format)
lint:
	@$(CLANG_FORMAT) --dry-run -Werror $(C)
	@shellcheck -x $(SH)
	@shfmt -ln auto -ci -d $(SH)
fmt:
	$(CLANG_FORMAT) -i $(C)
	shfmt -ln auto -ci -w $(SH)

# Installed, share/ringstorm looks like this tree as far as the scripts see it;
# the conf files (kept where they are there already) name the installed programs
# and pictures, and results go to the folder in which a command is called.
# `ringstorm demo` runs demo.sh.
SYSCONFDIR ?= $(PREFIX)/etc
BINDIR     ?= $(PREFIX)/bin
# What the pages of the programs are called: a distribution has others' of these names.
PAGE       ?=
DATA       := $(PREFIX)/share/ringstorm
MAN        := $(PREFIX)/share/man/man
COMPLETION := $(PREFIX)/share/bash-completion/completions
UNITS      := $(PREFIX)/lib/systemd/system
COMMANDS   := $(filter-out scripts/test.sh,$(wildcard scripts/*.sh))
CONFS      := $(patsubst config/%,%,$(wildcard config/*.conf config/*.cron config/scenarios/*.conf))
# Pages that are made of what stands elsewhere.
PAGES      := $(wildcard src/*.[57]) $(OBJ)/ringstorm.1 $(OBJ)/ringstorm-files.5
$(OBJ)/ringstorm.1: src/ringstorm.1.in src/commands_page.awk $(COMMANDS)
	@mkdir -p $(@D)
	$(Q)awk -f src/commands_page.awk $< $(filter-out scripts/ringstorm.sh,$(COMMANDS)) >$@
$(OBJ)/ringstorm-files.5: metrics/README.md src/files_page.awk
	@mkdir -p $(@D)
	$(Q)awk -f src/files_page.awk $< >$@
# How a conf file, and how a page comes to name what is installed.
INSTALLED  := sed -e 's\#"\./\(test_images\|config\|bin\)\#"$(DATA)/\1\#' -e 's\#/usr/local/bin\#$(PREFIX)/bin\#'
empty :=
space := $(empty) $(empty)
REFERS := sed 's/\bXr \($(subst $(space),\|,$(PROGRAMS))\) 1/Xr $(PAGE)\1 1/'
install: all $(PAGES)
	for folder in $(PREFIX)/bin $(BINDIR) $(MAN)1 $(MAN)5 $(MAN)7 $(COMPLETION) $(UNITS) \
		$(SYSCONFDIR)/ringstorm/scenarios $(DATA)/scripts/lib $(DATA)/test_images; do \
		install -d "$(DESTDIR)$$folder" || exit; \
	done
	install $(PROGRAMS:%=$(OUT)/%) "$(DESTDIR)$(BINDIR)"
	for page in $(PAGES); do $(REFERS) "$$page" >"$(DESTDIR)$(MAN)$${page##*.}/$${page##*/}" || exit; done
	for name in $(PROGRAMS); do $(REFERS) "src/$$name/$$name.1" >"$(DESTDIR)$(MAN)1/$(PAGE)$$name.1" || exit; done
	install $(COMMANDS) "$(DESTDIR)$(DATA)/scripts"
	install -m 644 $(wildcard scripts/lib/*) "$(DESTDIR)$(DATA)/scripts/lib"
	install -m 644 $(wildcard test_images/*.*g) "$(DESTDIR)$(DATA)/test_images"
	for conf in $(CONFS); do \
		to="$(DESTDIR)$(SYSCONFDIR)/ringstorm/$$conf"; \
		[ -e "$$to" ] || $(INSTALLED) "config/$$conf" >"$$to" || exit; \
	done
	for unit in $(notdir $(wildcard config/*.service config/*.timer)); do \
		$(INSTALLED) "config/$$unit" >"$(DESTDIR)$(UNITS)/$$unit" || exit; \
	done
	sed 's/ @PROGRAMS@/$(addprefix $(space),$(filter-out $(if $(filter $(PREFIX)/bin,$(BINDIR)),,%),$(PROGRAMS)))/' src/ringstorm.bash >"$(DESTDIR)$(COMPLETION)/ringstorm"
	[ $(BINDIR) != $(PREFIX)/bin ] || \
		for name in $(PROGRAMS); do ln -sf ringstorm "$(DESTDIR)$(COMPLETION)/$$name" || exit; done
	ln -srfn "$(DESTDIR)$(BINDIR)" "$(DESTDIR)$(DATA)/bin"
	ln -srfn "$(DESTDIR)$(SYSCONFDIR)/ringstorm" "$(DESTDIR)$(DATA)/config"
	ln -srf "$(DESTDIR)$(DATA)/scripts/ringstorm.sh" "$(DESTDIR)$(PREFIX)/bin/ringstorm"
uninstall:
	rm -rf "$(DESTDIR)$(DATA)"
	rm -f "$(DESTDIR)$(PREFIX)/bin/ringstorm"
	for name in $(PROGRAMS); do \
		rm -f "$(DESTDIR)$(BINDIR)/$$name" "$(DESTDIR)$(MAN)1/$(PAGE)$$name.1" "$(DESTDIR)$(COMPLETION)/$$name" || exit; \
	done
	rm -f "$(DESTDIR)$(COMPLETION)/ringstorm"
	for unit in $(notdir $(wildcard config/*.service config/*.timer)); do rm -f "$(DESTDIR)$(UNITS)/$$unit" || exit; done
	for page in $(PAGES); do rm -f "$(DESTDIR)$(MAN)$${page##*.}/$${page##*/}" || exit; done
	for conf in $(CONFS); do rm -f "$(DESTDIR)$(SYSCONFDIR)/ringstorm/$$conf" || exit; done
	-rmdir "$(DESTDIR)$(SYSCONFDIR)/ringstorm/scenarios" "$(DESTDIR)$(SYSCONFDIR)/ringstorm"

dist:
	VERSION=$(VERSION) OUT=$(OUT) src/dist.sh
deb: all $(OBJ)/ringstorm.1 $(OBJ)/ringstorm-files.5
	VERSION=$(VERSION) OUT=$(OUT) MAKE="$(MAKE)" src/deb.sh

clean:
	rm -rf bin

.PHONY: all build check check-layers check-unit check-fuzz check-program flow flow-large fuzz bench lint fmt install uninstall dist deb clean
-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
