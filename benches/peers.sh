#!/usr/bin/env bash
# clausewatch beside webchanges and urlwatch, on the same pages in one run; prints medians and ratios.
#
#   bash benches/peers.sh [SITE [RUNS]]
#
# SITE has the pages at two dates, SITE/t0/*.html and SITE/t1/*.html; without one, policies of our own are made.
# Peers are installed in virtual environments under target/peers. All pages are served on loopback, each by an address
# of its own, so that nobody waits for politeness. CLAUSEWATCH names another binary than the release build.
set -euo pipefail
cd "$(dirname "$0")/.."

peers=${PEERS:-target/peers}
for peer in webchanges==3.37.0 urlwatch==2.29; do
    name=${peer%%=*}
    if [ ! -x "$peers/$name/bin/$name" ]; then
        python3 -m venv "$peers/$name"
        "$peers/$name/bin/pip" install --quiet --disable-pip-version-check "$peer" html2text
    fi
done
if [ -z "${CLAUSEWATCH:-}" ]; then
    cargo build --release --locked --bin clausewatch
    CLAUSEWATCH=${CARGO_TARGET_DIR:-target}/release/clausewatch
fi
exec python3 benches/peers.py "$CLAUSEWATCH" "$peers" "${2:-3}" ${1:+"$1"}
