#!/usr/bin/env bash
# Instructions of each stage of the core on a policy of 100 kB, in millions, beside what it may take.
#
#   bash benches/instructions.sh [BENCH]     BENCH: the built bench, else it is built
#
# Counted by valgrind, so that a busy machine gives the same figures. Once warm: of three runs over less one.
set -euo pipefail
cd "$(dirname "$0")/.."

bench=${1:-}
if [ -z "$bench" ]; then
    cargo bench --locked --no-run --bench instructions
    # Built by now: it only tells where.
    bench=$(cargo bench --locked --no-run --bench instructions 2>&1 | sed -n 's/.*(\(.*instructions-[^)]*\)).*/\1/p')
fi

count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" "$1" "$2" 2>&1 | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

# Of one run, in millions; once warm.
millions() {
    local once thrice
    once=$(count "$1" 1)
    thrice=$(count "$1" 3)
    echo $(((thrice - once + 1000000) / 2000000))
}

failed=0
printf '%-8s %9s %9s\n' stage millions at-most
while read -r stage budget; do
    millions=$(millions "$stage")
    note=
    if [ "$millions" -gt "$budget" ]; then
        note=" too many"
        failed=1
    fi
    printf '%-8s %9d %9d%s\n' "$stage" "$millions" "$budget" "$note"
done <benches/budget.txt

# A page becomes a document at two fifths of the speed, or more, at which html5ever parses it.
alone=$(millions html5ever)
whole=$(millions extract)
echo "a page to its document: $whole million, of which html5ever alone takes $alone"
[ $((2 * whole)) -le $((5 * alone)) ] || failed=1

# Twice the page, twice the work: it would be four times where any of it were quadratic.
one=$(count hostile 2)
two=$(count hostile 4)
four=$(count hostile 8)
growth=$(((four - two) * 100 / (two - one)))
echo "pages made to cost much: $growth % of the work for twice the length"
[ "$growth" -le 250 ] || failed=1
exit "$failed"
