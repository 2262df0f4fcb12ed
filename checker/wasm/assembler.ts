/** WebAssembly code: bytes, nested as they are composed. */
export type Code = readonly (number | Uint8Array | Code)[];

export const I32 = 0x7f;
export const I64 = 0x7e;
export const V128 = 0x7b;
export type ValueType = typeof I32 | typeof I64 | typeof V128;

const VOID = 0x40;

/** The encodings of one byte, signed or unsigned: by far the most frequent ones. */
const ONE_BYTE_CODES: readonly (readonly number[])[] = Array.from({ length: 0x80 }, (_, byte) => [byte]);

function unsigned(value: number): Code {
  if (value >= 0 && value < 0x80) return ONE_BYTE_CODES[value] as Code;
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed32(value: number): Code {
  if (value >= -0x40 && value < 0x40) return ONE_BYTE_CODES[value & 0x7f] as Code;
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
      bytes.push(low);
      return bytes;
    }
    bytes.push(low | 0x80);
  }
}

/** @param value an integer between -2^53 and 2^53 */
function signed(value: number): Code {
  return value === (value | 0) ? signed32(value) : signed64(BigInt(value));
}

function signed64(value: bigint): Code {
  if (value >= -0x8000_0000n && value <= 0x7fff_ffffn) return signed32(Number(value));
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)) {
      bytes.push(low);
      return bytes;
    }
    bytes.push(low | 0x80);
  }
}

const unary =
  (opcode: number) =>
  (a: Code): Code => [a, opcode];
const binary =
  (opcode: number) =>
  (a: Code, b: Code): Code => [a, b, opcode];
const load =
  (opcode: number) =>
  (address: Code, offset = 0): Code => [address, opcode, 0, unsigned(offset)];
const store =
  (opcode: number) =>
  (address: Code, value: Code, offset = 0): Code => [address, value, opcode, 0, unsigned(offset)];

/** 32-bit operations. Alignment hints are always 0: states stand at any byte. */
export const i32 = {
  const: (value: number): Code => [0x41, signed32(value)],
  load: load(0x28),
  load8: load(0x2d),
  load16: load(0x2f),
  store: store(0x36),
  store8: store(0x3a),
  store16: store(0x3b),
  ctz: unary(0x68),
  eqz: unary(0x45),
  eq: binary(0x46),
  ne: binary(0x47),
  lt: binary(0x49),
  gt: binary(0x4b),
  ge: binary(0x4f),
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
  divide: binary(0x6e),
  and: binary(0x71),
  or: binary(0x72),
  xor: binary(0x73),
  shl: binary(0x74),
  shr: binary(0x76),
  signedShr: binary(0x75),
  wrap: unary(0xa7),
};

/** 64-bit operations. */
export const i64 = {
  const: (value: bigint | number): Code => [
    0x42,
    typeof value === "number" ? signed(value) : signed64(BigInt.asIntN(64, value)),
  ],
  load: load(0x29),
  load8: load(0x31),
  load16: load(0x33),
  load32: load(0x35),
  store: store(0x37),
  store8: store(0x3c),
  store16: store(0x3d),
  store32: store(0x3e),
  eqz: unary(0x50),
  eq: binary(0x51),
  ne: binary(0x52),
  signedLt: binary(0x53),
  lt: binary(0x54),
  ge: binary(0x5a),
  ctz: unary(0x7a),
  add: binary(0x7c),
  sub: binary(0x7d),
  mul: binary(0x7e),
  divide: binary(0x80),
  signedDivide: binary(0x7f),
  remainder: binary(0x82),
  signedRemainder: binary(0x81),
  and: binary(0x83),
  or: binary(0x84),
  xor: binary(0x85),
  shl: binary(0x86),
  shr: binary(0x88),
  extend: unary(0xad),
  signedExtend: unary(0xac),
};

const vector = (opcode: number): Code => [0xfd, unsigned(opcode)];

/** Eight 16-bit lanes side by side. */
export const i16x8 = {
  add: (a: Code, b: Code): Code => [a, b, vector(0x8e)],
  store: (address: Code, value: Code, offset = 0): Code => [address, value, vector(0x0b), 0, unsigned(offset)],
};

/** Four 32-bit lanes side by side. */
export const i32x4 = {
  load: (address: Code, offset = 0): Code => [address, vector(0x00), 0, unsigned(offset)],
  /** The same value in all lanes. */
  splat: (value: Code): Code => [value, vector(0x11)],
  zero: [vector(0x0c), Array<number>(16).fill(0)] as Code,
  /** Lanes of ones where the operands are equal, of zeros elsewhere. */
  eq: (a: Code, b: Code): Code => [a, b, vector(0x37)],
  /** The highest bits of the lanes, as bits 0 to 3. */
  bitmask: (a: Code): Code => [a, vector(0xa4)],
};

