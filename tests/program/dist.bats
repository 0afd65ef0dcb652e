#!/usr/bin/env bats
# make dist: one commit is one tarball.
load helpers

# dist_in FOLDER: the tarball of that tree, in OUT; prints its hash.
dist_in() {
	make --no-print-directory --silent --directory="$1" OUT="$OUT" dist >/dev/null
	sha256sum <"$OUT"/ringstorm-*.tar.gz
}

@test "made twice, later and by another, and from itself unpacked, the tarball is the same" {
	local first tree
	[[ -e $PROJECT/.git ]] || skip "this tree is no clone"
	export OUT=$BATS_TEST_TMPDIR/one
	first=$(dist_in "$PROJECT")
	git clone --quiet --no-hardlinks "$PROJECT" "$BATS_TEST_TMPDIR/clone"
	# What is not yet committed, too.
	tar --create --directory="$PROJECT" --file=- --files-from=<(git -C "$PROJECT" ls-files) |
		tar --extract --directory="$BATS_TEST_TMPDIR/clone" --file=-
	git -C "$BATS_TEST_TMPDIR/clone" add --all
	OUT=$BATS_TEST_TMPDIR/two
	umask 077
	find "$BATS_TEST_TMPDIR/clone" -name '*.c' -exec touch {} +
	[[ $(TZ=Asia/Tokyo LC_ALL=C dist_in "$BATS_TEST_TMPDIR/clone") == "$first" ]]
	tar --extract --directory="$BATS_TEST_TMPDIR" --file="$(echo "$OUT"/ringstorm-*.tar.gz)"
	tree=$(echo "$BATS_TEST_TMPDIR"/ringstorm-*)
	mkdir "$tree/bin" "$tree/logs" "$tree/metrics/demo"
	touch "$tree/bin/x" "$tree/logs/x" "$tree/metrics/demo/x"
	OUT=$BATS_TEST_TMPDIR/three
	[[ $(dist_in "$tree") == "$first" ]]
}

@test "the tarball has the whole tree under one folder, and belongs to root" {
	export OUT=$BATS_TEST_TMPDIR
	dist_in "$PROJECT" >/dev/null
	tar --list --verbose --file="$(echo "$OUT"/ringstorm-*.tar.gz)" >"$OUT/list"
	[[ $(awk '{ print $2 }' "$OUT/list" | sort --unique) == root/root ]]
	[[ $(awk '{ split($6, parts, "/"); print parts[1] }' "$OUT/list" | sort --unique | wc --lines) -eq 1 ]]
	grep '^-rwxr-xr-x.*/scripts/demo.sh$' "$OUT/list"
	grep '^-rw-r--r--.*/metrics/README.md$' "$OUT/list"
	run ! grep '/bin/\|/logs/' "$OUT/list"
}
