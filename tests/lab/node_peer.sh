#!/usr/bin/env bash
# node_peer.sh - install the peers of package.json, in the versions of its lock
# file, into bin/.node, unless they are there, and print the folder in which
# node finds them (NODE_PATH). Programs that import them lie beside it.
set -euo pipefail
shopt -s inherit_errexit

main() {
	local lab folder
	lab=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
	folder=$lab/../../bin/.node
	mkdir -p -- "$folder"
	# The copy of the lock file is written last: it stands for a whole install.
	if ! cmp --silent -- "$lab/package-lock.json" "$folder/installed.json"; then
		cp -- "$lab/package.json" "$lab/package-lock.json" "$folder"
		# Not `npm ci`: it wants optional packages in the lock file that are
		# there for other machines only.
		npm install --prefix "$folder" --omit=optional --no-audit --no-fund --loglevel=error </dev/null >&2
		cp -- "$lab/package-lock.json" "$folder/installed.json"
	fi
	cp -- "$lab"/*.mjs "$folder"
	printf '%s\n' "$folder/node_modules"
}

main "$@"
