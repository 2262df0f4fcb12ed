/**
 * Liveness by its definition, on graphs of a few states: the states that a run meets again and again are a set that is
 * connected both ways by the steps inside it (or one state in which it stands still), and every such set is tried.
 */
export interface SmallGraph {
  readonly size: number;
  readonly initial: readonly number[];
  /** Steps that change the state, with the fair groups that they belong to. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly groups: readonly number[] }[];
  /** Which groups are strongly fair. */
  readonly strong: readonly boolean[];
}

const has = (set: number, element: number): boolean => ((set >>> element) & 1) === 1;

/** The states that can be reached from a set by steps inside another. */
function reachable({ edges }: SmallGraph, from: number, inside: number): number {
  let reached = from & inside;
  for (;;) {
    let more = reached;
    for (const { from, to } of edges) if (has(more, from) && has(inside, to)) more |= 1 << to;
    if (more === reached) return reached;
    reached = more;
  }
}

function isConnected(graph: SmallGraph, set: number): boolean {
  for (let state = 0; state < graph.size; state++) {
    if (has(set, state) && reachable(graph, 1 << state, set) !== set) return false;
  }
  return true;
}

/** Whether a run that meets these states again and again, and takes these groups, is fair. */
function isFair({ size, edges, strong }: SmallGraph, set: number, taken: (group: number) => boolean): boolean {
  const states = Array.from({ length: size }, (_, state) => state).filter((state) => has(set, state));
  return strong.every((isStrong, group) => {
    const isEnabled = (state: number): boolean =>
      edges.some((edge) => edge.from === state && edge.groups.includes(group));
    return taken(group) || !(isStrong ? states.some(isEnabled) : states.every(isEnabled));
  });
}

/** The states in which runs are that wait, and from which step on they can. */
function waiting(graph: SmallGraph, premise: number, goal: number, atStart: boolean): number {
  const everything = (1 << graph.size) - 1;
  const start = graph.initial.reduce((set, state) => set | (1 << state), 0);
  const begins = atStart ? start : reachable(graph, start, everything) & premise;
  return reachable(graph, begins & ~goal, everything & ~goal);
}

/**
 * Whether some fair run waits for the goal for ever.
 *
 * @param premise where it may begin to wait, as a set of bits
 * @param atStart whether it waits from the initial state on, whatever the premise
 */
export function waitsForEver(graph: SmallGraph, premise: number, goal: number, atStart: boolean): boolean {
  const among = waiting(graph, premise, goal, atStart);
  for (let set = 1; set < 1 << graph.size; set++) {
    if ((set & ~among) !== 0 || !isConnected(graph, set)) continue;
    const inside = graph.edges.filter(({ from, to }) => has(set, from) && has(set, to));
    if (isFair(graph, set, (group) => inside.some(({ groups }) => groups.includes(group)))) return true;
  }
  return false;
}

/** Whether on some fair run the goal fails again and again, or for ever where it stands still. */
export function failsForEver(graph: SmallGraph, goal: number): boolean {
  const start = graph.initial.reduce((set, state) => set | (1 << state), 0);
  const reached = reachable(graph, start, (1 << graph.size) - 1);
  for (let set = 1; set < 1 << graph.size; set++) {
    if ((set & ~reached) !== 0 || (set & ~goal) === 0 || !isConnected(graph, set)) continue;
    const inside = graph.edges.filter(({ from, to }) => has(set, from) && has(set, to));
    if (isFair(graph, set, (group) => inside.some(({ groups }) => groups.includes(group)))) return true;
  }
  return false;
}

/** Whether from some reachable state no way leads to the goal. */
export function isEverHopeless(graph: SmallGraph, goal: number): boolean {
  const everything = (1 << graph.size) - 1;
  const start = graph.initial.reduce((set, state) => set | (1 << state), 0);
  const reached = reachable(graph, start, everything);
  for (let state = 0; state < graph.size; state++) {
    if (has(reached, state) && (reachable(graph, 1 << state, everything) & goal) === 0) return true;
  }
  return false;
}

/** The fewest steps that stem and loop of a fair run can have together that waits for ever. */
export function shortestLasso(graph: SmallGraph, premise: number, goal: number, atStart: boolean): number {
  const { size, edges } = graph;
  // A stem of two parts: before the run waits, and since.
  let stems = graph.initial.flatMap((state) => [
    ...(atStart ? [] : [state]),
    ...((atStart || has(premise, state)) && !has(goal, state) ? [size + state] : []),
  ]);
  const met = new Set(stems);
  let best = Infinity;
  for (let steps = 0; stems.length > 0; steps++) {
    for (const place of stems) {
      if (place >= size) best = Math.min(best, steps + shortestLoop(graph, place - size, goal, best - steps));
    }
    const next: number[] = [];
    for (const { from, to } of edges) {
      const places = [
        ...(stems.includes(from) ? [to, ...(has(premise, to) && !has(goal, to) ? [size + to] : [])] : []),
        ...(stems.includes(size + from) && !has(goal, to) ? [size + to] : []),
      ];
      for (const place of places) {
        if (!met.has(place)) next.push(place);
        met.add(place);
      }
    }
    stems = next;
  }
  return best;
}

/** The fewest steps of a fair loop through a state: a search of state, states met and groups taken. */
function shortestLoop(graph: SmallGraph, start: number, goal: number, most: number): number {
  const fair = (set: number, taken: number): boolean => isFair(graph, set, (group) => has(taken, group));
  if (fair(1 << start, 0)) return 0;
  const met = new Set<string>();
  let places = [{ state: start, set: 1 << start, taken: 0 }];
  for (let steps = 1; steps <= most && places.length > 0; steps++) {
    const next: typeof places = [];
    for (const { state, set, taken } of places) {
      for (const { from, to, groups } of graph.edges) {
        if (from !== state || has(goal, to)) continue;
        const place = {
          state: to,
          set: set | (1 << to),
          taken: groups.reduce((all, group) => all | (1 << group), taken),
        };
        if (to === start && fair(place.set, place.taken)) return steps;
        const key = `${place.state} ${place.set} ${place.taken}`;
        if (!met.has(key)) next.push(place);
        met.add(key);
      }
    }
    places = next;
  }
  return Infinity;
}
