import type { Arrow, Lane, StepView, Tone } from "../wire.ts";

/** Sizes of the diagram, in CSS pixels. */
const SIZE = {
  /** From the left edge to the first lane. */
  left: 54,
  /** The same where texts stand above their arrows. */
  stackedLeft: 30,
  /** A row without an arrow, where texts stand above: room for the number of the step. */
  stackedPoint: 24,
  stackedArrow: 34,
  /** Between the baselines of two lines of a label, and of the smaller texts. */
  labelLine: 17,
  smallLine: 15,
  /** From the text of an arrow to its line, and the whole of both. */
  arrow: 27,
  /** Above and below the contents of a row. */
  padding: 8,
  /** From a lane to the text beside it. */
  gap: 14,
  header: 30,
} as const;

/** Widths of a character: the fonts of the diagram have one width for all. */
const LABEL_CHARACTER_WIDTH = 7.9;
const SMALL_CHARACTER_WIDTH = 7.3;

/** Minimum width of text beside a lane; with less, texts stand above their arrows in the full width. */
const MIN_TEXT_WIDTH = 200;

/** Lanes farther apart are hard to follow with the eye, and closer ones cannot be distinguished. */
const MAX_LANE_WIDTH = 230;
const MIN_LANE_WIDTH = 84;

/** A line of text with its place. */
interface TextLine {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** An arrow with its place. */
export interface DrawnArrow {
  readonly arrow: Arrow;
  readonly fromX: number;
  /** The lane that it points to; a lost one ends before it. */
  readonly toX: number;
  readonly y: number;
  readonly text: TextLine & { readonly anchor: "start" | "end" };
}

/** A step with its place. */
export interface Row {
  readonly place: number;
  readonly y: number;
  readonly height: number;
  /** Place of the step on the lane of its actor. */
  readonly point: { readonly x: number; readonly y: number };
  readonly label: readonly TextLine[];
  readonly arrows: readonly DrawnArrow[];
  readonly changes: readonly TextLine[];
  /** New targets of the devices' messages. */
  readonly notes: readonly (TextLine & { readonly tone: Tone })[];
  readonly losses: readonly TextLine[];
  readonly loop: readonly TextLine[];
  readonly violations: readonly TextLine[];
}

/** A stretch of a lane in which it does the same. */
export interface Bar {
  readonly lane: number;
  readonly x: number;
  readonly from: number;
  readonly to: number;
  readonly kind: StepView["lanes"][number]["kind"];
  readonly tone: Tone;
}

/** The diagram with all of its places. */
export interface Diagram {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly { readonly name: string; readonly x: number }[];
  readonly rows: readonly Row[];
  readonly bars: readonly Bar[];
}

/** A step that is drawn. */
export interface DrawnStep {
  readonly place: number;
  readonly step: StepView;
  /** The properties that are violated here and nowhere before. */
  readonly violates: readonly string[];
  /** Loss in this step, as a clause. */
  readonly loss?: string;
  /** Continuation of an infinite run, as a clause. */
  readonly loop?: string;
}

/** Puts the steps of a run into a diagram of a width: time runs down, each lane is a vertical line. */
export function layout(lanes: readonly Lane[], steps: readonly DrawnStep[], width: number): Diagram {
  const columns = columnsOf(lanes, width);
  const rows: Row[] = [];
  let y: number = SIZE.header;
  let before: StepView | undefined;
  for (const drawn of steps) {
    const row = rowOf(drawn, before, lanes, columns, y);
    rows.push(row);
    y += row.height;
    before = drawn.step;
  }
  const height = y + SIZE.padding;
  return {
    width,
    height,
    lanes: lanes.map(({ name }, lane) => ({ name, x: columns.x(lane) })),
    rows,
    bars: lanes.flatMap((_, lane) => barsOf(lane, columns.x(lane), steps, rows, height)),
  };
}

/** Places of the lanes and of their texts. */
interface Columns {
  readonly width: number;
  x(lane: number): number;
  /** Left edge of the text of a lane's step. */
  textX(lane: number | null): number;
  /** Texts stand in the full width, each with its actor. */
  readonly isStacked: boolean;
}

function columnsOf(lanes: readonly Lane[], width: number): Columns {
  const gaps = Math.max(1, lanes.length - 1);
  const stride = Math.min(MAX_LANE_WIDTH, (width - SIZE.left - MIN_TEXT_WIDTH - SIZE.gap) / gaps);
  if (lanes.length === 0 || stride >= MIN_LANE_WIDTH) {
    const x = (lane: number): number => SIZE.left + lane * stride;
    const textX = (lane: number | null): number => x(lane ?? 0) + SIZE.gap;
    return { width, x, textX, isStacked: false };
  }
  const stackedGap = (width - 2 * SIZE.stackedLeft) / gaps;
  const x = (lane: number): number => SIZE.stackedLeft + lane * stackedGap;
  return { width, x, textX: () => SIZE.padding, isStacked: true };
}

function rowOf(
  { place, step, violates, loss, loop: rest }: DrawnStep,
  before: StepView | undefined,
  lanes: readonly Lane[],
  columns: Columns,
  top: number,
): Row {
  let y = top + SIZE.padding;
  const x = columns.textX(step.lane);
  const pointX = step.lane === null ? columns.x(0) - SIZE.stackedLeft + 6 : columns.x(step.lane);
  const actor = step.lane === null || !columns.isStacked ? "" : `${lanes[step.lane]!.name}: `;
  const text = place === 0 ? "at the start" : actor + step.label;
  const label = put(wrapText(text, (columns.width - x - 6) / LABEL_CHARACTER_WIDTH), x, SIZE.labelLine);
  let pointY = top + SIZE.padding + 9;
  const drawArrows = (): DrawnArrow[] =>
    step.arrows.map((arrow) => {
      y += columns.isStacked ? SIZE.stackedArrow : SIZE.arrow;
      return drawn(arrow, columns, y - 5);
    });
  const arrowsBeside = columns.isStacked ? [] : drawArrows();
  const changes = put(
    step.changes.flatMap((change) => wrapText(change, (columns.width - x - SIZE.gap - 6) / SMALL_CHARACTER_WIDTH)),
    x + (columns.isStacked ? SIZE.gap : 0),
    SIZE.smallLine,
  );
  /** Lower edge of the notes beside the label; the next one stands below them. */
  let besideY = top + SIZE.padding;
  const notes = notesOf(step, before, lanes).flatMap(({ lane, text: said, tone }) => {
    const noteX = columns.isStacked ? x + SIZE.gap : columns.x(lane) + SIZE.gap;
    const lines = wrapText(said, (columns.width - noteX - 6) / SMALL_CHARACTER_WIDTH);
    const isFree =
      step.lane !== lane &&
      [...label, ...changes].every((line) => line.x + line.text.length * LABEL_CHARACTER_WIDTH < noteX) &&
      arrowsBeside.every(({ fromX, toX }) => Math.max(fromX, toX) < noteX);
    if (columns.isStacked || !isFree) return put(lines, noteX, SIZE.smallLine).map((line) => ({ ...line, tone }));
    return lines.map((line) => {
      besideY += SIZE.smallLine;
      y = Math.max(y, besideY);
      return { text: line, x: noteX, y: besideY - 3, tone };
    });
  });
  const margin = columns.isStacked ? x + SIZE.gap : columns.textX(0);
  const losses = put(
    loss === undefined ? [] : wrapText(`\u2716 ${loss}`, (columns.width - margin) / LABEL_CHARACTER_WIDTH),
    margin,
    SIZE.labelLine,
  );
  const violations = put(
    violates.length === 0
      ? []
      : wrapText(`\u2691 violates ${violates.join(", ")}`, (columns.width - margin) / SMALL_CHARACTER_WIDTH),
    margin,
    SIZE.smallLine,
  );
  const loop = put(rest === undefined ? [] : [rest], margin, SIZE.smallLine);
  const arrows = columns.isStacked ? drawArrows() : arrowsBeside;
  if (columns.isStacked && place > 0) {
    if (arrows.length === 0) y += SIZE.stackedPoint;
    pointY = arrows[0]?.y ?? y - SIZE.stackedPoint / 2 + 3;
    y += arrows.length === 0 ? 0 : 4;
  }
  const height = y + SIZE.padding - top;
  const point = { x: pointX, y: pointY };
  return { place, y: top, height, point, label, arrows, changes, notes, losses, violations, loop };

  /** Lines below what is there already. */
  function put(lines: readonly string[], left: number, lineHeight: number): TextLine[] {
    return lines.map((line) => {
      y += lineHeight;
      return { text: line, x: left, y: y - 4 };
    });
  }
}

/** Targets of the devices' messages that this step changed. */
function notesOf(
  step: StepView,
  before: StepView | undefined,
  lanes: readonly Lane[],
): { readonly lane: number; readonly text: string; readonly tone: Tone }[] {
  const devices = lanes.filter(({ kind }) => kind === "device").length;
  return step.lanes.flatMap(({ kind, text, tone }, lane) => {
    if (kind !== "points" || before?.lanes[lane]?.text === text) return [];
    const name = devices > 1 ? `${lanes[lane]!.name} ` : "";
    const says = /^(masked|sends nothing)$/.test(text) ? text : `sends ${text.startsWith("to ") ? "" : "to "}${text}`;
    return [{ lane, text: `${name}${says}`, tone }];
  });
}

function drawn(arrow: Arrow, columns: Columns, y: number): DrawnArrow {
  const fromX = columns.x(arrow.from);
  const toX = columns.x(arrow.to);
  const pointsLeft = toX < fromX;
  // A loop to the same lane is drawn to its right.
  const anchor = pointsLeft || toX === fromX ? "start" : "end";
  const room = toX === fromX ? 34 : arrow.isLost ? 34 : SIZE.gap;
  const x = anchor === "start" ? toX + room : toX - room;
  // The number of the step may stand at the beginning of the line.
  const text = { text: arrow.head, y: y - (columns.isStacked ? 13 : 6) };
  const length = arrow.head.length * SMALL_CHARACTER_WIDTH;
  // A text that is longer than its arrow must stay within the diagram.
  if (anchor === "end" && x < length) return { arrow, fromX, toX, y, text: { ...text, x: 4, anchor: "start" } };
  if (anchor === "start" && x + length > columns.width) {
    return { arrow, fromX, toX, y, text: { ...text, x: columns.width - 4, anchor: "end" } };
  }
  return { arrow, fromX, toX, y, text: { ...text, x, anchor } };
}

function barsOf(lane: number, x: number, steps: readonly DrawnStep[], rows: readonly Row[], height: number): Bar[] {
  const bars: Bar[] = [];
  for (const [index, { step }] of steps.entries()) {
    const { kind = "idle", tone = "plain", text = "" } = step.lanes[lane] ?? {};
    const from = rows[index]!.point.y;
    const last = bars.at(-1);
    const before = steps[index - 1]?.step.lanes[lane];
    if (last !== undefined && last.kind === kind && last.tone === tone && before?.text === text) continue;
    if (last !== undefined) bars[bars.length - 1] = { ...last, to: from };
    bars.push({ lane, x, from: index === 0 ? SIZE.header : from, to: height, kind, tone });
  }
  return bars;
}

/** Breaks a text at its spaces into lines of a number of characters; a longer word is cut. */
export function wrapText(text: string, characters: number): string[] {
  const most = Math.max(12, Math.floor(characters));
  const lines: string[] = [];
  let line = "";
  for (let word of text.split(/\s+/)) {
    if (word === "") continue;
    if (line !== "" && line.length + 1 + word.length > most) {
      lines.push(line);
      line = "";
    }
    while (word.length > most) {
      lines.push(word.slice(0, most));
      word = word.slice(most);
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines;
}
