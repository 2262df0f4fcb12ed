import type { MachineId } from "../../model/system.ts";

/** Steps of the hardware by itself. */
const hardware: Readonly<Record<string, string>> = {
  "device.raise": "(device)",
  "device.fetch_entry": "(device)",
  "fabric.deliver": "(fabric)",
};

const generic: Readonly<Record<string, string>> = {
  "user.set_affinity": "irq_set_affinity()",
  "user.offline_cpu": "take_cpu_down()",
  "user.online_cpu": "bringup_cpu()",
  "irq.lock": "handle_edge_irq()",
  "irq.complete_move": "irq_complete_move()",
  "irq.after_completion": "irq_move_irq()",
  "irq.handler": "handle_irq_event()",
  "irq.finish": "handle_edge_irq()",
  "move.mask": "irq_move_irq()",
  "move.unmask": "irq_move_irq()",
  "move.refuse": "irq_move_masked_irq()",
  "move.write_address": "__pci_write_msg_msi()",
  "move.write_data": "__pci_write_msg_msi()",
  "move.flush": "__pci_write_msg_msi()",
  "offline.clear_online": "set_cpu_online(cpu, false)",
  "offline.migrate": "migrate_one_irq()",
  "cpu.die": "play_dead()",
};

const ofMachine: Readonly<Partial<Record<MachineId, Readonly<Record<string, string>>>>> = {
  "local-apic": {
    "cpu.accept": "common_interrupt()",
    "cpu.stray": "common_interrupt()",
    "cpu.cleanup_timer": "vector_cleanup_callback()",
    "cpu.cleanup_ipi": "sysvec_irq_move_cleanup()",
    "move.allocate": "assign_vector_locked()",
    "move.give_up": "assign_vector_locked()",
    "move.mark_retriggered": "msi_set_affinity()",
    "move.unlock_vectors": "msi_set_affinity()",
    "move.read_irr": "lapic_vector_set_in_irr()",
    "move.retrigger": "apic_retrigger_irq()",
    "kvm.begin_posting": "irq_set_vcpu_affinity()",
    "kvm.write_entry": "irq_set_vcpu_affinity()",
    "kvm.end_posting": "irq_set_vcpu_affinity()",
    "vcpu.load": "kvm_arch_vcpu_load()",
    "vcpu.put": "kvm_arch_vcpu_put()",
    "offline.await_messages": "fixup_irqs()",
    "offline.scan": "fixup_irqs()",
    "offline.drain_cleanup_list": "lapic_offline()",
    "offline.disable_controller": "apic_soft_disable()",
  },
  imsic: {
    "cpu.accept": "imsic_handle_irq()",
    "cpu.stray": "imsic_handle_irq()",
    "cpu.sync_timer": "imsic_local_timer_callback()",
    "cpu.sync_at_interrupt": "imsic_handle_irq()",
    "move.allocate": "imsic_vector_alloc()",
    "move.disable_identity": "imsic_irq_mask()",
    "move.write_address": "imsic_msi_update_msg()",
    "move.write_data": "imsic_msi_update_msg()",
    "move.flush": "imsic_msi_update_msg()",
    "move.leave_identity": "imsic_vector_move()",
    "move.enter_identity": "imsic_vector_move()",
    "move.enable_identity": "imsic_irq_unmask()",
    "offline.sync_dying_hart": "imsic_dying_cpu()",
    "offline.stop_sync_timer": "imsic_state_offline()",
  },
  demultiplexer: {
    "demux.look": "demux_redirect_remote()",
    "demux.redirect": "demux_redirect_remote()",
    "cpu.accept": "irq_redirect_work()",
    "move.set_target": "irq_chip_redirect_set_affinity()",
    "move.rewrite_message": "pci_msi_domain_write_msg()",
    "offline.run_queued_work": "smpcfd_dying_cpu()",
    "offline.taken_down": "take_cpu_down()",
    "pm.suspend": "dpm_suspend_noirq()",
    "pm.resume": "dpm_resume_noirq()",
  },
  avec: {
    "user.set_affinity": "irq_set_affinity()",
    "cpu.accept": "avecintc_irq_dispatch()",
    "cpu.stray": "avecintc_irq_dispatch()",
    "cpu.clear_vector_ipi": "complete_irq_moving()",
    "move.allocate": "avecintc_set_affinity()",
    "move.send_clear_vector_ipi": "avecintc_sync()",
    "move.write_message": "pci_msi_domain_write_msg()",
    "offline.scan": "loongson_cpu_disable()",
    "offline.disable_lines": "loongson_cpu_disable()",
  },
};

/** The function of the kernel that a step of a run stands for; "" where none was named. */
export function kernelFunction(machine: MachineId, action: string): string {
  return hardware[action] ?? ofMachine[machine]?.[action] ?? generic[action] ?? "";
}
