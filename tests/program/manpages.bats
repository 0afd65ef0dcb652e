#!/usr/bin/env bats
# Every flag of --help stands in the program's page, and the other way round.
load helpers

# The flags that --help lists, one a line.
flags_of_help() {
	"$BIN/$1" --help | grep --only-matching --extended-regexp '^  --[a-z][a-z-]*' | tr --delete ' ' | sort --unique
}

# The flags that the page's list of options describes (mdoc: .It Fl -name).
flags_of_page() {
	sed --quiet --regexp-extended 's/^\.It Fl -([a-z][a-z-]*).*/--\1/p' "$PROJECT/src/$1/$1.1" | sort --unique
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
	return "$result"
}
