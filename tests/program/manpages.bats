#!/usr/bin/env bats
# Every flag of --help stands in the program's page, and the other way round.
load helpers

# The flags that --help lists, one a line.
flags_of_help() {
	"$BIN/$1" --help | grep --only-matching --extended-regexp '^  --[a-z][a-z0-9N-]*' | tr --delete ' ' | sort --unique
}

# The flags that the page's list of options describes (mdoc: .It Fl -name).
flags_of_page() {
	sed --quiet --regexp-extended 's/^\.It Fl -([a-z][a-z0-9N-]*).*/--\1/p' "$PROJECT/src/$1/$1.1" | sort --unique
}

@test "every program has a page that describes the flags of its --help, and no others" {
	local folder program result=0
	for folder in "$PROJECT"/src/*/; do
		program=$(basename "$folder")
		[[ $program != lib && $program != wire ]] || continue
		if [[ ! -e $folder/$program.1 ]]; then
			printf '%s has no page\n' "$program"
			result=1
			continue
		fi
		[[ -n $(flags_of_help "$program") ]]
		diff <(flags_of_help "$program") <(flags_of_page "$program") || {
			printf '(< --help of %s, > its page)\n' "$program"
			result=1
		}
	done
	[[ $result -eq 0 ]]
}

@test "every default that --help tells is told by the page" {
	local folder program flag result=0
	for folder in "$PROJECT"/src/*/; do
		program=$(basename "$folder")
		[[ $program != lib && $program != wire ]] || continue
		# An option's lines as one, in --help and in the page.
		"$BIN/$program" --help | sed '/^  --/!{/^      /!d}' | tr '\n' ' ' | sed 's/   *--/\n--/g' \
			>"$BATS_TEST_TMPDIR/help"
		sed --quiet '/^\.It Fl -/,/^\.El/p' "$folder/$program.1" | tr '\n' ' ' | sed 's/\.It Fl -/\n--/g' \
			>"$BATS_TEST_TMPDIR/page"
		while read -r flag; do
			grep --quiet -- "^$flag .*efault" "$BATS_TEST_TMPDIR/page" || {
				printf '%s: the page does not tell the default of %s\n' "$program" "$flag"
				result=1
			}
		done < <(sed --quiet 's/^\(--[^ ]*\) .*(default.*/\1/p' "$BATS_TEST_TMPDIR/help" | sort --unique)
	done
	[[ $result -eq 0 ]]
}

@test "no word of a heading or an example is lost in its page" {
	local page text line
	for page in "$PROJECT"/src/*.[57] "$PROJECT"/src/*/*.1; do
		text=$(mandoc -T utf8 -O width=250 "$page" | col -bx)
		while IFS= read -r line; do
			[[ $text == *"$line"* ]] || {
				printf "%s lacks '%s'\n" "$page" "$line"
				return 1
			}
		done < <(sed --quiet 's/^\.\(S[hs]\|Dl\) //p' "$page" | sed 's/\\&//g; s/\\e/\\/g; s/\\(aq/'"'"'/g; s/\\(dq/"/g')
	done
}

# page NAME: an installed one, as text, no sentence of which is broken into lines.
page() {
	mandoc -T utf8 -O width=1000 "$pages/man${1##*.}/$1" | col -bx
}

install_pages() {
	pages=$BATS_TEST_TMPDIR/usr/share/man
	make --no-print-directory --silent --directory="$PROJECT" OUT="$BIN" PREFIX="$BATS_TEST_TMPDIR/usr" install
}

@test "mandoc finds no fault in any page, made or written" {
	local found
	install_pages
	[[ $(find "$pages" -type f | wc --lines) -gt 10 ]]
	found=$(find "$pages" -type f -exec mandoc -T lint -W warning {} + 2>&1 | grep 'WARNING\|ERROR\|UNSUPP' || true)
	[[ -z $found ]] || {
		printf '%s\n' "$found"
		return 1
	}
}

@test "the overview names every program" {
	local folder text
	install_pages
	text=$(page ringstorm.7)
	for folder in "$PROJECT"/src/*/; do
		folder=$(basename "$folder")
		[[ $folder == lib || $folder == wire || $text == *"$folder(1)"* ]] || {
			printf '%s is not in ringstorm.7\n' "$folder"
			return 1
		}
	done
}

@test "ringstorm(1) describes every command, with the options of its --help" {
	local script text line
	install_pages
	text=$(page ringstorm.1)
	for script in "$PROJECT"/scripts/*.sh; do
		[[ $script != */ringstorm.sh && $script != */test.sh ]] || continue
		line=$(basename "$script" .sh)
		[[ $text == *"ringstorm $line"* ]]
		while read -r line; do
			[[ $text == *"$line"* ]] || {
				printf "%s's '%s' is not in ringstorm.1\n" "$script" "$line"
				return 1
			}
		done < <("$script" --help | grep '^  --')
	done
}

@test "ringstorm-conf(5) names every conf file, ringstorm-files(5) every schema of the metric files" {
	local conf text schema
	install_pages
	text=$(page ringstorm-conf.5)
	for conf in "$PROJECT"/config/*.conf; do
		conf=$(basename "$conf")
		[[ $conf == server[23].conf || $text == *"$conf"* ]] || {
			printf '%s is not in ringstorm-conf.5\n' "$conf"
			return 1
		}
	done
	text=$(page ringstorm-files.5)
	for schema in client interval run sample fault clock; do
		[[ $text == *"ringstorm-$schema/1"* ]]
	done
}
