#!/bin/sh
# Tries deploy/install.sh on an empty Debian: makes one by debootstrap, installs into it, and asks
# the installed processes, as its own user, for a page and for their health.
#
#     sh scripts/rehearse_install.sh [FOLDER OF AN EMPTY DEBIAN, made by debootstrap before]
#
# As root, with debootstrap and systemd; takes some minutes and 3 GB. A folder that is given is
# copied. Variables of pip and files in PIP_FOLDERS (space-separated) are lent to the empty system,
# for a machine with an index of its own.
set -eu
here="$(cd "$(dirname "$0")/.." && pwd)"
work="$(mktemp -d /var/tmp/district-install-XXXXXX)"
root="$work/root"
clean() {
    # Each leads a group: the command that started it would pass no signal on.
    for group in $(cat "$work/pids" 2>/dev/null); do kill -- "-$group" 2>/dev/null || true; done
    [ ! -d "$root/etc/postgresql" ] || chroot "$root" sh -c \
        'for c in /etc/postgresql/*/main; do pg_ctlcluster "$(basename "$(dirname "$c")")" main stop -m immediate; done' || true
    sleep 1
    for mount in $(awk -v r="$root" 'index($2, r) == 1 {print $2}' /proc/mounts | sort -r); do
        umount -l "$mount"
    done
    if [ -n "${KEEP:-}" ]; then echo "the installed system: $root"; else rm -rf "$work"; fi
}
trap clean EXIT
if [ $# -gt 0 ]; then
    cp -a "$1" "$root"
else
    debootstrap --variant=minbase --include=ca-certificates bookworm "$root" >/dev/null
fi
echo "==> an empty Debian $(cat "$root/etc/debian_version")"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --make-private "$root/dev"   # else the next one is mounted in the machine's /dev as well
mount -t devpts devpts "$root/dev/pts"
mkdir -p "$root/run" "$root/release"
mount -t tmpfs tmpfs "$root/run"
mount --bind -o ro "$here" "$root/release" 2>/dev/null || mount --bind "$here" "$root/release"
for lent in ${PIP_FOLDERS:-}; do
    if [ -d "$lent" ]; then
        mkdir -p "$root$lent" && mount --bind "$lent" "$root$lent"
    else
        mkdir -p "$root$(dirname "$lent")" && cp "$lent" "$root$lent"
    fi
done
cp /etc/resolv.conf "$root/etc/resolv.conf"
# Nothing is started by packages: there is no system manager here.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
chroot "$root" sh /release/deploy/install.sh ${LOAD:---no-load}
echo "==> once more: everything may be done twice"
chroot "$root" sh /release/deploy/install.sh --no-packages --no-load
echo "==> units"
chroot "$root" systemd-analyze verify --man=no district.target district-web@1.service \
    district-live.service district-worker.service district-gateway.service district-alarms.service
echo "==> secrets are root's alone"
test "$(chroot "$root" stat -c %a:%U /etc/district/secrets/person_master_key)" = 600:root
test "$(chroot "$root" stat -c %a:%U /var/lib/district)" = 700:district
echo "==> processes"
port=18230
for process in "web --port $port" "web --port $port" "live --port $((port + 1))" worker; do
    setsid chroot "$root" /usr/local/sbin/district $process >>"$work/log" 2>&1 &
    echo $! >>"$work/pids"
done
ask() { curl -sS -o "$work/answer" -w '%{http_code}' -H 'X-Forwarded-Proto: https' "http://127.0.0.1:$1"; }
tries=0
until [ "$(ask $port/health/ready 2>/dev/null)" = 200 ]; do
    tries=$((tries + 1))
    [ $tries -lt 90 ] || { echo "it does not get ready:"; cat "$work/answer"; tail -40 "$work/log"; exit 1; }
    sleep 1
done
cat "$work/answer"; echo
test "$(ask $port/login/)" = 200
test "$(ask $((port + 1))/healthz)" = 200
nginx="$root/etc/nginx/conf.d/district.conf"
cp "$here/deploy/nginx/district.conf" "$nginx"
mkdir -p "$root/etc/district/tls"
chroot "$root" openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=plan.example.cn \
    -addext subjectAltName=DNS:plan.example.cn \
    -keyout /etc/district/tls/key.pem -out /etc/district/tls/fullchain.pem 2>/dev/null
chroot "$root" nginx -t -q
echo "installed on an empty Debian: pages, live pages and worker run, the proxy's file is right"
