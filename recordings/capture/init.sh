#!/bin/busybox sh
# The init of the initrd that initrd.sh makes: loads the modules, makes the device work, records, and hands the trace over.
#
# From the kernel's command line: irqproof.name=NAME, the interrupt's name in /proc/interrupts; irqproof.moves=N;
# irqproof.disk=DEVICE, the disk to read from so that there are interrupts; irqproof.disks=N and irqproof.offline=CPU: so
# many disks are read from, each by one reader on CPU0 with one command outstanding, and the CPU goes offline and online;
# irqproof.timeout=SECONDS, that of their commands.
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
disks=$(argument disks) offline=$(argument offline) timeout=$(argument timeout)

while read -r module; do insmod "/modules/$module" || say "insmod $module failed"; done < /modules/order

waited=0
until [ -b "/dev/$disk" ]; do
  waited=$((waited + 1))
  [ "$waited" -lt 300 ] || fail "there is no disk $disk"
  sleep 0.2
done
hand_over() {
  gzip /tmp/guest.txt
  stty -F /dev/ttyS1 raw -echo
  cat /tmp/guest.txt.gz > /dev/ttyS1
  # What a serial port has taken, it has yet to send.
  sleep 1
  say "saved"
  poweroff -f
}

if [ -n "$offline" ]; then
  waited=0
  until [ "$(ls -d /sys/block/sd* 2> /dev/null | wc -l)" -ge "$disks" ]; do
    waited=$((waited + 1))
    [ "$waited" -lt 300 ] || fail "there are no $disks disks"
    sleep 0.2
  done
  for block in /sys/block/sd*; do
    echo none > "$block/queue/scheduler"
    if [ -n "$timeout" ]; then echo "$timeout" > "$block/device/timeout"; fi
    # One reader for each, with one command outstanding: a second one's completion would sweep up the lost one.
    (while :; do taskset 1 dd if="/dev/${block##*/}" of=/dev/null bs=4k count=100000 iflag=direct 2> /dev/null; done) &
  done
  sleep 1
  irqs=$(awk -v name="$name" 'index($0, name) { irqs = irqs (irqs == "" ? "" : ",") ($1 + 0) } END { print irqs }' /proc/interrupts)
  [ -n "$irqs" ] || fail "no interrupt is called $name"
  sh /guest.sh --offline "$offline" "$irqs" "$moves" /tmp/guest.txt > /dev/console 2>&1 || fail "guest.sh"
  grep -F "$name" /proc/interrupts > /dev/console
  dmesg | grep -E 'exception Emask|failed command|No irq handler' > /dev/console
  hand_over
fi

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
hand_over
