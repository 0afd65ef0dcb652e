#!/usr/bin/env bats
# notify: a text reaches a web hook, if need be after some attempts.
load helpers
load support

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	stop_servers
}

# hook [ANSWER...]: a web hook that answers so; its URL in notify.conf.
hook() {
	start_server python3 "$PROJECT/tests/support/web_hook.py" "$PWD/heard" "$@"
	printf 'NOTIFY_URL="%shooks/T0/s3cret"\nBACKOFF=20ms\n' "$url" >notify.conf
}

say() {
	run --separate-stderr "$BIN/notify" --conf notify.conf "$@" <<<"$text"
	output+=$stderr
}

@test "a text arrives as JSON, whatever is in it" {
	local text=$'Grüße: "x" \\ \t<b>\nsecond line \e[1m'
	hook
	say
	expect_status 0
	[[ -z $output ]]
	[[ $(wc --lines <heard) -eq 1 ]]
	[[ $(jq --raw-output .text heard) == "$text" ]]
}

@test "what is not UTF-8 arrives as question marks" {
	local text=$'a\xff\xc3b'
	hook
	say
	expect_status 0
	[[ $(jq --raw-output .text heard) == 'a??b' ]]
}

@test "a text that is too long is cut between two characters, and says so" {
	local text
	text=a$(printf 'ü%.0s' {1..40000})
	hook
	say
	expect_status 0
	[[ $(jq --raw-output '.text[0:3]' heard) == aüü ]]
	[[ $(jq --raw-output '.text | test("�")' heard) == false ]]
	[[ $(jq --raw-output .text heard) == *$'\n... (cut here)' ]]
}

@test "a hook that is busy is asked again, and waited for as long as it says" {
	local text=hello before after
	hook '503' '429:Retry-After: 1'
	before=$(date +%s%3N)
	say --attempts 2
	after=$(date +%s%3N)
	expect_status 1
	expect_text "answers 503" "trying again in 2" "answers 429"
	stop_servers
	rm heard
	hook '429:Retry-After: 1' 200
	before=$(date +%s%3N)
	say
	after=$(date +%s%3N)
	expect_status 0
	((after - before >= 1000))
	[[ $(wc --lines <heard) -eq 2 ]]
}

@test "a redirect is final, and told for what it is" {
	local text=hello
	hook '302:Location: http://127.0.0.1:1/'
	say
	expect_status 1
	expect_text "answers 302, a redirect, which is not followed"
	[[ $(wc --lines <heard) -eq 1 ]]
}

@test "a refusal is final, and the secret in the URL is not told" {
	local text=hello
	hook 404
	say
	expect_status 1
	expect_text "127.0.0.1:$port answers 404: no such hook"
	[[ $output != *s3cret* ]]
	[[ $(wc --lines <heard) -eq 1 ]]
}

@test "a hook that does not answer is given up in time" {
	local text=hello before=$SECONDS
	hook hang
	say --timeout 200ms --attempts 2
	expect_status 1
	expect_text "timed out"
	((SECONDS - before < 5))
	[[ $(wc --lines <heard) -eq 2 ]]
}

@test "where nobody listens it is tried again, then told" {
	local text=hello
	printf 'NOTIFY_URL="http://127.0.0.1:%s/"\nBACKOFF=10ms\n' "$(free_ports 1)" >notify.conf
	say --attempts 3
	expect_status 1
	[[ $(grep --count 'connection refused; trying again' <<<"$output") -eq 2 ]]
}

@test "the URL may come from the environment" {
	hook
	run env NOTIFY_URL="$url" "$BIN/notify" <<<hello
	expect_status 0
	[[ $(jq --raw-output .text heard) == hello ]]
}

@test "no URL, a wrong one and no text are usage errors" {
	run env --unset=NOTIFY_URL "$BIN/notify" <<<hello
	expect_status 2
	expect_text "NOTIFY_URL"
	run env NOTIFY_URL=ftp://host/s3cret "$BIN/notify" <<<hello
	expect_status 2
	[[ $output != *s3cret* ]]
	run env NOTIFY_URL=http://127.0.0.1:1/ "$BIN/notify" </dev/null
	expect_status 2
	expect_text "no message on stdin"
}
