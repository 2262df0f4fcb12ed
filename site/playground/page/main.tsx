import { render } from "preact";
import { Playground } from "./playground.tsx";

/** The pages of VitePress keep here whether the reader chose dark or light. */
const APPEARANCE = "vitepress-theme-appearance";

function chosenAppearance(): string | null {
  try {
    return localStorage.getItem(APPEARANCE);
  } catch {
    // The reader's browser keeps nothing.
    return null;
  }
}

const appearance = chosenAppearance();
if (appearance === "dark" || appearance === "light") document.documentElement.style.colorScheme = appearance;

render(<Playground />, document.getElementById("app")!);
