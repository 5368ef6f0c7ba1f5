#!/bin/sh
# run.sh BUILD SECONDS - lets every fuzz target search, starting from its corpus. What it finds new
# goes to BUILD/found/TARGET, a crash to BUILD/crash-*; the first crash ends the run.
set -eu

build=$1
seconds=$2
corpus=$(dirname "$0")/corpus

for program in "$build"/tests/fuzz/fuzz_*; do
	[ -d "$program" ] && continue # objects
	target=${program##*/fuzz_}
	mkdir -p "$build/found/$target"
	echo "fuzz: $target, $seconds s"
	"$program" -max_total_time="$seconds" -verbosity=0 -print_final_stats=1 \
		-artifact_prefix="$build/crash-$target-" "$build/found/$target" "$corpus/$target"
done
