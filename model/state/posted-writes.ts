import { type FiniteType, type ValueOf, array, oneOf, range, record, sequence } from "../../checker/index.ts";
import type { System } from "../system.ts";

/** Register writes on their way to a device, the oldest first; null where a write takes effect at once. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function postedType(system: System) {
  const queues = array(
    system.devices,
    sequence(
      2,
      record({
        register: oneOf("address", "data") as FiniteType<"address" | "data">,
        value: range(0, Math.max(system.cpus, system.vectors) - 1),
      }),
    ),
  );
  return (system.postsWrites ? queues : oneOf(null)) as FiniteType<ValueOf<typeof queues> | null>;
}

/** None on its way. */
export function initialPosted({ devices, postsWrites }: System): ValueOf<ReturnType<typeof postedType>> {
  return postsWrites ? Array.from({ length: devices }, () => []) : null;
}
