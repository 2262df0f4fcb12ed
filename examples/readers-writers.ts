/**
 * Readers and writers who queue for a resource. It teaches `sequence`, a queue with a capacity: a recipe uses the
 * ordinary methods of an array, and a queue that grows past its capacity is an error, never a silent bound.
 *
 * The steps are those of the TLA+ examples' ReadersWriters, whose counts are published.
 */
import { array, because, boolean, family, integer, model, oneOf, range, record, sequence } from "irqproof/checker";

export default family({
  name: "readers-writers",
  title: "readers and writers in one queue",
  parameters: { actors: integer(3, 1, 4, "how many actors read and write") },
  build: ({ actors }) => {
    const actor = range(0, actors - 1);
    const want = oneOf("read", "write");
    const nobody = (): boolean[] => Array.from({ length: actors }, () => false);
    return model({
      name: "readers-writers",
      state: record({
        reads: array(actors, boolean),
        writes: array(actors, boolean),
        // An actor asks for each kind of access once at a time, so the queue never holds more.
        queue: sequence(2 * actors, record({ want, actor })),
      }),
      initial: { reads: nobody(), writes: nobody(), queue: [] },
      actions: {
        ask: {
          over: { want, actor },
          actor: (_, { actor }) => `actor ${actor}`,
          when: ({ queue }, { want, actor }) => !queue.some((entry) => entry.want === want && entry.actor === actor),
          then: ({ queue }, { want, actor }) => {
            queue.push({ want, actor });
          },
        },
        admit: {
          actor: "queue",
          when: ({ queue, reads, writes }) => {
            if (writes.includes(true)) return false;
            const first = queue[0];
            return first !== undefined && (first.want === "read" || !reads.includes(true));
          },
          then: (draft) => {
            const { want, actor } = draft.queue.shift()!;
            if (want === "read") draft.reads[actor] = true;
            else draft.writes[actor] = true;
          },
        },
        stop: {
          over: { actor },
          actor: (_, { actor }) => `actor ${actor}`,
          when: ({ reads, writes }, { actor }) => reads[actor] === true || writes[actor] === true,
          then: (draft, { actor }) => {
            if (draft.reads[actor]) draft.reads[actor] = false;
            else draft.writes[actor] = false;
          },
        },
      },
      properties: ({ always, sometimes }) => ({
        "writers-are-alone": always("who writes is alone", ({ reads, writes }) => {
          const writers = writes.filter(Boolean).length;
          const readers = reads.filter(Boolean).length;
          return writers === 0 || writers + readers === 1 || because(`${writers} write and ${readers} read`);
        }),
        "readers-share": sometimes("all read together", ({ reads }) => reads.every(Boolean)),
      }),
    });
  },
});
