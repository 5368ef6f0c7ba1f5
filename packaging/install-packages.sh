#!/bin/sh
# install-packages.sh SECTION... - installs what packages.txt lists in these sections and this
# machine lacks, by apt. Not root: by sudo. No sudo: prints the one line to run, and fails.
# Services that come with test packages are not started, and no package is ever removed.
set -eu

list=$(dirname "$0")/packages.txt

wanted()
{
	for section in "$@"; do
		sed -n "/^\[$section\]/,/^\[/{/^[#[]/d;/./p;}" "$list"
	done
}

missing()
{
	wanted "$@" | while read -r package unless command; do
		if [ "$unless" = unless ] && command -v "$command" >/dev/null; then
			continue
		fi
		case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
		installed) ;;
		*) echo "$package" ;;
		esac
	done
}

# Debian's own way to say "do not start services": present only while apt runs.
policy=/usr/sbin/policy-rc.d

install_as_root()
{
	export DEBIAN_FRONTEND=noninteractive
	if [ ! -e "$policy" ]; then
		trap 'rm -f "$policy"' EXIT
		trap 'exit 130' INT TERM HUP
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod 755 "$policy"
	fi
	if command -v debconf-set-selections >/dev/null; then
		echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
	fi
	set -- install -y -q --no-install-recommends --no-remove "$@"
	apt-get "$@" || { apt-get update -q && apt-get "$@"; }
}

if [ "$1" = --as-root ]; then
	shift
	install_as_root "$@"
	exit
fi

command -v dpkg-query >/dev/null || { echo "packages: this is not Debian; see packaging/packages.txt"; exit 1; }
packages=$(missing "$@" | tr '\n' ' ')
packages=${packages% }
[ -n "$packages" ] || exit 0

echo "packages: installing $packages"
# shellcheck disable=SC2086 # a list of words
if [ "$(id -u)" = 0 ]; then
	"$0" --as-root $packages && exit 0
elif command -v sudo >/dev/null; then
	sudo "$0" --as-root $packages && exit 0
fi
echo "packages: these are missing; as root, run:" >&2
echo "apt-get install --no-install-recommends $packages" >&2
exit 1
