#!/usr/bin/env bats
# setup.sh, with a dpkg-query and an apt-get of the test's own in front.
load helpers

setup() {
	FAKE=$(mktemp -d)
	chmod 755 "$FAKE"
	# Every package is installed but those that the file `absent` names.
	cat >"$FAKE/dpkg-query" <<-END
		#!/bin/sh
		for last; do :; done
		grep -qx -- "\$last" "$FAKE/absent" && exit 1
		printf installed
	END
	printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>"%s/apt"\n' "$FAKE" >"$FAKE/apt-get"
	printf '#!/bin/sh\n[ "$1" != --non-interactive ] || shift\nexec "$@"\n' >"$FAKE/sudo"
	chmod +x "$FAKE"/*
	: >"$FAKE/absent"
	PATH=$FAKE:$PATH
}

teardown() {
	rm -rf "$FAKE"
}

@test "nothing is done where nothing is missing" {
	run "$PROJECT/scripts/setup.sh"
	expect_status 0
	expect_text "nothing is missing"
	[[ ! -e $FAKE/apt ]]
}

@test "what is missing is installed, and only that" {
	printf '%s\n' bc libspng-dev >"$FAKE/absent"
	run "$PROJECT/scripts/setup.sh"
	expect_status 0
	expect_text "installing libspng-dev bc"
	[[ $(tail -n 1 "$FAKE/apt") == install*" libspng-dev bc" ]]
}

@test "the packages of the tests are asked for by --tests alone" {
	printf '%s\n' bats >"$FAKE/absent"
	run "$PROJECT/scripts/setup.sh" --check
	expect_status 0
	run "$PROJECT/scripts/setup.sh" --tests --check
	expect_status 1
	expect_text "missing: bats"
}

@test "without root and sudo the one command to run is printed" {
	printf '%s\n' bc >"$FAKE/absent"
	printf '#!/bin/sh\nexit 1\n' >"$FAKE/sudo"
	cp -r "$PROJECT/scripts" "$FAKE"
	local -a as_user=()
	((EUID != 0)) || as_user=(setpriv --reuid=65534 --clear-groups)
	run "${as_user[@]}" "$FAKE/scripts/setup.sh" </dev/null
	expect_status 1
	expect_text "apt-get update && apt-get install --yes bc"
	[[ ! -e $FAKE/apt ]]
}

@test "gnuplot alone is done without where nobody may install it" {
	printf '%s\n' gnuplot-nox >"$FAKE/absent"
	printf '#!/bin/sh\nexit 1\n' >"$FAKE/sudo"
	cp -r "$PROJECT/scripts" "$FAKE"
	local -a as_user=()
	((EUID != 0)) || as_user=(setpriv --reuid=65534 --clear-groups)
	run "${as_user[@]}" "$FAKE/scripts/setup.sh" </dev/null
	expect_status 0
	expect_text "apt-get install --yes gnuplot-nox"
	run "$PROJECT/scripts/setup.sh"
	expect_status 0
	[[ $(tail -n 1 "$FAKE/apt") == install*" gnuplot-nox" ]]
}

@test "an unknown argument is a usage error that names it" {
	run "$PROJECT/scripts/setup.sh" --all
	expect_status 2
	expect_text "unknown argument '--all'"
}
