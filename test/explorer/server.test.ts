/** The server of the explorer answers the browser of its user, and no one else. */
import { request } from "node:http";
import { InternalError, ModelError } from "irqproof/checker";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explore, Session, type Explorer } from "../../explorer/index.ts";
import { NO_PAGE, opened, sessionOf } from "./opened.ts";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let explorer: Explorer;
let cookie = "";

beforeAll(async () => {
  explorer = await explore({
    first: "x86-direct",
    entries: ["x86-direct", "wrong", "faulty"].map((id) => ({ id, group: "x86", title: "" })),
    async open(id) {
      const explored = await opened("x86-direct");
      if (id === "x86-direct") return sessionOf(explored);
      if (id === "wrong") throw new ModelError("the file has changed");
      const result = Promise.reject(new InternalError("the search contradicts itself"));
      return new Session(explored, () => ({ result, progress: () => undefined, stop: () => {} }));
    },
    assets: NO_PAGE,
  });
  const { headers } = await ask("/", { search: new URL(explorer.address).search });
  cookie = String(headers["set-cookie"]).split(";")[0]!;
});

afterAll(() => explorer.close());

function ask(
  path: string,
  given: { search?: string; headers?: Record<string, string>; method?: string; body?: string; host?: string } = {},
): Promise<Answer> {
  const { port, host } = new URL(explorer.address);
  return new Promise((resolve, reject) => {
    const headers = { host: given.host ?? host, ...given.headers };
    const options = {
      host: "127.0.0.1",
      port,
      path: path + (given.search ?? ""),
      method: given.method ?? "GET",
      headers,
    };
    const sent = request(options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    sent.on("error", reject);
    sent.end(given.body);
  });
}

/** A request of the page itself. */
async function page(path: string, body?: object): Promise<{ status: number; answer: unknown }> {
  const headers = { cookie, ...(body === undefined ? {} : { "content-type": "application/json" }) };
  const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const { status, body: text } = await ask(path, { headers, ...sent });
  return { status, answer: JSON.parse(text) };
}

describe("who is admitted", () => {
  test("the printed address, whose token is exchanged for a cookie that other sites cannot use or read", async () => {
    expect(new URL(explorer.address).hostname).toBe("127.0.0.1");
    const { status, headers } = await ask("/", { search: new URL(explorer.address).search });
    expect(status).toBe(200);
    expect(String(headers["set-cookie"])).toMatch(/^irqproof-\d+=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await ask("/", { headers: { cookie } })).status).toBe(200);
    expect((await ask("/", { headers: { cookie: `other=1; ${cookie}; more=2` } })).status).toBe(200);
  });

  test.each([
    ["no token", "/", {}],
    ["another token", "/", { search: "?token=guess" }],
    ["an empty token", "/", { search: "?token=" }],
    ["a token of another length in another place", "/api/entries", { search: "?token=x" }],
    ["another cookie", "/", { headers: { cookie: "irqproof-1=guess" } }],
  ])("not with %s", async (_, path, given) => {
    const { status, body, headers } = await ask(path, given);
    expect(status).toBe(403);
    expect(headers["set-cookie"]).toBe(undefined);
    expect(body).toContain("open the address printed by irqproof explore");
  });

  test("a token does not admit to anything but the page", async () => {
    const { search } = new URL(explorer.address);
    expect((await ask("/api/entries", { search })).status).toBe(403);
    expect((await ask("/", { search, method: "POST", body: "{}" })).status).toBe(403);
  });

  test.each(["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:80"])(
    "not under the host name %j, as a page of another name would have it",
    async (host) => {
      expect((await ask("/", { host, headers: { cookie } })).status).toBe(403);
    },
  );

  test("localhost is this machine too", async () => {
    const { port } = new URL(explorer.address);
    expect((await ask("/", { host: `localhost:${port}`, headers: { cookie } })).status).toBe(200);
  });

  test.each([
    ["another origin", { origin: "http://evil.example" }],
    ["an origin that is hidden", { origin: "null" }],
    ["another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
    ["a neighbouring port", { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" }],
  ])("not a request from %s, even with the cookie", async (_, headers) => {
    const asked = { headers: { cookie, ...headers } as Record<string, string> };
    expect((await ask("/api/entries", asked)).status).toBe(403);
  });

  test("an address for a command line is good for once", async () => {
    const { search } = new URL(explorer.addressForOnce());
    expect((await ask("/", { search })).status).toBe(200);
    expect((await ask("/", { search })).status).toBe(403);
  });
});

test("every answer has a strict policy and is not kept", async () => {
  for (const given of [{ headers: { cookie } }, {}]) {
    const { headers } = await ask("/", given);
    expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["access-control-allow-origin"]).toBe(undefined);
  }
});

describe("what is answered", () => {
  test("the models, an overview, a run, what could happen next", async () => {
    expect((await page("/api/entries")).answer).toMatchObject({ first: "x86-direct" });
    expect((await page("/api/overview?model=x86-direct")).answer).toMatchObject({ isSystem: true, initialStates: 1 });
    const run = await page("/api/run", { model: "x86-direct", path: "0-3.6", from: 1, to: 2 });
    expect(run.answer).toMatchObject({ steps: [{ label: "set_affinity(CPU1)" }, { label: "allocate CPU1/vector B" }] });
    const next = await page("/api/next", { model: "x86-direct", path: "0-3.6" });
    expect((next.answer as { choices: { label: string }[] }).choices.map(({ label }) => label)).toContain(
      "write_address(CPU1)",
    );
  });

  test("a run as text", async () => {
    const { answer } = await page("/api/chart", { model: "x86-direct", path: "0-3.6" });
    expect((answer as { text: string }).text).toContain(" 2  allocate CPU1/vector B\n      vector_irq[CPU1][B] = irq0");
    expect((await page("/api/chart", { model: "x86-direct", path: "0", property: 1 })).status).toBe(400);
  });

  test("a search for a way, which can be asked for again until it has ended", async () => {
    const { answer } = await page("/api/search", { model: "x86-direct", path: "0-3.6.8.0", goal: { kind: "rest" } });
    const { number } = answer as { number: number };
    let way: { number: number; view: { kind: string; result?: { instances?: number[] } } };
    do {
      await new Promise((resolve) => setTimeout(resolve, 20));
      ({ way } = (await page("/api/searches?model=x86-direct")).answer as { way: typeof way });
    } while (way.view.kind === "running");
    expect(way).toMatchObject({ number, view: { kind: "done", result: { goal: { kind: "rest" } } } });
    expect(way.view.result!.instances!.length).toBe(3);
  });

  test("a model that cannot be opened, and a search that fails, with their sentences", async () => {
    const wrong = await page("/api/overview?model=wrong");
    expect(wrong).toEqual({ status: 422, answer: { error: "the file has changed" } });
    await page("/api/searches?model=faulty");
    const { answer } = await page("/api/searches?model=faulty");
    expect(answer).toMatchObject({ check: { kind: "failed", message: "the search contradicts itself" } });
  });

  test.each([
    ["/api/overview?model=no-such", undefined, 404],
    ["/api/overview", undefined, 404],
    ["/api/nothing", undefined, 404],
    ["/../package.json", undefined, 404],
    ["/api/run", { model: "x86-direct", path: "0-1.", from: 0, to: 1 }, 422],
    ["/api/run", { model: "x86-direct", path: "0-0.1.1", from: 0, to: 3 }, 422],
    ["/api/run", { model: "x86-direct", path: "0", from: -1, to: 1 }, 400],
    ["/api/run", { model: "x86-direct", path: 7, from: 0, to: 1 }, 400],
    ["/api/next", { path: "0" }, 400],
    ["/api/search", { model: "x86-direct", path: "0", goal: { kind: "all" } }, 400],
    ["/api/search", { model: "x86-direct", path: "0" }, 400],
  ] as const)("%s with %j is refused with %i and a sentence", async (path, body, status) => {
    const answered = await page(path, body);
    expect(answered.status).toBe(status);
    expect(typeof (answered.answer as { error: unknown }).error).toBe("string");
  });

  test("bodies that are not JSON, or too long, and other methods are refused", async () => {
    const headers = { cookie, "content-type": "application/json" };
    expect((await ask("/api/next", { method: "POST", headers, body: "{" })).status).toBe(400);
    expect((await ask("/api/next", { method: "POST", headers, body: "null" })).status).toBe(400);
    expect(
      (await ask("/api/next", { method: "POST", headers: { cookie, "content-type": "text/plain" }, body: "{}" }))
        .status,
    ).toBe(415);
    expect((await ask("/api/next", { method: "POST", headers, body: `"${"x".repeat(2_100_000)}"` })).status).toBe(413);
    expect((await ask("/", { method: "DELETE", headers })).status).toBe(405);
  });
});

test("a port in use is a mistake with a sentence", async () => {
  const port = Number(new URL(explorer.address).port);
  const open = (): Promise<Session> => Promise.reject(new Error("not opened"));
  await expect(explore({ first: "x", entries: [], open, port, assets: NO_PAGE })).rejects.toThrow(
    `explore: cannot use port ${port}: listen EADDRINUSE`,
  );
});
