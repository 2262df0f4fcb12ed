#!/bin/sh
# In the guest, or on a real machine, as root: traces the moves of one interrupt and moves it to and fro.
#
#   guest.sh IRQ [MOVES [FILE]]
#   guest.sh --offline CPU IRQ[,IRQ...] [ROUNDS [FILE]]
#
# With --offline each round moves the interrupts to CPU, and takes CPU offline and online again; it ends early when an
# interrupt does not come for 5 seconds, which is a device that stands still. Says "irqproof: ready" when tracing is on and "irqproof: traced" when the last move was asked for, and writes the trace
# as text to FILE (default: guest.txt).
set -eu

offline=
if [ "${1:-}" = --offline ]; then offline=${2:-}; shift 2; fi
irqs=$(echo "${1:-}" | tr , ' ') moves=${2:-1000} file=${3:-guest.txt}
[ -n "$irqs" ] || { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
for irq in $irqs; do
  [ -d "/proc/irq/$irq" ] || { echo "guest.sh: there is no interrupt $irq" >&2; exit 2; }
done
online=/sys/devices/system/cpu/cpu$offline/online
if [ -n "$offline" ] && [ ! -e "$online" ]; then
  echo "guest.sh: CPU$offline cannot go offline: there is no $online" >&2
  exit 2
fi

trace=/sys/kernel/tracing
[ -e "$trace/trace" ] || mount -t tracefs tracefs "$trace"
echo 0 > "$trace/tracing_on"
echo nop > "$trace/current_tracer"
# Probes of a run before.
if [ -d "$trace/events/irqproof" ]; then echo 0 > "$trace/events/irqproof/enable"; fi
echo > "$trace/kprobe_events"
echo 32768 > "$trace/buffer_size_kb"
# One clock for all CPUs.
echo x86-tsc > "$trace/trace_clock" 2> /dev/null || echo global > "$trace/trace_clock"

# A function that this kernel does not have, or has inlined, is left out.
probe() {
  echo "$1" >> "$trace/kprobe_events" 2> /dev/null || echo "guest.sh: not traced: $1" >&2
}
case $(uname -m) in
  x86_64)
    # irq is the second word of struct irq_data; msi_msg has address low, address high, data.
    probe 'p:irqproof/msi_setaff msi_set_affinity irq=+4(%di):u32'
    probe 'r10:irqproof/msi_setaff_ret msi_set_affinity ret=$retval:s32'
    probe 'p:irqproof/msi_write pci_msi_domain_write_msg irq=+4(%di):u32 lo=+0(%si):x32 hi=+4(%si):x32 data=+8(%si):x32'
    probe 'p:irqproof/retrigger apic_retrigger_irq irq=+4(%di):u32'
    probe 'p:irqproof/move_masked irq_move_masked_irq irq=+4(%di):u32'
    probe 'p:irqproof/vec_cleanup __vector_cleanup'
    if [ -n "$offline" ]; then probe 'p:irqproof/fixup_irqs fixup_irqs'; fi
    ;;
esac
filter=
for irq in $irqs; do filter="$filter${filter:+ || }irq==$irq"; done
for event in irq/irq_handler_entry irq/irq_handler_exit; do
  echo "$filter" > "$trace/events/$event/filter"
  echo 1 > "$trace/events/$event/enable"
done
for event in vector_alloc vector_update vector_config vector_free_moved; do
  enable=$trace/events/irq_vectors/$event/enable
  if [ -e "$enable" ]; then echo 1 > "$enable"; fi
done
if [ -d "$trace/events/irqproof" ]; then echo 1 > "$trace/events/irqproof/enable"; fi
echo 1 > "$trace/tracing_on"
echo 'irqproof: ready'
# Time for the other side to switch its trace on.
sleep 5

nap() { usleep "$1" 2> /dev/null || sleep 0.005; }

# Hundredths of a second since the machine was started.
now() { read -r seconds _ < /proc/uptime; echo $((${seconds%.*} * 100 + 1${seconds#*.} - 100)); }

# Until the interrupt has moved to the CPU, which it does when it comes next. Fails after 5 seconds.
arrived() {
  began=$(now)
  until [ "$(cat "/proc/irq/$1/effective_affinity_list")" = "$offline" ]; do
    [ $(($(now) - began)) -lt 500 ] || return 1
    nap 2000
  done
}

# One move of each interrupt to the CPU, then the CPU goes offline, where none has to wait for anything.
offline_round() {
  for irq in $irqs; do echo "$offline" > "/proc/irq/$irq/smp_affinity_list" 2> /dev/null || true; done
  for irq in $irqs; do
    arrived "$irq" || { echo "irqproof: interrupt $irq has not arrived for 5 s: its device is stuck"; return 1; }
  done
  # At another phase of the commands that are outstanding in each round.
  nap $((move * 137 % 2000))
  echo 0 > "$online"
  echo 1 > "$online"
}

cpus=$(nproc)
move=0
while [ "$move" -lt "$moves" ]; do
  if [ -n "$offline" ]; then
    offline_round || break
  else
    # Refused ones are tried again by the kernel.
    echo $((move % cpus)) > "/proc/irq/$irqs/smp_affinity_list" 2> /dev/null || true
    nap 5000
  fi
  move=$((move + 1))
done
# What becomes of a device that stands still: its driver's timeout is at most this long.
if [ -n "$offline" ] && [ "$move" -lt "$moves" ]; then sleep 40; fi
echo 0 > "$trace/tracing_on"
echo 'irqproof: traced'
# From trace, not trace_pipe: there the lines of all CPUs are in order.
cat "$trace/trace" > "$file"
echo "guest.sh: $move of $moves done; the trace is in $file"
