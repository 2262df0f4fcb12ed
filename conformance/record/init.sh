#!/bin/busybox sh
# The init of the initrd that initrd.sh makes: loads the modules, makes the device work, records, and hands the trace over.
#
# From the kernel's command line: irqproof.name=NAME, the interrupt's name in /proc/interrupts; irqproof.moves=N;
# irqproof.disk=DEVICE, the disk to read from so that there are interrupts.
/bin/busybox mkdir -p /proc /sys /dev /tmp
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev

say() { echo "irqproof: $*" > /dev/console; }
fail() { say "failed: $*"; poweroff -f; }
argument() { sed -n "s/.*irqproof\.$1=\([^ ]*\).*/\1/p" /proc/cmdline; }
name=$(argument name) moves=$(argument moves) disk=$(argument disk)

while read -r module; do insmod "/modules/$module" || say "insmod $module failed"; done < /modules/order

waited=0
until [ -b "/dev/$disk" ]; do
  waited=$((waited + 1))
  [ "$waited" -lt 300 ] || fail "there is no disk $disk"
  sleep 0.2
done
# Several readers, so that interrupts come while others are handled. Without O_DIRECT the cache has to be dropped.
reader() {
  while :; do
    dd if="/dev/$disk" of=/dev/null bs=4k count=2048 skip=$(($1 * 2048)) iflag=direct 2> /dev/null ||
      { dd if="/dev/$disk" of=/dev/null bs=64k count=512 skip=$(($1 * 512)) 2> /dev/null; echo 1 > /proc/sys/vm/drop_caches; }
  done
}
for number in 0 1 2 3; do reader "$number" & done
sleep 1

# The one that counts most, where the device has several.
irq=$(awk -v name="$name" '
  index($0, name) { sum = 0; for (i = 2; $i ~ /^[0-9]+$/; i++) sum += $i; if (sum >= best) { best = sum; irq = $1 + 0 } }
  END { print irq }' /proc/interrupts)
[ -n "$irq" ] || fail "no interrupt is called $name"
grep -F "$name" /proc/interrupts > /dev/console
sh /guest.sh "$irq" "$moves" /tmp/guest.txt > /dev/console 2>&1 || fail "guest.sh"
gzip /tmp/guest.txt
stty -F /dev/ttyS1 raw -echo
cat /tmp/guest.txt.gz > /dev/ttyS1
# What a serial port has taken, it has yet to send.
sleep 1
say "saved"
poweroff -f
