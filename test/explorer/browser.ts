import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

/** Debian's browser: playwright-core brings none. */
const CHROMIUM = "/usr/bin/chromium";

/** Whether there is a browser to test with. */
export const hasBrowser = existsSync(CHROMIUM);

/** Starts the browser, with nothing that would ask the network. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
