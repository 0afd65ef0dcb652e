#!/usr/bin/env bats
# make install: everything runs from where it is put, and uninstall takes all of
# it away again.
load helpers

# The programs that are installed are those in BIN.
install_to() {
	make --no-print-directory --directory="$PROJECT" OUT="$BIN" PREFIX="$1" "${@:2}"
}

@test "the installed commands run, in a folder that holds nothing" {
	install_to "$BATS_TEST_TMPDIR/usr" install
	mkdir "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return
	unset BIN
	run "$BATS_TEST_TMPDIR/usr/bin/ringstorm" stress_test --driver null --num-clients 3 \
		--requests-per-client 2 --max-delay-ms 100
	expect_status 0
	run "$BATS_TEST_TMPDIR/usr/bin/ringstorm" aggregate_metrics
	expect_status 0
	[[ $(jq .total_requests aggregated_metrics/final_report.json) -eq 6 ]]
	run "$BATS_TEST_TMPDIR/usr/bin/ringstorm" stress_test --driver null --conf config/scenarios/rps_100.conf --scale 0.001
	expect_status 0
	expect_text "Phases:"
}

@test "ringstorm tells which commands there are, and which there are not" {
	run "$PROJECT/scripts/ringstorm.sh" --help
	expect_status 0
	[[ $output == *stress_test* ]]
	run "$PROJECT/scripts/ringstorm.sh" dmeo
	expect_status 2
	[[ $output == *"no command 'dmeo'"*demo* ]]
}

@test "every program and its man page is installed" {
	local page
	install_to /usr DESTDIR="$BATS_TEST_TMPDIR" install
	for page in "$PROJECT"/src/*/*.1; do
		[[ -s $BATS_TEST_TMPDIR/usr/share/man/man1/${page##*/} ]]
		page=${page##*/}
		[[ -x $BATS_TEST_TMPDIR/usr/bin/${page%.1} ]]
	done
	for page in man1/ringstorm.1 man5/ringstorm-conf.5 man5/ringstorm-files.5 man7/ringstorm.7; do
		[[ -s $BATS_TEST_TMPDIR/usr/share/man/$page ]]
	done
}

@test "the installed completion knows every program, and offers its flags" {
	local completions=$BATS_TEST_TMPDIR/usr/share/bash-completion/completions folder program
	install_to "$BATS_TEST_TMPDIR/usr" install
	for folder in "$PROJECT"/src/*/; do
		program=$(basename "$folder")
		[[ $program != lib && $program != wire ]] || continue
		env PATH="$BATS_TEST_TMPDIR/usr/bin:/usr/bin:/bin" bash -c '
			source "$1" && complete -p "$2" && COMP_WORDS=("$2" --vers) COMP_CWORD=1 && _ringstorm &&
				[[ ${COMPREPLY[*]} == --version ]]' - "$completions/$program" "$program"
	done
}

@test "every conf file is installed, and every scenario" {
	local conf
	install_to /usr DESTDIR="$BATS_TEST_TMPDIR" install
	cd "$PROJECT/config" || return
	for conf in *.conf scenarios/*.conf; do
		[[ -s $BATS_TEST_TMPDIR/usr/etc/ringstorm/$conf ]]
	done
}

@test "a conf file that the user has changed survives the next install" {
	install_to "$BATS_TEST_TMPDIR/usr" install
	printf '# mine\n' >"$BATS_TEST_TMPDIR/usr/etc/ringstorm/stress_test.conf"
	install_to "$BATS_TEST_TMPDIR/usr" install
	grep '^# mine$' "$BATS_TEST_TMPDIR/usr/etc/ringstorm/stress_test.conf"
}

@test "ringstorm runs every program, and knows no other" {
	local folder program help
	help=$("$PROJECT/scripts/ringstorm.sh" --help)
	for folder in "$PROJECT"/src/*/; do
		program=$(basename "$folder")
		[[ $program != lib && $program != wire ]] || continue
		grep --line-regexp "  $program" <<<"$help"
		run "$PROJECT/scripts/ringstorm.sh" "$program" --version
		expect_status 0
	done
	run "$PROJECT/scripts/ringstorm.sh" ls
	expect_status 2
}

@test "uninstall leaves no file behind, of a root with a blank in its name too" {
	install_to /usr DESTDIR="$BATS_TEST_TMPDIR/the root" install
	run "$BATS_TEST_TMPDIR/the root/usr/bin/ringstorm" stress_client --version
	expect_status 0
	[[ -s "$BATS_TEST_TMPDIR/the root/usr/etc/ringstorm/stress_test.conf" ]]
	install_to /usr DESTDIR="$BATS_TEST_TMPDIR/the root" uninstall
	run find "$BATS_TEST_TMPDIR" ! -type d
	[[ -z $output ]]
}
