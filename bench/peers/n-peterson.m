-- Peterson's mutual exclusion for N processes, for Rumur: the steps of examples/n-peterson.ts.
-- The benchmark writes the constant N in front of this file.

type
  process: 0 .. N - 1;
  room: 0 .. N;          -- 0: in none yet
  visitor: 0 .. N;       -- 0 nobody, 1 + p process p
  location: 0 .. 4;      -- start, enter level, give way, wait, critical

var
  at: array [process] of location;
  level, next: array [process] of room;
  last: array [process] of visitor;

startstate
begin
  for p: process do at[p] := 0; level[p] := 0; next[p] := 0; last[p] := 0; end;
end;

ruleset self: process do
  rule "begin" at[self] = 0 ==> begin next[self] := 1; at[self] := 1; end;
  rule "enter level" at[self] = 1 ==> begin level[self] := next[self]; at[self] := 2; end;
  rule "give way" at[self] = 2 ==> begin last[next[self]] := 1 + self; at[self] := 3; end;

  rule "wait" at[self] = 3 ==>
  begin
    if last[next[self]] != 1 + self | forall p: process do p = self | level[p] < next[self] end then
      next[self] := next[self] + 1;
      if next[self] < N then at[self] := 1; else at[self] := 4; end;
    end;
  end;

  rule "leave" at[self] = 4 ==> begin level[self] := 1; at[self] := 0; end;
end;

invariant "mutual exclusion"
  forall p: process do forall q: process do p >= q | at[p] != 4 | at[q] != 4 end end;
