import { isSafety } from "../checker/language/index.ts";
import { subjectOf } from "../cli/arguments/subject.ts";

/**
 * The ids of a model's safety properties, in its order.
 *
 * @param subject an entry of the catalogue, or a file
 * @throws ModelError when there is no such subject, or the parameters make no model
 */
export async function safetyOf(subject: string, parameters: Readonly<Record<string, unknown>>): Promise<string[]> {
  const { family } = await subjectOf(subject);
  return [...family.instantiate(parameters).properties].flatMap(([id, property]) => (isSafety(property) ? [id] : []));
}
