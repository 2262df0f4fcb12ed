/**
 * A client that adds to a counter on a server, and tries again when it gets no reply. It teaches `conform` with a real
 * server, on the loopback interface, with a network that fails, and with steps that the system takes by itself: a
 * request that the client has given up may still arrive, and until the counter shows it, two states fit.
 *
 * The server knows a request that it has seen by its id. The fault of `faulty` is a client that takes a new id for each
 * attempt: if only the reply was lost, it adds twice.
 */
import { createServer, request, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type SystemUnderTest, type ValueOf, boolean, model, range, record } from "irqproof/checker";

const MAX_TOTAL = 4;
const state = record({ total: range(0, MAX_TOTAL), isLate: boolean });
const hasRoom = ({ total, isLate }: { readonly total: number; readonly isLate: boolean }): boolean =>
  total + Number(isLate) < MAX_TOTAL;

export default model({
  name: "retry",
  state,
  initial: { total: 0, isLate: false },
  actors: ["client", "network"],
  actions: {
    add: { actor: "client", when: hasRoom, then: (draft) => void (draft.total += 1) },
    addWithLostReply: {
      actor: "client",
      label: "add, the first reply is lost",
      when: hasRoom,
      then: (draft) => void (draft.total += 1),
    },
    addInVain: {
      actor: "client",
      label: "add, given up; the request is late",
      when: (state) => hasRoom(state) && !state.isLate,
      then: (draft) => void (draft.isLate = true),
    },
    arrive: {
      actor: "network",
      label: "the late request arrives",
      when: ({ isLate }) => isLate,
      then: (draft) => {
        draft.isLate = false;
        draft.total += 1;
      },
    },
  },
  properties: ({ always }) => ({
    "room-is-kept": always("a late request finds room", ({ total, isLate }) => !isLate || total < MAX_TOTAL),
  }),
});

/** What happens to the next request: its reply is lost, or the connection is, and the request itself is late. */
type Mishap = "reply lost" | "late";

const LATE_MS = 4;

/** A counter behind HTTP: `POST /ID` adds one unless the id is known, any other request returns the total. */
export class CounterServer {
  readonly #server: Server;
  readonly #seen = new Set<string>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #total = 0;
  /** For the next POST only. */
  mishap: Mishap | undefined;

  constructor() {
    this.#server = createServer((asked, reply) => {
      if (asked.method !== "POST") {
        reply.end(String(this.#total));
        return;
      }
      const { mishap } = this;
      this.mishap = undefined;
      const id = String(asked.url);
      if (mishap === "late") this.#timers.add(setTimeout(() => this.#add(id), LATE_MS));
      else this.#add(id);
      if (mishap === undefined) reply.end();
      else asked.socket.destroy();
    });
  }

  #add(id: string): void {
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    this.#total += 1;
  }

  /** @returns the port, on the loopback interface */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }
}

export class Client {
  readonly #port: number;
  readonly #isFaulty: boolean;
  #ids = 0;

  constructor(port: number, isFaulty: boolean) {
    this.#port = port;
    this.#isFaulty = isFaulty;
  }

  /**
   * Adds one.
   *
   * @throws Error where no attempt was answered
   */
  async add(attempts: number): Promise<void> {
    let id = this.#ids++;
    for (let left = attempts - 1; ; left--) {
      try {
        await this.#ask("POST", `/${id}`);
        return;
      } catch (error) {
        if (left === 0) throw error;
        if (this.#isFaulty) id = this.#ids++;
      }
    }
  }

  async total(): Promise<number> {
    return Number(await this.#ask("GET", "/"));
  }

  /** A connection of its own for each request, so that a lost one takes no other request with it. */
  #ask(method: string, path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const read = (reply: IncomingMessage): void => {
        let text = "";
        reply.setEncoding("utf8").on("data", (part: string) => (text += part));
        reply.on("end", () => resolve(text)).on("error", reject);
      };
      request({ host: "127.0.0.1", port: this.#port, method, path, agent: false }, read).on("error", reject).end();
    });
  }
}

interface Live {
  readonly server: CounterServer;
  readonly client: Client;
}

/** How a test drives client and server, and what it makes the network do. */
export const retrying = (isFaulty: boolean): SystemUnderTest<ValueOf<typeof state>, Live> => ({
  start: async () => {
    const server = new CounterServer();
    return { server, client: new Client(await server.listen(), isFaulty) };
  },
  actions: {
    add: ({ client }) => client.add(1),
    addWithLostReply: ({ server, client }) => {
      server.mishap = "reply lost";
      return client.add(2);
    },
    addInVain: async ({ server, client }) => {
      server.mishap = "late";
      await client.add(1).then(
        () => Promise.reject(new Error("a lost connection was not noticed")),
        () => {},
      );
    },
  },
  internal: ["arrive"],
  observe: async ({ client }) => ({ total: await client.total() }),
  stop: ({ server }) => server.close(),
});

export const correct = retrying(false);
export const faulty = retrying(true);
