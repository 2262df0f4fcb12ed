import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Decision on a request. */
export type Admission =
  | { readonly kind: "admitted" }
  /** It carries a token of the address: the answer sets the cookie. */
  | { readonly kind: "exchanged"; readonly cookie: string }
  | { readonly kind: "refused"; readonly why: string };

/**
 * Admits the browser of the user who started the server, and nothing else: not another user of the machine, who has the
 * port but not the token, and not another page in the same browser, which cannot read the cookie, name this host as its own
 * (DNS rebinding), or send a request that carries the cookie (SameSite).
 */
export class Admissions {
  readonly #port: number;
  readonly #secret = newToken();
  readonly #token = newToken();
  readonly #once = new Set<string>();

  constructor(port: number) {
    this.#port = port;
  }

  /** The address that is printed: it can be opened again as long as the server runs. */
  get address(): string {
    return `http://127.0.0.1:${this.#port}/?token=${this.#token}`;
  }

  /** An address that can be opened once: a command line that has it can be read by other users of the machine. */
  addressForOnce(): string {
    const token = newToken();
    this.#once.add(token);
    return `http://127.0.0.1:${this.#port}/?token=${token}`;
  }

  admit(request: IncomingMessage, url: URL): Admission {
    const { host, origin } = request.headers;
    const hosts = [`127.0.0.1:${this.#port}`, `localhost:${this.#port}`];
    if (host === undefined || !hosts.includes(host)) return refused("it is not addressed to this server");
    if (origin !== undefined && origin !== `http://${host}`) return refused("it comes from another page");
    const site = request.headers["sec-fetch-site"];
    const isNavigation = request.headers["sec-fetch-mode"] === "navigate";
    if (site !== undefined && site !== "same-origin" && site !== "none" && !isNavigation) {
      return refused("it comes from another site");
    }
    const token = url.pathname === "/" && request.method === "GET" ? url.searchParams.get("token") : null;
    if (token !== null && (isSame(token, this.#token) || this.#once.delete(token))) {
      const cookie = `${this.#cookieName}=${this.#secret}; HttpOnly; SameSite=Strict; Path=/`;
      return { kind: "exchanged", cookie };
    }
    const cookies = (request.headers.cookie ?? "").split(/; */);
    const isKnown = cookies.some((cookie) => isSame(cookie, `${this.#cookieName}=${this.#secret}`));
    return isKnown ? { kind: "admitted" } : refused("open the address printed by irqproof explore");
  }

  /** Cookies are kept by host, whatever the port: two servers must not take each other's. */
  get #cookieName(): string {
    return `irqproof-${this.#port}`;
  }
}

function refused(why: string): Admission {
  return { kind: "refused", why };
}

function newToken(): string {
  return randomBytes(24).toString("base64url");
}

/** Compares in a time that does not depend on how much is right. */
function isSame(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}
