import type { JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { FileMistake, ParameterView } from "../wire.ts";
import { Check, type CheckState } from "./check.ts";
import { Editor } from "./editor.ts";
import { FIRST_FILE, fileNamed, importedBy } from "./models.ts";
import { ParameterPanel } from "./parameters.tsx";
import { Results } from "./results.tsx";
import { fragmentOf, sharedOf, type Shared } from "./share.ts";
import { FileChoice, SiteHeader, TIME_LIMITS, TimeLimit } from "./toolbar.tsx";

/** Milliseconds after the last key after which the address has the text. */
const KEEP_AFTER_MS = 500;

/** Where the page opens: what its address stands for, else the first file. */
async function opening(): Promise<{ readonly shared: Shared; readonly text: string }> {
  const given = await sharedOf(location.hash);
  const listed = given === undefined ? undefined : fileNamed(given.file);
  if (given !== undefined && (given.text !== undefined || listed !== undefined)) {
    return { shared: given, text: given.text ?? listed!.text };
  }
  return { shared: { file: FIRST_FILE, parameters: {} }, text: fileNamed(FIRST_FILE)!.text };
}

/** The page: a model's text on one side, its verdicts and runs on the other. */
export function Playground(): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | undefined>(undefined);
  const check = useRef<Check | undefined>(undefined);
  const shown = useRef<Shared>({ file: FIRST_FILE, parameters: {} });
  /** The last address that is being written. */
  const writing = useRef<Promise<void>>(Promise.resolve());
  const limit = useRef<number>(TIME_LIMITS[1]!.seconds);
  const [file, setFile] = useState(FIRST_FILE);
  const [state, setState] = useState<CheckState>({ kind: "loading" });
  const [parameters, setParameters] = useState<readonly ParameterView[]>([]);
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const [isChanged, setChanged] = useState(false);
  const [isRunning, setRunning] = useState(false);
  const [notice, setNotice] = useState("");

  const replaceAddress = useCallback(async (): Promise<void> => {
    const { text, ...rest } = shown.current;
    const isListed = text === undefined || text === fileNamed(rest.file)?.text;
    const fragment = await fragmentOf(isListed ? rest : { ...rest, text: text! });
    if (fragment !== location.hash) history.replaceState(null, "", fragment);
  }, []);

  /** Addresses are written one after the other: a late one would replace that of the file that was opened meanwhile. */
  const inTurn = useCallback((write: () => Promise<void>): Promise<void> => {
    writing.current = writing.current.then(write, write);
    return writing.current;
  }, []);

  const writeAddress = useCallback((): Promise<void> => inTurn(replaceAddress), []);

  /** The address has the text as it is: leaving the page, or opening another file, loses nothing. */
  const keep = useCallback(async (): Promise<void> => {
    shown.current = { ...shown.current, text: editor.current!.text };
    await writeAddress();
  }, []);

  const start = useCallback((run?: string): void => {
    const text = editor.current!.text;
    check.current?.close();
    editor.current!.mark([]);
    setChanged(false);
    setNotice("");
    setState({ kind: "loading" });
    const { file: name, parameters: values } = shown.current;
    shown.current = { file: name, text, parameters: values };
    void writeAddress();
    check.current = new Check({ name, text, parameters: values, imported: importedBy(text) }, run, limit.current, {
      changed(next) {
        setState(next);
        if (next.kind === "mistake") editor.current!.mark([next.mistake]);
      },
      parameters: setParameters,
      timeLimit: () => setNotice("The check was stopped at its time limit."),
      position(place) {
        shown.current = { ...shown.current, run: place };
        void writeAddress();
      },
    });
  }, []);

  const open = useCallback(({ shared, text }: { shared: Shared; text: string }): void => {
    const { file: name, parameters: values, run } = shared;
    shown.current = { file: name, text, parameters: values };
    setFile(name);
    setGiven(values);
    setParameters([]);
    editor.current!.open(text);
    start(run);
  }, []);

  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    editor.current = new Editor(frame.current!, "", {
      changed() {
        setChanged(true);
        clearTimeout(waiting);
        waiting = setTimeout(() => void keep(), KEEP_AFTER_MS);
      },
      check: () => start(),
    });
    const openAddress = (): void => void opening().then(open);
    openAddress();
    addEventListener("hashchange", openAddress);
    const watch = setInterval(() => setRunning(check.current?.isRunning ?? false), 100);
    return () => {
      removeEventListener("hashchange", openAddress);
      clearInterval(watch);
      clearTimeout(waiting);
      check.current?.close();
      editor.current?.destroy();
    };
  }, []);

  useEffect(() => {
    document.title = `${file} - irqproof playground`;
  }, [file]);

  const copyLink = async (): Promise<void> => {
    await keep();
    try {
      await navigator.clipboard.writeText(location.href);
      setNotice("The link is on the clipboard. The model is in the link itself; no server has it.");
    } catch {
      setNotice("The link is in the address bar. The model is in the link itself; no server has it.");
    }
  };

  /** Opens another file of the list; the browser's back button leads to the one before, as it was edited. */
  const choose = async (name: string): Promise<void> => {
    await keep();
    await inTurn(async () => {
      history.pushState(null, "", await fragmentOf({ file: name, parameters: {} }));
      open({ shared: { file: name, parameters: {} }, text: fileNamed(name)!.text });
    });
  };

  const setParameter = (name: string, value: string, isDefault: boolean): void => {
    const { [name]: _before, ...others } = shown.current.parameters;
    const next = isDefault ? others : { ...others, [name]: value };
    shown.current = { ...shown.current, parameters: next };
    setGiven(next);
    start();
  };

  return (
    <>
      <SiteHeader />
      <main class="playground">
        <section class="edit" aria-labelledby="edit-heading">
          <h1 id="edit-heading">Playground</h1>
          <div class="tools">
            <FileChoice file={file} choose={(name) => void choose(name)} />
            <button type="button" class="primary" onClick={() => start()}>
              Check <kbd>Ctrl</kbd> <kbd>Enter</kbd>
            </button>
            <button type="button" disabled={!isRunning} onClick={() => check.current?.stop()}>
              Stop
            </button>
            <TimeLimit choose={(seconds) => (limit.current = seconds)} />
            <button type="button" onClick={() => void copyLink()}>
              Copy link
            </button>
          </div>
          {state.kind === "mistake" ? (
            <Mistake mistake={state.mistake} file={file} goTo={(line, column) => editor.current!.goTo(line, column)} />
          ) : null}
          <p class="note quiet" role="status">
            {notice === "" && isChanged ? "The text has changed since the last check." : notice}
          </p>
          <div class="editor" ref={frame} />
          <ParameterPanel parameters={parameters} given={given} set={setParameter} />
        </section>
        <Results
          state={state}
          file={file}
          mark={(mistakes) => editor.current!.mark(mistakes)}
          stop={() => check.current?.stop()}
        />
      </main>
    </>
  );
}

/** A mistake in the file, with a way to its place. */
function Mistake({
  mistake: { message, line, column },
  file,
  goTo,
}: {
  readonly mistake: FileMistake;
  readonly file: string;
  readonly goTo: (line: number, column: number) => void;
}): JSX.Element {
  return (
    <p class="box bad mistake" role="alert">
      {line === undefined ? null : (
        <button type="button" onClick={() => goTo(line, column ?? 1)}>
          {file}:{line}
          {column === undefined ? "" : `:${column}`}
        </button>
      )}{" "}
      {message}
    </p>
  );
}
