/**
 * A buffer between two handshaking channels, after Lamport's "Specifying Systems". It teaches record types used twice,
 * and how a queue that has no bound in the specification gets one here: by a guard that says so.
 *
 * States and levels are those that the TLA+ examples publish for MCInnerFIFO. TLC counts among the transitions also
 * the ones that overrun its bound, which this model does not take.
 */
import { family, integer, model, range, record, sequence, valuesOf } from "irqproof/checker";

export default family({
  name: "fifo",
  title: "a bounded buffer between two channels",
  parameters: {
    messages: integer(3, 1, 4, "how many different messages there are"),
    capacity: integer(3, 1, 5, "how many messages the buffer holds"),
  },
  build: ({ messages, capacity }) => {
    const message = range(0, messages - 1);
    const bit = range(0, 1);
    /** A channel holds a new message exactly when its two bits differ. */
    const channel = record({ message, ready: bit, taken: bit });
    const empty = [...valuesOf(channel)].filter(({ ready, taken }) => ready === taken);
    return model({
      name: "fifo",
      state: record({ input: channel, buffer: sequence(capacity, message), output: channel }),
      initial: empty.flatMap((input) => empty.map((output) => ({ input, buffer: [], output }))),
      actors: ["sender", "buffer", "receiver"],
      actions: {
        send: {
          over: { message },
          actor: "sender",
          when: ({ input }) => input.ready === input.taken,
          then: ({ input }, { message }) => {
            input.message = message;
            input.ready = 1 - input.ready;
          },
        },
        store: {
          actor: "buffer",
          when: ({ input, buffer }) => input.ready !== input.taken && buffer.length < capacity,
          then: ({ input, buffer }) => {
            buffer.push(input.message);
            input.taken = 1 - input.taken;
          },
        },
        forward: {
          actor: "buffer",
          when: ({ output, buffer }) => output.ready === output.taken && buffer.length > 0,
          then: ({ output, buffer }) => {
            output.message = buffer.shift()!;
            output.ready = 1 - output.ready;
          },
        },
        receive: {
          actor: "receiver",
          when: ({ output }) => output.ready !== output.taken,
          then: ({ output }) => {
            output.taken = 1 - output.taken;
          },
        },
      },
      properties: ({ sometimes, step, noDeadlock }) => ({
        "first-in-first-out": step(
          "what is stored goes behind everything else",
          ({ buffer, input }, { action }, after) =>
            action === "store" ? after.buffer.join() === [...buffer, input.message].join() : true,
        ),
        "can-fill": sometimes("the buffer is full", ({ buffer }) => buffer.length === capacity),
        "never-stuck": noDeadlock("something can always happen"),
      }),
    });
  },
});
