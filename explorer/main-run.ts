import { SEVERITY_ORDER, type PropertyView } from "./wire.ts";

/** The property that the catalogue is about. */
export const MAIN_PROPERTY = "no-interrupt-lost";

/** The property of modelled systems whose violation is the moment at which an event is lost. */
export const CARRIER_PROPERTY = "carrier-exists";

/** A property with its run. */
export type WithRun = PropertyView & Required<Pick<PropertyView, "run">>;

/**
 * The run that is shown first: a counterexample before a witness, that of the catalogue's main property before others,
 * then the worst violation, then the shortest run.
 */
export function mainRun(properties: readonly PropertyView[]): WithRun | undefined {
  const shown = properties.filter((property): property is WithRun => property.run !== undefined);
  const weight = ({ id, kind, severity, run }: WithRun): number[] => [
    kind === "sometimes" ? 1 : 0,
    id === MAIN_PROPERTY ? 0 : 1,
    SEVERITY_ORDER.indexOf(severity),
    run.instances.length,
  ];
  return shown.toSorted((one, other) => {
    const [left, right] = [weight(one), weight(other)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at < 0 ? 0 : (left[at] as number) - (right[at] as number);
  })[0];
}
