#!/bin/sh
# run.sh BUILD VAR - starts the daemon from a build folder, in the foreground, with its state in VAR.
# The first time it writes VAR/tocsin.conf; as root it makes the users that the roles drop to.
set -eu

build=$1
mkdir -p "$2"
var=$(cd "$2" && pwd)

if [ "$(id -u)" = 0 ]; then
	"$(dirname "$0")"/make-users.sh
else
	echo "run: not root: all roles run as $(id -un), without users of their own"
fi

if [ ! -e "$var/tocsin.conf" ]; then
	cat >"$var/tocsin.conf" <<-END
	# Read at start and on SIGHUP. Everything else is set on the page or by "tocsin set".
	state_dir = $var/state
	run_dir = $var/run
	https = [::]:8443
	END
	echo "run: wrote $var/tocsin.conf"
fi

echo "run: starting; Ctrl-C stops it"
exec "$build/tocsind" -c "$var/tocsin.conf"
