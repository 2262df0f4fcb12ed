import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { InternalError, messageOf, ModelError } from "../../checker/index.ts";
import { pageAssets, type Assets } from "../assets.ts";
import { pageDocument, SERVED_POLICY } from "../html/document.ts";
import type { EntryView, Goal } from "../wire.ts";
import { Admissions } from "./admission.ts";
import { pathFrom, type Session } from "./session.ts";

/** Options for `explore`. */
export interface ExplorerOptions {
  /** The id of the model that is shown first. */
  readonly first: string;
  /** The models that can be chosen in the page, the first one among them. */
  readonly entries: readonly EntryView[];
  /**
   * Opens a model of `entries`.
   *
   * @throws ModelError when it is wrong
   */
  open(id: string): Promise<Session>;
  /** The port; default: a free one. */
  readonly port?: number;
  /** The page; default: that of the build. */
  readonly assets?: Assets;
}

/** An explorer that serves its page. */
export interface Explorer {
  /** The address to open. */
  readonly address: string;
  /** An address that can be opened once. */
  addressForOnce(): string;
  close(): Promise<void>;
}

/** The longest body of a request, in bytes: a run of the longest kind has fewer. */
const MAX_BODY_BYTES = 2_000_000;

/**
 * Serves the explorer on this machine only, to every client that has its address.
 *
 * @throws ModelError when the port is in use
 */
export async function explore(options: ExplorerOptions): Promise<Explorer> {
  const assets = options.assets ?? pageAssets();
  const sessions = new Map<string, Promise<Session>>();
  const server = createServer();
  await listen(server, options.port ?? 0);
  const admissions = new Admissions((server.address() as AddressInfo).port);
  const requests = new Requests(options, assets, sessions, admissions);
  server.on("request", (request, response) => void requests.answer(request, response));
  return {
    address: admissions.address,
    addressForOnce: () => admissions.addressForOnce(),
    async close() {
      for (const session of await Promise.allSettled(sessions.values())) {
        if (session.status === "fulfilled") session.value.close();
      }
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(new ModelError(`explore: cannot use port ${port}: ${messageOf(error)}`));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}

/** A request that is wrong, with the status of its answer. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

class Requests {
  readonly #options: ExplorerOptions;
  readonly #assets: Assets;
  readonly #sessions: Map<string, Promise<Session>>;
  readonly #admissions: Admissions;

  constructor(
    options: ExplorerOptions,
    assets: Assets,
    sessions: Map<string, Promise<Session>>,
    admissions: Admissions,
  ) {
    this.#options = options;
    this.#assets = assets;
    this.#sessions = sessions;
    this.#admissions = admissions;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setHeaders(response);
    try {
      const url = new URL(request.url ?? "/", "http://127.0.0.1");
      const admission = this.#admissions.admit(request, url);
      if (admission.kind === "refused") throw new Refusal(403, admission.why);
      if (admission.kind === "exchanged") response.setHeader("set-cookie", admission.cookie);
      if (request.method === "GET") await this.#get(url, response);
      else if (request.method === "POST") await this.#post(url, request, response);
      else throw new Refusal(405, "only GET and POST are supported");
    } catch (error) {
      const status = error instanceof Refusal ? error.status : error instanceof ModelError ? 422 : 500;
      const fault = error instanceof InternalError ? "internal error: " : "";
      send(response, status, "application/json", JSON.stringify({ error: `${fault}${messageOf(error)}` }));
    }
  }

  async #get(url: URL, response: ServerResponse): Promise<void> {
    switch (url.pathname) {
      case "/":
        return send(response, 200, "text/html", pageDocument());
      case "/page.js":
        return send(response, 200, "text/javascript", this.#assets.script);
      case "/page.css":
        return send(response, 200, "text/css", this.#assets.style);
      case "/api/entries":
        return json(response, { first: this.#options.first, entries: this.#options.entries });
      case "/api/overview":
        return json(response, (await this.#session(url.searchParams.get("model"))).overview());
      case "/api/searches": {
        const session = await this.#session(url.searchParams.get("model"));
        return json(response, { check: session.checked(), way: session.way() });
      }
      default:
        throw new Refusal(404, "not found");
    }
  }

  /** Runs are as long as they are, so they come in bodies. */
  async #post(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers["content-type"] !== "application/json") throw new Refusal(415, "the body must be JSON");
    const body = await bodyOf(request);
    const session = await this.#session(textOf(body, "model"));
    switch (url.pathname) {
      case "/api/run":
        return json(response, session.run(textOf(body, "path"), placeOf(body, "from"), placeOf(body, "to")));
      case "/api/chart": {
        const property = body["property"] === undefined ? undefined : textOf(body, "property");
        return json(response, session.chart(textOf(body, "path"), property));
      }
      case "/api/next":
        return json(response, session.next(textOf(body, "path")));
      case "/api/search":
        return json(response, { number: session.search(goalOf(body), pathFrom(textOf(body, "path"))) });
      case "/api/stop":
        session.stop(textOf(body, "which") === "check" ? "check" : "way");
        return json(response, {});
      default:
        throw new Refusal(404, "not found");
    }
  }

  async #session(id: string | null): Promise<Session> {
    const known = this.#options.entries.some((entry) => entry.id === id);
    if (id === null || !known) throw new Refusal(404, "unknown model");
    let session = this.#sessions.get(id);
    if (session === undefined) {
      session = this.#options.open(id);
      this.#sessions.set(id, session);
    }
    return session;
  }
}

function setHeaders(response: ServerResponse): void {
  response.setHeader("content-security-policy", SERVED_POLICY);
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cross-origin-opener-policy", "same-origin");
  response.setHeader("cross-origin-resource-policy", "same-origin");
  response.setHeader("cache-control", "no-store");
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { "content-type": `${type}; charset=utf-8` });
  response.end(text);
}

function json(response: ServerResponse, value: unknown): void {
  send(response, 200, "application/json", JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    // It is read to its end: to stop would end the connection, and the refusal with it.
    if (bytes <= MAX_BODY_BYTES) parts.push(part as Buffer);
  }
  if (bytes > MAX_BODY_BYTES) throw new Refusal(413, "the body is too long");
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new Refusal(400, "the body is not JSON");
  }
  if (typeof body !== "object" || body === null) throw new Refusal(400, "the body is not an object");
  return body as Readonly<Record<string, unknown>>;
}

function textOf(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value !== "string") throw new Refusal(400, `${name} must be a string`);
  return value;
}

function placeOf(body: Readonly<Record<string, unknown>>, name: string): number {
  const value = body[name];
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new Refusal(400, `${name} must be a place in the run`);
  return value as number;
}

function goalOf(body: Readonly<Record<string, unknown>>): Exclude<Goal, { readonly kind: "all" }> {
  const goal = body["goal"] as Partial<Record<string, unknown>> | null | undefined;
  if (goal?.["kind"] === "rest") return { kind: "rest" };
  if (goal?.["kind"] !== "violation") throw new Refusal(400, "goal must be a violation or rest");
  const property = goal["property"];
  return { kind: "violation", ...(typeof property === "string" ? { property } : {}) };
}
