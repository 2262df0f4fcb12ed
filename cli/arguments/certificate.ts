import { ModelError } from "../../checker/errors.ts";
import { writeCertificate, type CheckOptions, type Model } from "../../checker/index.ts";
import { counted, listed } from "../output/format.ts";
import { wrap } from "../../checker/trace/text.ts";
import { WIDTH } from "../output/terminal.ts";

/** The certificate of a check: with `options` the search writes it, then `lines` reports it. */
export interface Certifying {
  readonly options: Pick<CheckOptions, "onReached">;
  /**
   * The outcome, for a report.
   *
   * @throws ModelError when it could not be written; a report must be printed all the same
   */
  lines(): readonly string[];
}

/** @param file of `--certificate` */
export function certifying(file: string, model: Model<unknown>): Certifying {
  let failure: ModelError | undefined;
  let lines: readonly string[] = ["no certificate: the search stopped early, so not every reachable state is known"];
  return {
    options: {
      async onReached(reached) {
        if (reached.proved.length === 0) {
          lines = [
            "no certificate: no always, step or noDeadlock property holds, and a set of states proves no other kind",
          ];
          return;
        }
        try {
          const { states, properties } = await writeCertificate(file, model, reached);
          lines = wrap(`certificate ${file}: ${counted(states, "state")} that prove ${listed(properties)}`, WIDTH);
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
          failure = error;
        }
      },
    },
    lines() {
      if (failure !== undefined) throw failure;
      return lines;
    },
  };
}
