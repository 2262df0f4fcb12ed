import type { Controller } from "./controller.ts";

/** Command of a key. */
export type Command =
  | { readonly kind: "step"; readonly by: number }
  | { readonly kind: "first" | "last" | "undo" | "redo" | "compare" | "violation" | "rest" | "help" }
  | { readonly kind: "take"; readonly choice: number };

const KEYS: Readonly<Record<string, Command>> = {
  ArrowDown: { kind: "step", by: 1 },
  ArrowRight: { kind: "step", by: 1 },
  j: { kind: "step", by: 1 },
  ArrowUp: { kind: "step", by: -1 },
  ArrowLeft: { kind: "step", by: -1 },
  k: { kind: "step", by: -1 },
  Home: { kind: "first" },
  End: { kind: "last" },
  u: { kind: "undo" },
  Backspace: { kind: "undo" },
  U: { kind: "redo" },
  c: { kind: "compare" },
  v: { kind: "violation" },
  r: { kind: "rest" },
  "?": { kind: "help" },
};

/** The part of a key press that is looked at. */
interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly target: unknown;
}

/** The command of a key press; undefined where the key is meant for something else. */
export function commandOf({ key, ctrlKey, altKey, metaKey, target }: Press): Command | undefined {
  if (ctrlKey || altKey || metaKey || takesKeys(target, key)) return undefined;
  if (/^[1-9]$/.test(key)) return { kind: "take", choice: Number(key) - 1 };
  return Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
}

/** Keys that scroll a part of the page that has the focus. */
const SCROLLING = /^(?:Arrow\w+|Home|End)$/;

/** Whether a key has a meaning of its own where it is pressed. */
function takesKeys(target: unknown, key: string): boolean {
  const element = target as { readonly tagName?: string; closest?: (selector: string) => unknown } | null;
  if (element === null || typeof element.tagName !== "string") return false;
  if (/^(?:INPUT|SELECT|TEXTAREA)$/.test(element.tagName)) return true;
  if (element.closest?.("dialog[open], [contenteditable='true']") != null) return true;
  return SCROLLING.test(key) && element.closest?.(".scroll") != null;
}

/** Does what a key asks for. */
export async function act(command: Command, controller: Controller): Promise<void> {
  const { position } = controller.state;
  if (position === undefined) return;
  switch (command.kind) {
    case "step":
      return controller.select(position.at + command.by);
    case "first":
      return controller.select(0);
    case "last":
      return controller.select(position.path.instances.length);
    case "take": {
      // The choices may still be on their way, also behind a step that another key has just taken: a number that is
      // pressed early counts all the same.
      await controller.loaded();
      if (controller.state.choices === undefined) await controller.loaded();
      const choice = controller.state.choices?.choices[command.choice];
      return choice === undefined ? undefined : controller.take(choice);
    }
    case "undo":
      return controller.undo();
    case "redo":
      return controller.redo();
    case "compare":
      return controller.compared();
    case "violation":
      return controller.search({ kind: "violation" });
    case "rest":
      return controller.search({ kind: "rest" });
    case "help":
      return undefined;
  }
}
