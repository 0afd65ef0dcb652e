#!/usr/bin/env bash
# setup.sh [--tests] [--check] - install what ringstorm needs from the packages
# of Debian 12 or Ubuntu 22.04 and later. Does nothing where nothing is missing.
#
#   --tests   what the tests need as well
#   --check   install nothing; exit 1 when something is missing
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"

readonly NEEDED=(gcc libc6-dev make libjansson-dev libcurl4-openssl-dev
	libssh2-1-dev libssl-dev libspng-dev libdeflate-dev libjpeg-dev zlib1g-dev parallel bc openssh-client)
# The report's page does without: it has the numbers then, and no pictures.
readonly FOR_PICTURES=(gnuplot-nox)
# clang-format's own version decides how a file looks: 14 is in all of them.
readonly FOR_TESTS=(apache2-utils bats bsdextrautils clang clang-format-14 curl dpkg-dev gawk git iproute2 jq libcmocka-dev
	lintian mandoc
	nftables nghttp2-client nginx openssh-client openssh-server openssl perl
	prometheus-node-exporter
	procps python3 shellcheck shfmt tcsh time tinyproxy-bin wrk)

# missing PACKAGE...: those that are not installed, one a line.
missing() {
	local package state
	for package in "$@"; do
		state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) || true
		[[ $state == installed ]] || printf '%s\n' "$package"
	done
}

# Root installs at once; who may use sudo does so, asked for a password only
# where there is a terminal to ask at; others get the command to hand on.
install_packages() {
	local -a as_root=() quiet=(--yes --quiet --no-install-recommends)
	if ((EUID != 0)); then
		if command -v sudo >/dev/null && { [[ -t 0 ]] || sudo --non-interactive true 2>/dev/null; }; then
			as_root=(sudo)
		else
			warn "missing: $*"
			warn "let root run: apt-get update && apt-get install --yes $*"
			[[ $* == "${FOR_PICTURES[*]}" ]] || exit 1
			return 0
		fi
	fi
	printf 'installing %s\n' "$*"
	"${as_root[@]}" apt-get --quiet update >/dev/null ||
		warn "apt-get update failed; trying with the package lists that are here"
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get install "${quiet[@]}" "$@" </dev/null >/dev/null ||
		die 1 "apt-get could not install: $*"
}

main() {
	local -a wanted=("${NEEDED[@]}" "${FOR_PICTURES[@]}") absent=()
	local argument check='' lines
	for argument in "$@"; do
		case $argument in
			--tests)
				wanted+=("${FOR_TESTS[@]}")
				# However node came here, it is good enough if npm came with it.
				command -v npm >/dev/null || wanted+=(nodejs npm)
				# So is any browser of the family.
				command -v chromium chromium-browser google-chrome >/dev/null || wanted+=(chromium)
				;;
			--check) check=yes ;;
			-h | --help) usage ;;
			*) die 2 "unknown argument '$argument' (there are --tests and --check)" ;;
		esac
	done
	need dpkg-query apt-get
	lines=$(missing "${wanted[@]}")
	[[ -z $lines ]] || mapfile -t absent <<<"$lines"
	if ((${#absent[@]} == 0)); then
		printf 'nothing is missing\n'
	elif [[ -n $check ]]; then
		die 1 "missing: ${absent[*]}"
	else
		install_packages "${absent[@]}"
	fi
}

main "$@"
