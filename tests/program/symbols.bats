#!/usr/bin/env bats
# A function of ours that is called like one of a library's is called in its
# place, by us and by the library itself.
load helpers

@test "no function of ours has the name of one of the libraries that we link" {
	local libraries
	mapfile -t libraries < <(ldd "$BIN"/aggregate "$BIN"/stress_client |
		grep -oE '/\S*/lib(spng|jpeg|deflate|jansson|z|crypto|ssl)\.so\S*' | sort -u)
	libraries+=("$(gcc -print-file-name=libcurl.so)")
	((${#libraries[@]} > 1))
	nm --dynamic --defined-only "${libraries[@]}" | awk 'NF == 3 { sub(/@.*/, "", $3); print $3 }' |
		sort -u >"$BATS_TEST_TMPDIR/theirs"
	nm --defined-only "$BIN/.obj/libringstorm.a" | awk '$2 == "T" { print $3 }' |
		sort -u >"$BATS_TEST_TMPDIR/ours"
	[[ -s $BATS_TEST_TMPDIR/theirs && -s $BATS_TEST_TMPDIR/ours ]]
	run comm -12 "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
	[[ -z $output ]]
}
