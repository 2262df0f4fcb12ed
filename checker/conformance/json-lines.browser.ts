import { ModelError } from "../errors.ts";

/** As in `json-lines.ts`. @throws ModelError always: a page has no files */
// oxlint-disable-next-line require-yield -- it has the type of the other one
export async function* readJsonLines(file: string): AsyncGenerator<unknown, void, void> {
  throw new ModelError(`${file} cannot be read: a browser has no files`);
}
