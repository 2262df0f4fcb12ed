import { check, ModelError, type CheckOptions, type Model, type Report } from "irqproof/checker";

/** The report of a check, for tests of what a model's mistake is called: the first that a search meets is thrown. */
export async function soundCheck<S>(model: Model<S>, options: CheckOptions = {}): Promise<Report<S>> {
  const report = await check(model, options);
  for (const { message } of report.mistakes ?? []) throw new ModelError(message);
  return report;
}
