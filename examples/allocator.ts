/**
 * An allocator that gives out sets of resources. It teaches parameters that are composite: an action over a whole set
 * stands for one instance for each set, and a set is an array of booleans.
 *
 * The steps are those of the TLA+ examples' SimpleAllocator, whose counts are published.
 */
import { array, boolean, every, family, integer, model, range, record } from "irqproof/checker";

type Chosen = readonly boolean[];

const isEmpty = (set: Chosen): boolean => !set.includes(true);
const isSubset = (set: Chosen, of: Chosen): boolean => set.every((chosen, index) => !chosen || of[index] === true);

export default family({
  name: "allocator",
  title: "clients that ask for sets of resources",
  parameters: {
    clients: integer(3, 1, 4, "how many clients ask"),
    resources: integer(2, 1, 3, "how many resources there are"),
  },
  build: ({ clients, resources }) => {
    const some = array(resources, boolean);
    const over = { client: range(0, clients - 1), set: some };
    const actor = (_: unknown, { client }: { client: number }): string => `client ${client}`;
    const none = (): boolean[] => Array.from({ length: resources }, () => false);
    return model({
      name: "allocator",
      state: record({ wanted: array(clients, some), held: array(clients, some) }),
      initial: {
        wanted: Array.from({ length: clients }, none),
        held: Array.from({ length: clients }, none),
      },
      actions: {
        request: {
          over,
          actor,
          when: ({ wanted, held }, { client, set }) =>
            !isEmpty(set) && isEmpty(wanted[client]!) && isEmpty(held[client]!),
          then: (draft, { client, set }) => {
            draft.wanted[client] = [...set];
          },
        },
        allocate: {
          over,
          actor: "allocator",
          // Whoever could be served again and again is, with whichever set.
          fairness: { strength: "strong", per: ["client"] },
          when: ({ wanted, held }, { client, set }) =>
            !isEmpty(set) &&
            isSubset(set, wanted[client]!) &&
            isSubset(
              set,
              set.map((_, resource) => held.every((of) => !of[resource])),
            ),
          then: (draft, { client, set }) => {
            for (const [resource, chosen] of set.entries()) {
              if (!chosen) continue;
              draft.held[client]![resource] = true;
              draft.wanted[client]![resource] = false;
            }
          },
        },
        giveBack: {
          over,
          actor,
          fairness: { strength: "weak", per: ["client"] },
          when: ({ held }, { client, set }) => !isEmpty(set) && isSubset(set, held[client]!),
          then: (draft, { client, set }) => {
            for (const [resource, chosen] of set.entries()) {
              if (chosen) draft.held[client]![resource] = false;
            }
          },
        },
      },
      properties: ({ always, noDeadlock, leadsToForEach }) => ({
        "one-holder": always("no resource has two holders", ({ held }) =>
          every(
            held[0]!,
            (_, resource) => held.filter((of) => of[resource]).length <= 1,
            (_, resource) => `resource ${resource}`,
          ),
        ),
        "never-stuck": noDeadlock("something can always happen"),
        "wishes-come-true": leadsToForEach(
          "who wants a resource gets it",
          Array.from(
            { length: clients * resources },
            (_, index) => [index % clients, Math.floor(index / clients)] as const,
          ),
          ({ wanted }, [client, resource]) => wanted[client]?.[resource] === true,
          ({ held }, [client, resource]) => held[client]?.[resource] === true,
          { name: ([client, resource]) => `resource ${resource} for client ${client}` },
        ),
      }),
    });
  },
});
