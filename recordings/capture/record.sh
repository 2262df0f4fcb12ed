#!/bin/sh
# Boots a kernel image under QEMU with a device of choice, moves the device's interrupt, and records what
# `irqproof replay` reads.
#
#   record.sh --kernel IMAGE --modules FOLDER --device DEVICE --out FOLDER
#             [--cpus N] [--moves N] [--busybox PROGRAM] [--append ARGUMENTS] [--accepts] [--no-registers]
#   record.sh --offline --kernel IMAGE --modules FOLDER --device ahci --out FOLDER
#             [--controllers N] [--moves ROUNDS] [--timeout SECONDS] [...]
#   record.sh --kernel IMAGE --initrd INITRD --device DEVICE --out FOLDER [--arch x86_64|riscv64] [--seconds N] [...]
#
# DEVICE is ahci, xhci-msi or xhci-msix; edu, or anything else that QEMU's -device takes, with an INITRD of your own whose
# init loads a driver, makes the device work and runs guest.sh. FOLDER of --modules is the kernel's lib/modules/VERSION.
# --accepts records each accepted vector, --no-registers leaves the registers of the device out, for which a log is long.
# --offline takes CPU1 offline and online under load, until a disk stands still or ROUNDS are done: N controllers (8) with
# one disk each, of 10 ms a read, and one command outstanding; --timeout is that of a command, as short as 7 (30).
# FOLDER of --out gets qemu.log, guest.txt.gz, threads.txt, console.txt and cmdline.txt.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/call.sh"

arch=x86_64 cpus=2 seconds=600 moves=1000 append= accepts= registers=yes kernel= initrd= modules= device= out=
busybox=/bin/busybox offline= controllers=8 timeout=
while [ $# -gt 0 ]; do
  case $1 in
    --accepts) accepts=yes; shift; continue ;;
    --no-registers) registers=; shift; continue ;;
    --offline) offline=yes; shift; continue ;;
    --kernel | --initrd | --modules | --device | --out | --arch | --cpus | --seconds | --moves | --busybox | --append | --controllers | --timeout) ;;
    *) usage ;;
  esac
  [ $# -ge 2 ] || usage
  case $1 in
    --kernel) kernel=$2 ;;
    --initrd) initrd=$2 ;;
    --modules) modules=$2 ;;
    --device) device=$2 ;;
    --out) out=$2 ;;
    --arch) arch=$2 ;;
    --cpus) cpus=$2 ;;
    --seconds) seconds=$2 ;;
    --moves) moves=$2 ;;
    --busybox) busybox=$2 ;;
    --append) append=$2 ;;
    --controllers) controllers=$2 ;;
    --timeout) timeout=$2 ;;
  esac
  shift 2
done
if [ -z "$kernel" ] || [ -z "$device" ] || [ -z "$out" ]; then usage; fi
if [ -n "$offline" ] && [ "$arch$device" != x86_64ahci ]; then fail "--offline is for --device ahci on x86_64"; fi
[ -e "$kernel" ] || fail "there is no kernel image $kernel"

case $arch in
  x86_64) machine=q35 quirk=tsc=reliable ;;
  # Built-in goldfish_rtc makes an endless interrupt loop with the APLIC.
  riscv64) machine=virt,aia=aplic-imsic quirk='initcall_blacklist=goldfish_rtc_init' ;;
  *) fail "--arch is $arch: it must be x86_64 or riscv64" ;;
esac
for program in "qemu-system-$arch" socat; do
  command -v "$program" > /dev/null || fail "there is no program $program"
done

mkdir -p "$out"
disk='driver=null-co,size=1073741824,read-zeroes=on,node-name=n0'
name= drivers=
case $device$offline in
  ahciyes)
    # A disk that takes longer than the CPUs stand still, so that a command is outstanding when its message moves.
    name=ahci drivers='ahci sd_mod'
    append="irqproof.offline=1 irqproof.disks=$controllers irqproof.timeout=$timeout $append"
    set --
    number=0
    while [ "$number" -lt "$controllers" ]; do
      bus=ide.0
      if [ "$number" -gt 0 ]; then
        bus=ah$number.0
        set -- "$@" -device "ich9-ahci,id=ah$number"
      fi
      set -- "$@" -blockdev "driver=null-co,size=1073741824,read-zeroes=on,latency-ns=10000000,node-name=n$number" \
        -device "ide-hd,drive=n$number,bus=$bus"
      number=$((number + 1))
    done
    ;;
  ahci)
    name=ahci drivers='ahci sd_mod'
    if [ "$arch" = x86_64 ]; then
      set -- -blockdev "$disk" -device ide-hd,drive=n0,bus=ide.0
    else
      set -- -device ich9-ahci,id=ah -blockdev "$disk" -device ide-hd,drive=n0,bus=ah.0
    fi
    ;;
  xhci-msi | xhci-msix)
    name=xhci_hcd drivers='xhci_pci usb_storage sd_mod'
    if [ "$device" = xhci-msi ]; then form=msi=on,msix=off; else form=msi=off,msix=on; fi
    set -- -device "nec-usb-xhci,id=xhci,$form" -blockdev "$disk" -device usb-storage,bus=xhci.0,drive=n0
    ;;
  edu) set -- -device edu ;;
  *) set -- -device "$device" ;;
