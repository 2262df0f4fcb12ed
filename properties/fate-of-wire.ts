import type { Narrative } from "../checker/index.ts";
import type { SystemState } from "../model/index.ts";

/** Behind an APLIC: why no message was sent for a wire that is high at the end, in one sentence. */
export function fateOfWire(steps: Narrative<SystemState>["steps"], device: number): string {
  const isHigh = (number: number): boolean => steps[number]!.state.device[device]!.line;
  let raised = steps.length - 1;
  while (raised > 0 && isHigh(raised - 1)) raised--;
  const isConfigured = (number: number): boolean => steps[number]!.state.aplic![device]!.configured;
  const rose = `The wire of source ${device} rose in step ${raised}`;
  if (!isConfigured(raised)) {
    const configured = steps.findIndex((_, number) => number > raised && isConfigured(number));
    const later = configured < 0 ? "" : ` (step ${configured}), which did not make it pending`;
    return `${rose}, before the source was configured${later}: no message was sent.`;
  }
  const ended = steps.findLastIndex(({ step }) => step?.action === "irq.finish");
  return ended < raised ? "" : `${rose}, and the interrupt ended in step ${ended} without another look at it.`;
}
