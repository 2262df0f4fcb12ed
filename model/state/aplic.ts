import { type FiniteType, type ValueOf, array, boolean, oneOf, record } from "../../checker/index.ts";
import type { System } from "../system.ts";

/** The sources of an APLIC, source i being device i's; null where there is none. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function aplicType(system: System) {
  const sources = array(
    system.devices,
    record({
      /** The source is configured (`sourcecfg`); before, its wire is not looked at. */
      configured: boolean,
      /** Its messages are sent (`setie`, `clrie`). */
      enabled: boolean,
      /** `setip`: a message is due. */
      pending: boolean,
    }),
  );
  return (system.aplic === null ? oneOf(null) : sources) as FiniteType<ValueOf<typeof sources> | null>;
}

/** Every source configured and enabled; source 0, where it has to be started first, neither. */
export function initialAplic({ aplic, devices, startsDisabled }: System): ValueOf<ReturnType<typeof aplicType>> {
  if (aplic === null) return null;
  return Array.from({ length: devices }, (_, source) => {
    const started = !startsDisabled || source !== 0;
    return { configured: started, enabled: started, pending: false };
  });
}
