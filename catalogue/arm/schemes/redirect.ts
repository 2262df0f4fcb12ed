import { redirectHotplug } from "../../../model/kernel/redirect-offline.ts";
import { rewriteMessage, setRedirectTarget } from "../../../model/steps/redirect-steps.ts";
import type { Strategy } from "../../../model/strategy.ts";
import type { RedirectFeatures } from "../../../model/system.ts";

/** Variant of the redirect of a demultiplexed interrupt; by default as it is now. */
export interface MsiRedirect extends Partial<Omit<RedirectFeatures, "suspends">> {
  /** On a change of affinity the message is kept (37f9d5026cd7), or written once more. */
  readonly message?: "kept" | "rewritten";
}

/** `irq_chip_redirect_set_affinity`: the message stays that of the parent, and the target is a field of the descriptor. */
export function msiRedirect({ message = "kept", ...features }: MsiRedirect = {}): Strategy {
  return {
    machine: "demultiplexer",
    redirect: {
      parent: "hard-interrupt",
      locksDescriptor: true,
      acknowledges: "before-redirect",
      suspends: false,
      ...features,
    },
    context: { kind: "task", runsOn: "any" },
    program: message === "kept" ? [setRedirectTarget] : [setRedirectTarget, rewriteMessage],
  };
}

/** The same where a CPU goes offline, also in a suspend, which powers the devices down before. */
export function msiRedirectOffline(variant: MsiRedirect = {}, flushesWork = true): Strategy {
  const scheme = msiRedirect(variant);
  return { ...scheme, redirect: { ...scheme.redirect!, suspends: true }, hotplug: redirectHotplug(flushesWork) };
}
