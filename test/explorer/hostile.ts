/** Texts that a careless page would take for markup, code, or an order to the reader's eye. */
export const HOSTILE = [
  "<img src=x onerror=\"globalThis.harmed = 'element'\">",
  "</script><script>globalThis.harmed = 'script'</script>",
  "\"'><svg onload=\"globalThis.harmed = 'attribute'\">",
  "javascript:globalThis.harmed='address'",
  "&lt;b&gt; <!-- --> <![CDATA[ ]]> {{7*7}} ${7*7}",
  "\u202eright to left\u2066 \u0000\u001b[31m",
] as const;

/** A model whose every name is hostile, as a file. */
export const HOSTILE_MODEL = `
import { boolean, family, model, oneOf, record } from "irqproof/checker";
const texts = ${JSON.stringify(HOSTILE)};
export default family({
  name: texts[0],
  title: texts[1],
  parameters: {},
  build: () => model({
    name: texts[0],
    parameters: { [texts[2]]: texts[4] },
    state: record({ [texts[1]]: boolean, [texts[2]]: oneOf(...texts) }),
    initial: { [texts[1]]: false, [texts[2]]: texts[0] },
    actions: {
      [texts[3]]: {
        actor: texts[0],
        label: texts[1],
        when: (state) => !state[texts[1]],
        then: (draft) => { draft[texts[1]] = true; draft[texts[2]] = texts[4]; },
      },
    },
    properties: ({ always }) => ({
      [texts[2]]: always(texts[4], (state) => !state[texts[1]], { severity: "danger" }),
    }),
  }),
});
`;
