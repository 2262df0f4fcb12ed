/** By the function's text: inner functions are made anew in every run. */
const known = new Map<string, boolean>();

/** Local declarations: `const { a, b } = ...` changes nothing outside. */
const DECLARATION = /\b(?:const|let|var)\s+(?:\{[^}]*\}|\[[^\]]*\]|[\w$]+)(?:\s*:\s*[^=;]+)?\s*=(?!=)/g;
const STRING = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
const COMMENT = /\/\*[^]*?\*\/|\/\/[^\n]*/g;
const COMPARISON = /[=!]==?|[<>]=|=>/g;
const CHANGE =
  /=|\+\+|--|\bdelete\b|\.(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|add|set|clear|delete)\s*\(|\[native code\]/;

/**
 * Whether a function's text shows that it might change a variable outside itself. Errs on the side of yes; what a
 * function that it calls does cannot be seen here.
 */
export function changesVariables(operand: object): boolean {
  const text = Function.prototype.toString.call(operand);
  let changes = known.get(text);
  if (changes === undefined) {
    const stripped = text.replace(COMMENT, "").replace(STRING, "''").replace(DECLARATION, "").replace(COMPARISON, "");
    changes = CHANGE.test(stripped);
    known.set(text, changes);
  }
  return changes;
}
