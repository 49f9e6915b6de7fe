#!/usr/bin/env bash
# Boots a real systemd on this machine's own files; nothing is downloaded, and nothing of it stays.
#
# usage: unshare --mount --propagation private boot.sh FOLDER TARGET [OPTION OF SYSTEMD-NSPAWN..]
#
# FOLDER/files are laid over the machine's. Prints the process id of the booted systemd once TARGET is reached, and
# shuts it down at SIGTERM. The mounts are of this process's own name space, so they end with it, however it ends.
set -euo pipefail
folder=$1 target=$2
shift 2

# A cgroup of its own in both hierarchies of systemd: nspawn takes the names `payload` and `supervisor` in it.
cgroups=()
while IFS=: read -r _ name path; do
    case $name in
        "") for root in /sys/fs/cgroup/unified /sys/fs/cgroup; do [ -w "$root/cgroup.procs" ] && break; done ;;
        name=systemd) root=/sys/fs/cgroup/systemd ;;
        *) continue ;;
    esac
    [ -w "$root$path/cgroup.procs" ] && cgroups+=("$root${path%/}")
done </proc/self/cgroup

nspawn=
stop() {
    trap '' TERM
    if [ -n "$nspawn" ] && kill -TERM "$nspawn" 2>/dev/null; then
        # SIGTERM asks the systemd inside to power off.
        timeout 30 tail --pid="$nspawn" -f /dev/null || kill -KILL "$nspawn"
    fi
    for group in "${cgroups[@]}"; do
        echo $$ >"$group/cgroup.procs"
        find "$group/clausewatch-$$" -depth -type d -exec rmdir {} + || true
    done
}
trap stop EXIT
trap 'exit 0' TERM

for group in "${cgroups[@]}"; do
    mkdir "$group/clausewatch-$$"
    echo $$ >"$group/clausewatch-$$/cgroup.procs"
done

mkdir "$folder/memory"
mount -t tmpfs -o size=512m tmpfs "$folder/memory"
mkdir "$folder/memory/"{upper,work,root}
mount -t overlay overlay "$folder/memory/root" \
    -o "lowerdir=/,upperdir=$folder/memory/upper,workdir=$folder/memory/work"
cp -R "$folder/files/." "$folder/memory/root/"
: >"$folder/memory/root/etc/fstab"
: >"$folder/memory/root/etc/machine-id"

SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 setpriv --pdeathsig TERM systemd-nspawn --quiet \
    --directory="$folder/memory/root" --boot --register=no --keep-unit --private-network --console=pipe \
    --machine=clausewatch-test "$@" systemd.unit="$target" </dev/null >"$folder/console" 2>&1 &
nspawn=$!

for _ in $(seq 300); do
    leader=$(pgrep -P "$nspawn" -x systemd) && [ -S "/proc/$leader/root/run/systemd/private" ] &&
        nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup --root --wd \
            systemctl is-active --quiet "$target" && break
    kill -0 "$nspawn" || { cat "$folder/console" >&2; exit 1; }
    sleep 0.1
    leader=
done
[ -n "$leader" ] || { cat "$folder/console" >&2; exit 1; }
echo "$leader"
wait "$nspawn"
