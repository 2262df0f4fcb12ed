#!/bin/sh
# Makes an initrd that records the moves of one interrupt: busybox, a few modules, guest.sh.
#
#   initrd.sh --out FILE [--busybox PROGRAM] [--modules FOLDER MODULE...]
#
# PROGRAM is a statically linked busybox (Debian: busybox-static). FOLDER is the lib/modules/VERSION of the kernel, with
# its modules.dep; each MODULE is put in with those that it needs.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/call.sh"

out= busybox=/bin/busybox modules=
while [ $# -gt 0 ]; do
  case $1 in
    --out | --busybox | --modules) [ $# -ge 2 ] || usage ;;
    -*) usage ;;
    *) break ;;
  esac
  case $1 in
    --out) out=$2 ;;
    --busybox) busybox=$2 ;;
    --modules) modules=$2 ;;
  esac
  shift 2
done
[ -n "$out" ] || usage
[ -x "$busybox" ] || fail "there is no busybox at $busybox; name a static one with --busybox"
if [ $# -gt 0 ] && [ ! -e "$modules/modules.dep" ]; then
  fail "there is no modules.dep in ${modules:-no folder}; run depmod, or name the folder with --modules"
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/bin" "$root/modules"
cp "$busybox" "$root/bin/busybox"
cp "$here/guest.sh" "$root/guest.sh"
cp "$here/init.sh" "$root/init"
chmod +x "$root/init" "$root/bin/busybox"
: > "$root/modules/order"

# A line of modules.dep is "MODULE: WHAT IT NEEDS", the one to load first at the end.
add() {
  base=$(basename "$1")
  plain=$(echo "$base" | sed 's/\.\(xz\|gz\|zst\)$//')
  if grep -qx "$plain" "$root/modules/order"; then return; fi
  case $base in
    *.xz) xz -dc "$modules/$1" > "$root/modules/$plain" ;;
    *.gz) gzip -dc "$modules/$1" > "$root/modules/$plain" ;;
    *.zst) zstd -dcq "$modules/$1" > "$root/modules/$plain" ;;
    *) cp "$modules/$1" "$root/modules/$plain" ;;
  esac
  echo "$plain" >> "$root/modules/order"
}
for name; do
  pattern=$(echo "$name" | sed 's/[-_]/[-_]/g')
  line=$(grep -E "(^|/)$pattern\.ko[.a-z]*:" "$modules/modules.dep" || true)
  # Some kernels have it built in.
  if [ -z "$line" ]; then
    grep -qE "/$pattern\.ko$" "$modules/modules.builtin" 2> /dev/null || fail "the kernel has no module $name"
    continue
  fi
  needs=
  for need in ${line#*:}; do needs="$need $needs"; done
  for file in $needs ${line%%:*}; do add "$file"; done
done

(cd "$root" && find . | "$busybox" cpio -o -H newc 2> /dev/null | gzip -1) > "$out"
echo "initrd.sh: $out has $(wc -l < "$root/modules/order") modules"