export const get = (local: number): Code => [0x20, unsigned(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, unsigned(local)];
/** Sets a local, and leaves the value where it was. */
export const tee = (local: number, value: Code): Code => [value, 0x22, unsigned(local)];
export const block = (...body: Code): Code => [0x02, VOID, body, 0x0b];
export const loop = (...body: Code): Code => [0x03, VOID, body, 0x0b];
export const when = (condition: Code, ...body: Code): Code => [condition, 0x04, VOID, body, 0x0b];
/** The value of one of two branches. */
export const choice = (type: ValueType, condition: Code, yes: Code, no: Code): Code => [
  condition,
  0x04,
  type,
  yes,
  0x05,
  no,
  0x0b,
];
/** Returns from the function with what is on the stack. */
export const RETURN = 0x0f;
export const br = (depth: number): Code => [0x0c, unsigned(depth)];
export const brIf = (depth: number, condition: Code): Code => [condition, 0x0d, unsigned(depth)];
export const brTable = (value: Code, targets: readonly number[], otherwise: number): Code => [
  value,
  0x0e,
  unsigned(targets.length),
  targets.map(unsigned),
  unsigned(otherwise),
];
export const call = (index: number, ...given: Code): Code => [given, 0x10, unsigned(index)];
/** Sets bytes of the memory. */
export const fill = (at: Code, value: Code, bytes: Code): Code => [at, value, bytes, 0xfc, 0x0b, 0x00];
export const select = (yes: Code, no: Code, condition: Code): Code => [yes, no, condition, 0x1b];

/** A function: parameters first, then locals, all by number. */
export class FunctionBuilder {
  readonly index: number;
  readonly parameters: number;
  readonly results: readonly ValueType[];
  readonly #locals: ValueType[] = [];
  #code: Uint8Array | undefined;

  constructor(index: number, parameters: number, results: readonly ValueType[]) {
    this.index = index;
    this.parameters = parameters;
    this.results = results;
  }

  local(type: ValueType): number {
    this.#locals.push(type);
    return this.parameters + this.#locals.length - 1;
  }

  /** The body, which comes after all locals. Nothing but its bytes is kept: a module may have very many functions. */
  set body(code: Code) {
    const locals = this.#locals.map((type) => [1, type]);
    this.#code = flat(sized([unsigned(locals.length), locals, code, 0x0b]));
  }

  code(): Code {
    return [this.#code ?? []];
  }
}

/** A module with one imported memory `env.memory`; all parameters are 32-bit. */
export class ModuleBuilder {
  readonly #functions: FunctionBuilder[] = [];
  readonly #data: (readonly [at: number, bytes: Uint8Array])[] = [];
  readonly #exports: (readonly [string, FunctionBuilder])[] = [];
  readonly #shared: boolean;

  /** @param shared whether the memory is shared between threads */
  constructor(shared = false) {
    this.#shared = shared;
  }

  function(parameters: number, results: readonly ValueType[] = []): FunctionBuilder {
    const made = new FunctionBuilder(this.#functions.length, parameters, results);
    this.#functions.push(made);
    return made;
  }

  export(name: string, made: FunctionBuilder): void {
    this.#exports.push([name, made]);
  }

  /** Bytes that stand in the memory of each new instance. */
  data(at: number, bytes: Uint8Array): void {
    this.#data.push([at, bytes]);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const types: string[] = [];
    const typeOf = ({ parameters, results }: FunctionBuilder): number => {
      const key = [0x60, parameters, ...Array<number>(parameters).fill(I32), results.length, ...results].join();
      const known = types.indexOf(key);
      return known >= 0 ? known : types.push(key) - 1;
    };
    const indices = this.#functions.map(typeOf);
    const sections: Code = [
      section(1, [unsigned(types.length), types.map((key) => key.split(",").map(Number))]),
      // At least one page. Without a maximum, the memory may have any; a shared one must have one, and 4 GiB is all.
      section(2, [1, text("env"), text("memory"), 0x02, this.#shared ? [0x03, 1, unsigned(65536)] : [0x00, 1]]),
      section(3, [unsigned(indices.length), indices.map(unsigned)]),
      section(7, [
        unsigned(this.#exports.length),
        this.#exports.map(([name, made]) => [text(name), 0x00, unsigned(made.index)]),
      ]),
      section(10, [unsigned(this.#functions.length), this.#functions.map((made) => made.code())]),
      section(11, [
        unsigned(this.#data.length),
        this.#data.map(([at, bytes]) => [0x00, i32.const(at), 0x0b, unsigned(bytes.length), bytes]),
      ]),
    ];
    return flat([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, sections]);
  }
}

function section(id: number, content: Code): Code {
  return [id, sized(content)];
}

/** With the number of its bytes before it. */
function sized(content: Code): Code {
  const bytes = flat(content);
  return [unsigned(bytes.length), bytes];
}

function text(value: string): Code {
  return sized([new TextEncoder().encode(value)]);
}

/** A growing buffer of bytes. */
let scratch = new Uint8Array(1 << 16);

/** The bytes in order. Without recursion: code is nested as deep as conditions are. */
function flat(code: Code): Uint8Array<ArrayBuffer> {
  let bytes = scratch;
  let length = 0;
  const reserve = (more: number): void => {
    if (length + more <= bytes.length) return;
    const larger = new Uint8Array(2 * (length + more));
    larger.set(bytes);
    bytes = larger;
    scratch = larger;
  };
  const open: Code[] = [];
  const at: number[] = [];
  let current = code;
  let next = 0;
  for (;;) {
    if (next === current.length) {
      const outer = open.pop();
      if (outer === undefined) break;
      current = outer;
      next = at.pop() as number;
      continue;
    }
    const part = current[next++];
    if (typeof part === "number") {
      if (length === bytes.length) reserve(1);
      bytes[length++] = part;
    } else if (part instanceof Uint8Array) {
      reserve(part.length);
      bytes.set(part, length);
      length += part.length;
    } else {
      open.push(current);
      at.push(next);
      current = part as Code;
      next = 0;
    }
  }
  return bytes.slice(0, length);
}
