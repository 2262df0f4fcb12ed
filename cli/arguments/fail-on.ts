import {
  exitStatus,
  isAtLeast,
  overall,
  SEVERITIES,
  type PropertyReport,
  type Report,
  type Severity,
  type Verdict,
} from "../../checker/index.ts";
import { choiceOption, type Call, type Options } from "./call.ts";

/** `--fail-on`, for the commands whose exit status is that of a verdict. */
export const FAIL_ON: Options = {
  "fail-on": {
    value: "SEVERITY",
    help: `exit with 1 only for violations of this severity or worse: ${SEVERITIES.join(", ")}; default: any severity`,
  },
};

/** The mildest severity that still makes the exit status 1. */
export function failOn(call: Call): Severity {
  return choiceOption(call, "fail-on", SEVERITIES) ?? (SEVERITIES.at(-1) as Severity);
}

/**
 * The verdicts that determine the exit status: all but violations milder than `least`. An inconclusive verdict counts
 * at any severity.
 */
export function counting(
  properties: readonly Pick<PropertyReport<unknown>, "severity" | "verdict">[],
  least: Severity,
): Verdict[] {
  return properties.map(({ severity, verdict }) =>
    verdict === "violated" && !isAtLeast(severity, least) ? "holds" : verdict,
  );
}

/** The exit status of a report: 2 before 1 before 3 before 0. */
export function statusOf(
  { properties, mistakes = [] }: Pick<Report<unknown>, "properties" | "mistakes">,
  least: Severity,
): ReturnType<typeof exitStatus> {
  const errors = mistakes.map((): Verdict => "error");
  return exitStatus(overall([...errors, ...counting(properties, least)]));
}
