/**
 * The alternating-bit protocol over channels that lose messages. It teaches loss as an action with a position in a
 * queue as its parameter, and that what can be lost arrives only under strong fairness.
 *
 * States and levels are those that the TLA+ examples publish for MCAlternatingBit. TLC counts among the transitions
 * also the ones that overrun its bound, which this model does not take.
 */
import { because, family, integer, model, range, record, sequence } from "irqproof/checker";

export default family({
  name: "alternating-bit",
  title: "the alternating-bit protocol over channels that lose messages",
  parameters: {
    values: integer(2, 1, 3, "how many different values are sent"),
    capacity: integer(2, 1, 3, "how many messages each channel holds"),
  },
  build: ({ values, capacity }) => {
    const value = range(0, values - 1);
    const bit = range(0, 1);
    const bits = [0, 1];
    const anyValue = Array.from({ length: values }, (_, index) => index);
    const position = range(0, capacity - 1);
    return model({
      name: "alternating-bit",
      state: record({
        sender: record({ bit, acknowledged: bit, value }),
        messages: sequence(capacity, record({ bit, value })),
        acknowledgements: sequence(capacity, bit),
        receiver: record({ bit, value }),
      }),
      initial: bits.flatMap((bit) =>
        anyValue.flatMap((sent) =>
          anyValue.map((received) => ({
            sender: { bit, acknowledged: bit, value: sent },
            messages: [],
            acknowledgements: [],
            receiver: { bit, value: received },
          })),
        ),
      ),
      actors: ["sender", "network", "receiver"],
      actions: {
        sendNew: {
          over: { value },
          actor: "sender",
          when: ({ sender, messages }) => sender.acknowledged === sender.bit && messages.length < capacity,
          then: ({ sender, messages }, { value }) => {
            sender.value = value;
            sender.bit = 1 - sender.bit;
            messages.push({ bit: sender.bit, value });
          },
        },
        sendAgain: {
          actor: "sender",
          fairness: "weak",
          when: ({ sender, messages }) => sender.acknowledged !== sender.bit && messages.length < capacity,
          then: ({ sender, messages }) => {
            messages.push({ bit: sender.bit, value: sender.value });
          },
        },
        // A channel may lose what is sent, but not for ever: then what could be received again and again is.
        receive: {
          actor: "receiver",
          fairness: "strong",
          when: ({ messages }) => messages.length > 0,
          then: (draft) => {
            draft.receiver = draft.messages.shift()!;
          },
        },
        acknowledge: {
          actor: "receiver",
          fairness: "weak",
          when: ({ acknowledgements }) => acknowledgements.length < capacity,
          then: ({ acknowledgements, receiver }) => {
            acknowledgements.push(receiver.bit);
          },
        },
        hearAcknowledgement: {
          actor: "sender",
          fairness: "strong",
          when: ({ acknowledgements }) => acknowledgements.length > 0,
          then: ({ acknowledgements, sender }) => {
            sender.acknowledged = acknowledgements.shift()!;
          },
        },
        loseMessage: {
          over: { position },
          actor: "network",
          when: ({ messages }, { position }) => position < messages.length,
          then: ({ messages }, { position }) => {
            messages.splice(position, 1);
          },
        },
        loseAcknowledgement: {
          over: { position },
          actor: "network",
          when: ({ acknowledgements }, { position }) => position < acknowledgements.length,
          then: ({ acknowledgements }, { position }) => {
            acknowledgements.splice(position, 1);
          },
        },
      },
      properties: ({ step, noDeadlock, leadsToForEach }) => ({
        "acknowledged-is-received": step("what is acknowledged has arrived", ({ sender }, _, after) => {
          const settled = sender.acknowledged !== sender.bit && after.sender.acknowledged === after.sender.bit;
          if (!settled || after.receiver.value === sender.value) return true;
          return because(`the sender believes ${sender.value} has arrived, the receiver has ${after.receiver.value}`);
        }),
        "never-stuck": noDeadlock("something can always happen"),
        "values-arrive": leadsToForEach(
          "what is sent arrives",
          anyValue,
          ({ sender }, value) => sender.value === value && sender.bit !== sender.acknowledged,
          ({ receiver }, value) => receiver.value === value,
          { name: (value) => `value ${value}` },
        ),
      }),
    });
  },
});
