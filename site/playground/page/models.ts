import { files, type ListedFile } from "virtual:files";

/** The files that the page offers, those to start from first. */
export const FILES: readonly ListedFile[] = files;

/** The file that opens first. */
export const FIRST_FILE = "increment.ts";

/** The files of the list that a text imports by relative paths, also indirectly; by name. */
export function importedBy(text: string): Record<string, string> {
  const found = new Map<string, string>();
  const texts = [text];
  for (const importing of texts) {
    for (const [, name] of importing.matchAll(/\bfrom\s+["']\.{1,2}\/(?:[\w.-]+\/)*([\w.-]+\.ts)["']/g)) {
      const file = FILES.find((listed) => listed.name === name);
      if (file === undefined || found.has(file.name)) continue;
      found.set(file.name, file.text);
      texts.push(file.text);
    }
  }
  return Object.fromEntries(found);
}

const ENTRY = /^([a-z0-9-]+)\.entry\.ts$/;

/** A file of the list; or one that opens an entry of the catalogue, named after its id. */
export function fileNamed(name: string): ListedFile | undefined {
  const listed = FILES.find((file) => file.name === name);
  if (listed !== undefined) return listed;
  const [, id] = ENTRY.exec(name) ?? [];
  return id === undefined
    ? undefined
    : { name, group: "Catalogue", title: "an entry of the catalogue", text: entryFile(id) };
}

/** A file whose model is an entry of the catalogue. */
function entryFile(id: string): string {
  return `// The entry ${id} of the catalogue, as irqproof check ${id} checks it. Its parameters are below.

import { checkable, entryOf } from "irqproof/catalogue";

const entry = entryOf(${JSON.stringify(id)});
if (entry === undefined) throw new Error("the catalogue has no such entry");

export default checkable(entry);
`;
}
