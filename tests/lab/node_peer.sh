#!/usr/bin/env bash
# node_peer.sh - install the peers of package.json into bin/.node, unless they
# are there, and print the folder in which node finds them (NODE_PATH).
set -euo pipefail
shopt -s inherit_errexit

main() {
	local lab folder
	lab=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
	folder=$lab/../../bin/.node
	mkdir -p -- "$folder"
	# The copy of package.json is written last: it stands for a whole install.
	if ! cmp --silent -- "$lab/package.json" "$folder/installed.json"; then
		cp -- "$lab/package.json" "$folder/package.json"
		npm install --prefix "$folder" --no-audit --no-fund --no-package-lock \
			--loglevel=error </dev/null >&2
		cp -- "$lab/package.json" "$folder/installed.json"
	fi
	printf '%s\n' "$folder/node_modules"
}

main "$@"