esac
if [ -z "$initrd" ]; then
  [ -n "$drivers" ] || fail "for --device $device give an --initrd of your own, which has a driver"
  [ "$arch" = x86_64 ] || fail "for --arch $arch give an --initrd of your own"
  initrd=$out/initrd.gz
  # shellcheck disable=SC2086 -- one word for each module
  sh "$here/initrd.sh" --out "$initrd" --busybox "$busybox" --modules "$modules" $drivers
fi

# No interrupt remapping (no IOMMU): with it the device's message never changes. Multi-threaded TCG, so that CPUs race.
# The second serial port takes the guest's trace.
set -- -machine "$machine" -accel tcg,thread=multi -smp "$cpus" -m 768 -nodefaults -display none -no-reboot \
  -kernel "$kernel" -initrd "$initrd" "$@" \
  -serial "file:$out/console.txt" -serial "file:$out/guest.txt.gz" \
  -monitor "unix:$out/monitor.sock,server=on,wait=off" -D "$out/qemu.log" -msg timestamp=on \
  -append "console=ttyS0 panic=-1 no_watchdog nowatchdog mitigations=off random.trust_cpu=on $quirk irqproof.name=$name irqproof.moves=$moves irqproof.disk=sda $append"
echo "qemu-system-$arch $*" > "$out/cmdline.txt"
rm -f "$out/console.txt" "$out/monitor.sock"
"qemu-system-$arch" "$@" &
qemu=$!
trap 'kill "$qemu" 2> /dev/null || true' EXIT INT TERM

monitor() {
  printf '%s\n' "$1" | socat - "UNIX-CONNECT:$out/monitor.sock"
}

# Waits until the guest says something on its console, for so many seconds.
await() {
  waited=0
  until grep -q "irqproof: $1" "$out/console.txt" 2> /dev/null; do
    if grep 'irqproof: failed' "$out/console.txt" 2> /dev/null; then exit 1; fi
    kill -0 "$qemu" 2> /dev/null || { echo "record.sh: QEMU has ended; see $out/console.txt" >&2; exit 1; }
    waited=$((waited + 1))
    [ "$waited" -lt $(($2 * 5)) ] || { echo "record.sh: the guest never said 'irqproof: $1' on its console" >&2; exit 1; }
    sleep 0.2
  done
}

events='pci_cfg_write apic_deliver_irq apic_mem_readl apic_mem_writel ahci_irq_raise'
# An MSI-X table and an interrupt file are regions, too.
case $arch$device$registers in
  x86_64*yes | *msix* | riscv64*) events="$events memory_region_ops_write" ;;
esac
await ready 300
monitor 'info cpus' > "$out/threads.txt"
# Tracing begins before the first migration, so that both sides pair from the start. The machine stands still meanwhile:
# what begins or ends earlier than the rest would be lines without those that they need.
monitor stop > /dev/null
for event in $events; do monitor "trace-event $event on" > /dev/null; done
# Each accepted vector: exact, and slow enough that windows are hit less often.
if [ -n "$accepts" ]; then monitor 'log int' > /dev/null; fi
monitor cont > /dev/null

await traced "$seconds"
monitor stop > /dev/null
for event in $events; do monitor "trace-event $event off" > /dev/null; done
if [ -n "$accepts" ]; then monitor 'log none' > /dev/null; fi
monitor cont > /dev/null
await saved 300
kill "$qemu" 2> /dev/null || true
wait "$qemu" 2> /dev/null || true
trap - EXIT INT TERM
rm -f "$out/monitor.sock"
echo "recorded: irqproof replay --qemu $out/qemu.log --guest $out/guest.txt.gz --threads $out/threads.txt"
