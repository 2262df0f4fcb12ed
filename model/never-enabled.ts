/**
 * Why actions of the modelled machine and kernel may be enabled in no reachable state, without a fault in the model or in
 * the scheme: what they need does not come about with the scheme or the sizes at hand. By the name of an action, or of an
 * action with a value of a parameter; the first rule that fits counts.
 */
const RULES: readonly (readonly [name: RegExp, because: string])[] = [
  [/^user\.set_affinity$/, "no move is asked for (--moves 0): the interrupt moves because a CPU goes offline"],
  [/^user\.set_affinity\(cpu=\d+\)$/, "no move that there is (--moves) goes to this CPU"],
  [/^user\.set_affinity\(on=\d+\)$/, "the move is not asked for on this CPU (--runs-on)"],
  [/^user\.request_irq\(cpu=\d+\)$/, "the interrupt is started on another CPU than the one it was first assigned to"],
  [/^user\.offline_cpu\(cpu=\d+\)$/, "this CPU stays online"],
  [/^cpu\.die\(cpu=\d+\)$/, "this CPU stays online"],
  [
    /^task\.start\(on=\d+\)$/,
    "the task is pinned to the CPU that the interrupt is on, and it is never on this one then",
  ],
  [
    /^ipi\.(accept|lock)\(on=\d+\)$/,
    "the IPI goes to the CPU that the interrupt is on, and it is never on this one then",
  ],
  [/^move\.give_up$/, "a vector is free for every move"],
  [/^move\.flush$/, "a read back can be told from nothing only where it drains the fabric (--fabric fifo-drain)"],
  [/^move\.(mask|unmask)$/, "the device cannot be masked, or it is masked already"],
  [/^move\.(write_address|write_data)$/, "the old and the new target have this word in common"],
  [/^move\.allocate\(cpu=\d+\)$/, "no move that there is (--moves) goes to this CPU"],
  [/^move\.allocate\(vector=\d+\)$/, "the vector is the one that the interrupt has, or another interrupt's"],
  [/^move\.send_clear_vector_ipi$/, "the old CPU is offline, and gets no IPI"],
  [
    /^move\.(mark_retriggered|unlock_vectors|read_irr|retrigger)$/,
    "no move gets that far: there is no vector for it, or nothing is pending after it",
  ],
  [/^move\.schedule_cleanup$/, "no move leaves an old vector: none is asked for, or the old CPU is offline"],
  [/^cpu\.accept$/, "every message is posted, and a notification is taken instead"],
  [/^cpu\.accept\((cpu|vector)=\d+\)$/, "no message with this target comes while it has an owner"],
  [/^cpu\.stray(\(cpu=\d+\))?$/, "no vector without an owner is taken there"],
  [/^irq\.(lock|handler|finish)\(cpu=\d+\)$/, "the interrupt is not taken on this CPU"],
  [
    /^irq\.complete_move(\(cpu=\d+\))?$/,
    "no old vector waits for a first arrival on this CPU: no move goes to it, or its old vector is given back otherwise",
  ],
  [/^irq\.after_completion(\(cpu=\d+\))?$/, "no move is asked for while one that ends on this CPU is completed"],
  [
    /^cpu\.(cleanup_timer|accept_cleanup|cleanup_ipi|clear_vector_ipi)(\(cpu=\d+\))?$/,
    "no move leaves an old vector on this CPU while it is online",
  ],
  [/^cpu\.sync_timer\(hart=\d+\)$/, "no other hart leaves work to this one"],
  [
    /^cpu\.sync_at_interrupt(\(hart=\d+\))?$/,
    "this hart has taken over its identities before anything is claimed on it",
  ],
  [
    /^(irq\.restore|pm\.resume|driver\.enable_irq)\(cpu=\d+\)$/,
    "the CPU is not in the interrupt's mask, while another that is in it is online",
  ],
  [/^offline\.drain_cleanup_list$/, "the cleanup list of a CPU that goes offline is empty by then"],
  [/^offline\.scan$/, "no vector of a CPU that goes offline has to be looked at"],
];

/** Why it is no fault that an action is enabled in no reachable state; undefined where that should be looked at. */
export function whyNeverEnabled(name: string): string | undefined {
  return RULES.find(([pattern]) => pattern.test(name))?.[1];
}

/** The rules, for a test that each of them is needed. */
export const neverEnabledRules: readonly RegExp[] = RULES.map(([name]) => name);
