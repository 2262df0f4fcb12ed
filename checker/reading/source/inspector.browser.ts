import { NotRead } from "../../terms/index.ts";
import type { Scope, WrittenPlace } from "./inspector.ts";
import { scriptAt } from "./scripts.browser.ts";

export type { Scope, WrittenPlace };

/** As in `inspector.ts`: a page shows its scripts no captured variables, so no function is read there. */
export class Inspector {
  scopes(): Scope[] {
    throw new NotRead("a browser does not expose captured variables");
  }

  place(): undefined {}

  written(url: string): WrittenPlace | undefined {
    const script = scriptAt(url);
    return script === undefined ? undefined : { file: script.file, text: script.running, original: () => undefined };
  }
}
