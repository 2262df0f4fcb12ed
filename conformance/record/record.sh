#!/bin/sh
# Boots a kernel image under QEMU with a device of choice and records what `irqproof replay` reads.
#
#   record.sh --kernel IMAGE --initrd INITRD --device DEVICE --out FOLDER
#             [--arch x86_64|riscv64] [--cpus N] [--seconds N] [--append ARGUMENTS] [--accepts]
#
# DEVICE is ahci, edu, xhci-msi or xhci-msix, or anything else that QEMU's -device takes.
# The image's own init has to make the device work and to move its interrupt: see guest.sh beside this file.
# FOLDER gets qemu.log, threads.txt, console.txt and cmdline.txt; the guest saves its own trace.
set -eu

usage() {
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

arch=x86_64 cpus=2 seconds=60 append= accepts= kernel= initrd= device= out=
while [ $# -gt 0 ]; do
  case $1 in
    --accepts) accepts=yes; shift; continue ;;
    --kernel | --initrd | --device | --out | --arch | --cpus | --seconds | --append) ;;
    *) usage ;;
  esac
  [ $# -ge 2 ] || usage
  case $1 in
    --kernel) kernel=$2 ;;
    --initrd) initrd=$2 ;;
    --device) device=$2 ;;
    --out) out=$2 ;;
    --arch) arch=$2 ;;
    --cpus) cpus=$2 ;;
    --seconds) seconds=$2 ;;
    --append) append=$2 ;;
  esac
  shift 2
done
if [ -z "$kernel" ] || [ -z "$initrd" ] || [ -z "$device" ] || [ -z "$out" ]; then usage; fi

case $arch in
  x86_64) machine=q35 controller= ;;
  # Built-in goldfish_rtc makes an endless interrupt loop with the APLIC.
  riscv64) machine=virt,aia=aplic-imsic controller='initcall_blacklist=goldfish_rtc_init' ;;
  *) echo "record.sh: --arch is $arch: it must be x86_64 or riscv64" >&2; exit 2 ;;
esac
for program in "qemu-system-$arch" socat; do
  command -v "$program" > /dev/null || { echo "record.sh: there is no program $program" >&2; exit 2; }
done

mkdir -p "$out"
disk='driver=null-co,size=1073741824,read-zeroes=on'
case $device in
  ahci)
    if [ "$arch" = x86_64 ]; then
      set -- -blockdev "$disk,node-name=n0" -device ide-hd,drive=n0,bus=ide.0
    else
      set -- -device ich9-ahci,id=ah -blockdev "$disk,node-name=n0" -device ide-hd,drive=n0,bus=ah.0
    fi
    ;;
  edu) set -- -device edu ;;
  xhci-msi) set -- -device nec-usb-xhci,id=xhci,msi=on,msix=off -device usb-tablet,bus=xhci.0 ;;
  xhci-msix) set -- -device nec-usb-xhci,id=xhci,msi=off,msix=on -device usb-tablet,bus=xhci.0 ;;
  *) set -- -device "$device" ;;
esac

# No interrupt remapping (no IOMMU): with it the device's message never changes. Multi-threaded TCG, so that CPUs race.
set -- -machine "$machine" -accel tcg,thread=multi -smp "$cpus" -m 768 -nodefaults -display none -no-reboot \
  -kernel "$kernel" -initrd "$initrd" "$@" \
  -serial "file:$out/console.txt" -monitor "unix:$out/monitor.sock,server=on,wait=off" \
  -D "$out/qemu.log" -msg timestamp=on \
  -append "console=ttyS0 panic=-1 no_watchdog nowatchdog $controller $append"
echo "qemu-system-$arch $*" > "$out/cmdline.txt"
"qemu-system-$arch" "$@" &
qemu=$!
trap 'kill "$qemu" 2> /dev/null || true' EXIT INT TERM

monitor() {
  printf '%s\n' "$1" | socat - "UNIX-CONNECT:$out/monitor.sock"
}

waited=0
until grep -q 'irqproof: ready' "$out/console.txt" 2> /dev/null; do
  kill -0 "$qemu" 2> /dev/null || { echo "record.sh: QEMU has ended; see $out/console.txt" >&2; exit 1; }
  waited=$((waited + 1))
  [ "$waited" -lt 600 ] || { echo "record.sh: the guest never said 'irqproof: ready' on its console" >&2; exit 1; }
  sleep 0.2
done

monitor 'info cpus' > "$out/threads.txt"
# Tracing begins before the first migration, so that both sides pair from the start.
for event in pci_cfg_write apic_deliver_irq apic_mem_readl apic_mem_writel ahci_irq_raise memory_region_ops_write; do
  monitor "trace-event $event on" > /dev/null
done
# Each accepted vector: exact, and slow enough that windows are hit less often.
if [ -n "$accepts" ]; then monitor 'log int' > /dev/null; fi

elapsed=0
while kill -0 "$qemu" 2> /dev/null && [ "$elapsed" -lt "$seconds" ]; do
  sleep 1
  elapsed=$((elapsed + 1))
done
kill -0 "$qemu" 2> /dev/null && monitor quit > /dev/null || true
wait "$qemu" 2> /dev/null || true
trap - EXIT INT TERM
echo "recorded: irqproof replay --qemu $out/qemu.log --threads $out/threads.txt"
