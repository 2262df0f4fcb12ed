const known = new WeakMap<object, boolean>();

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
  let changes = known.get(operand);
  if (changes === undefined) {
    const text = Function.prototype.toString.call(operand);
    const stripped = text.replace(COMMENT, "").replace(STRING, "''").replace(DECLARATION, "").replace(COMPARISON, "");
    changes = CHANGE.test(stripped);
    known.set(operand, changes);
  }
  return changes;
}
