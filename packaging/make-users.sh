#!/bin/sh
# make-users.sh - the system users that the roles drop to and the groups that grant rights.
# Makes what is missing and says so; run again, it does nothing.
set -eu

for group in tocsin-drop tocsin-admin; do
	getent group "$group" >/dev/null && continue
	groupadd --system "$group"
	echo "users: made group $group"
done

for role in front keeper sender watcher; do
	user=tocsin-$role
	getent passwd "$user" >/dev/null && continue
	useradd --system --user-group --no-create-home --home-dir /nonexistent \
		--shell /usr/sbin/nologin --comment "Tocsin, $role" "$user"
	echo "users: made user $user"
done
