# make                              build every program into bin/
# make check                        layers, unit tests, program tests, fuzz corpora
# make SAN=address,undefined check  the same under sanitizers (or SAN=thread)
# make flow                         the real thing, end to end
# make fuzz SECONDS=600             fuzz every target that long (needs clang)
# make bench                        figures; never part of a check
# make lint                         formatting and shellcheck
# make fmt                          apply the formatting
# make install PREFIX=/usr/local    programs, scripts, man pages (DESTDIR too)

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
comma   := ,
OUT     ?= bin$(if $(SAN),/.$(firstword $(subst $(comma), ,$(SAN))))
OBJ     := $(OUT)/.obj
SANFLAGS = $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
COMPILE  = $(CC) $(STD) $(WARN) $(SANFLAGS) $(CFLAGS) -MMD -MP
LIBS    := -Wl,--as-needed -lspng -ljpeg -ldeflate -ljansson -lz -lm -lpthread

# One folder under src/ is one program; lib and wire are what they share.
objects  = $(patsubst src/%.c,$(OBJ)/%.o,$(wildcard src/$(1)/*.c))
PROGRAMS := $(filter-out lib wire,$(patsubst src/%/,%,$(wildcard src/*/)))
SHARED   := $(OBJ)/libringstorm.a
UNIT     := $(patsubst tests/unit/%.c,$(OBJ)/unit/%,$(wildcard tests/unit/*/test_*.c))
FUZZ     := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
BENCH    := $(patsubst tests/bench/%.c,$(OBJ)/bench/%,$(wildcard tests/bench/*.c))

all: $(PROGRAMS:%=$(OUT)/%)

$(OBJ)/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

# makecontext and longjmp between stacks are not what _FORTIFY_SOURCE expects.
$(OBJ)/lib/fiber.o: COMPILE += -U_FORTIFY_SOURCE

$(SHARED): $(call objects,lib) $(call objects,wire)
	@rm -f $@
	$(AR) rcs $@ $^

define program
$$(OUT)/$(1): $$(call objects,$(1)) $$(SHARED)
	$$(CC) $$(SANFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

define unit
$$(OBJ)/unit/$(1)/%: tests/unit/$(1)/%.c $$(filter-out %/main.o,$$(call objects,$(1))) $$(SHARED)
	@mkdir -p $$(@D)
	$$(COMPILE) -Itests/unit -o $$@ $$(filter %.c %.o,$$^) $$(SHARED) -lcmocka $$(LIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call unit,$(p))))
$(OBJ)/unit/%: tests/unit/%.c $(SHARED)
	@mkdir -p $(@D)
	$(COMPILE) -Itests/unit -o $@ $(filter %.c,$^) $(SHARED) -lcmocka $(LIBS)

# A fuzz target with a main that runs its corpus: the plain test of it.
$(OBJ)/fuzz/%: tests/fuzz/%.c tests/fuzz/corpus.c $(SHARED)
	@mkdir -p $(@D)
	$(COMPILE) -o $@ $(filter %.c,$^) $(SHARED) $(LIBS)

$(OBJ)/bench/%: tests/bench/%.c $(SHARED)
	@mkdir -p $(@D)
	$(COMPILE) -o $@ $(filter %.c,$^) $(SHARED) $(LIBS)

check: check-layers check-unit check-fuzz check-program
check-layers:
	tests/layers.sh
check-unit: $(UNIT)
	tests/unit/run.sh $(UNIT)
check-fuzz: $(FUZZ:%=$(OBJ)/fuzz/%)
	@set -e; for target in $(FUZZ); do $(OBJ)/fuzz/$$target tests/fuzz/corpus/$$target; done
check-program: all
	BIN=$(abspath $(OUT)) bats tests/program
flow: all
	BIN=$(abspath $(OUT)) bats tests/flow
fuzz:
	tests/fuzz/run.sh $(or $(SECONDS),60) $(FUZZ)
bench: all $(BENCH)
	BIN=$(abspath $(OUT)) tests/bench/run.sh

C  := $(wildcard src/*/*.[ch] tests/unit/*.h tests/unit/*/*.c tests/fuzz/*.c tests/bench/*.c test_images/*.c)
SH := $(wildcard scripts/*.sh scripts/lib/*.sh tests/*.sh tests/*/*.sh tests/*/*.bash tests/*/*.bats) .ci/run
lint:
	clang-format --dry-run -Werror $(C)
	shellcheck -x $(SH)
	shfmt -ln auto -ci -d $(SH)
fmt:
	clang-format -i $(C)
	shfmt -ln auto -ci -w $(SH)

clean:
	rm -rf bin

.PHONY: all check check-layers check-unit check-fuzz check-program flow fuzz bench lint fmt clean install uninstall
-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
