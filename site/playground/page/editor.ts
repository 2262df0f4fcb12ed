import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Text } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { FileMistake } from "../wire.ts";

/** Colours of the page's style sheet, so that they follow dark and light. */
const HIGHLIGHTING = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.typeName, tags.className, tags.namespace], color: "var(--code-type)" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-property)" },
  { tag: [tags.comment], color: "var(--quiet)", fontStyle: "italic" },
]);

/** Events of the editor. */
interface EditorEvents {
  changed(text: string): void;
  /** Ctrl-Enter. */
  check(): void;
}

/** The editor of the model's text. */
export class Editor {
  readonly #view: EditorView;
  readonly #events: EditorEvents;

  constructor(parent: HTMLElement, text: string, events: EditorEvents) {
    this.#events = events;
    this.#view = new EditorView({ parent, state: this.#stateOf(text) });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** Opens another text; the history of the one before is dropped. */
  open(text: string): void {
    this.#view.setState(this.#stateOf(text));
    this.#view.scrollDOM.scrollTop = 0;
  }

  /** Marks mistakes at their places; those without a place are shown elsewhere. */
  mark(mistakes: readonly FileMistake[]): void {
    const { doc } = this.#view.state;
    const diagnostics = mistakes.flatMap(({ message, line, column }) => {
      if (line === undefined || line < 1 || line > doc.lines) return [];
      const from = offsetOf(doc, line, column ?? 1);
      return [{ from, to: wordEnd(doc, from), severity: "error" as const, message }];
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
  }

  /** Moves the cursor to a place. */
  goTo(line: number, column: number): void {
    const { doc } = this.#view.state;
    if (line < 1 || line > doc.lines) return;
    const anchor = offsetOf(doc, line, column);
    this.#view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    this.#view.focus();
  }

  destroy(): void {
    this.#view.destroy();
  }

  #stateOf(doc: string): EditorState {
    return EditorState.create({
      doc,
      extensions: [
        lineNumbers(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("  "),
        bracketMatching(),
        closeBrackets(),
        lintGutter(),
        javascript({ typescript: true }),
        syntaxHighlighting(HIGHLIGHTING),
        // Tab leaves the editor, as in the rest of a page.
        keymap.of([
          {
            key: "Mod-Enter",
            run: () => {
              this.#events.check();
              return true;
            },
          },
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
        ]),
        EditorView.contentAttributes.of({ "aria-label": "The model, in TypeScript", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.#events.changed(this.text);
        }),
      ],
    });
  }
}

function offsetOf(doc: Text, line: number, column: number): number {
  const { from, to } = doc.line(line);
  return Math.min(to, from + Math.max(0, column - 1));
}

/** The end of the word or sign at a place: what is underlined. */
function wordEnd(doc: Text, from: number): number {
  const { to } = doc.lineAt(from);
  const [word = ""] = /^(?:[\w$]+|.)/.exec(doc.sliceString(from, to)) ?? [];
  return Math.min(to, from + Math.max(1, word.length));
}
