#!/usr/bin/env bats
# make deb: a package that lintian accepts, and that runs from where it was unpacked.
load ../program/helpers

setup_file() {
	export OUT=$BATS_FILE_TMPDIR/out ROOT=$BATS_FILE_TMPDIR/root
	# What is built already need not be built again.
	cp --archive "$BIN" "$OUT"
	make --no-print-directory --silent --directory="$PROJECT" OUT="$OUT" deb >"$OUT/said"
	deb=$(echo "$OUT"/ringstorm_*.deb)
	export deb
	dpkg-deb --extract "$deb" "$ROOT"
}

@test "lintian finds neither an error nor a warning" {
	run lintian --allow-root --fail-on error,warning "$deb"
	expect_status 0
}

@test "made twice it is the same package" {
	local first
	first=$(sha256sum <"$deb")
	make --no-print-directory --silent --directory="$PROJECT" OUT="$OUT" deb
	[[ $(sha256sum <"$deb") == "$first" ]]
}

@test "it has programs, scripts, pages of three sections, completion, units and conf files" {
	local path
	for path in usr/bin/ringstorm usr/lib/ringstorm/bin/stress_client usr/share/ringstorm/scripts/demo.sh \
		usr/share/man/man1/ringstorm.1.gz usr/share/man/man1/ringstorm-aggregate.1.gz \
		usr/share/man/man5/ringstorm-files.5.gz usr/share/man/man7/ringstorm.7.gz \
		usr/share/bash-completion/completions/ringstorm usr/lib/systemd/system/ringstorm-nightly.timer \
		etc/ringstorm/scenarios/baseline.conf usr/share/doc/ringstorm/copyright; do
		[[ -s $ROOT/$path ]] || {
			printf '%s is missing\n' "$path"
			return 1
		}
	done
}

@test "it has no program or page in a place where another package may have one of that name" {
	[[ $(ls "$ROOT/usr/bin") == ringstorm ]]
	[[ -z $(find "$ROOT/usr/share/man" -type f ! -name 'ringstorm*') ]]
}

@test "it depends on what it runs, and on the libraries that it loads later" {
	local package
	for package in parallel bc procps openssh-client libcurl4 libssl3 libssh2-1 libjansson4; do
		[[ $(dpkg-deb --field "$deb" Depends) == *"$package"* ]]
	done
	[[ $(dpkg-deb --field "$deb" Recommends) == *gnuplot-nox* ]]
}

@test "every conf file is one that a new version asks about" {
	diff <(cd "$ROOT" && find etc -type f -printf '/%p\n' | sort) <(dpkg-deb --ctrl-tarfile "$deb" | tar --extract --to-stdout ./conffiles)
}

@test "unpacked, it sends requests and reports them" {
	# Where the package is installed this link is right as it is.
	ln --symbolic --force --no-dereference "$ROOT/etc/ringstorm" "$ROOT/usr/share/ringstorm/config"
	mkdir "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return
	unset BIN
	run "$ROOT/usr/bin/ringstorm" stress_test --driver null --num-clients 3 --requests-per-client 2 --max-delay-ms 100 \
		--image-directory "$PROJECT/test_images" --client-config '' --client-binary "$ROOT/usr/lib/ringstorm/bin/stress_client"
	expect_status 0
	run "$ROOT/usr/bin/ringstorm" aggregate metrics
	expect_status 0
	expect_text "6 requests were planned: 6 answered right"
}
