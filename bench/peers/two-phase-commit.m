-- Two-phase commit with N resource managers, for Rumur: the steps of examples/two-phase-commit.ts.
-- The benchmark writes the constant N in front of this file.

type
  manager: 0 .. N - 1;

var
  state: array [manager] of 0 .. 3;   -- working, prepared, committed, aborted
  coordinator: 0 .. 2;                -- collecting, committed, aborted
  known: array [manager] of boolean;
  prepared: array [manager] of boolean;
  commit, abort: boolean;             -- messages of the coordinator

startstate
begin
  for m: manager do state[m] := 0; known[m] := false; prepared[m] := false; end;
  coordinator := 0; commit := false; abort := false;
end;

rule "decide to commit" coordinator = 0 & forall m: manager do known[m] end ==>
begin coordinator := 1; commit := true; end;

rule "decide to abort" coordinator = 0 ==> begin coordinator := 2; abort := true; end;

ruleset m: manager do
  rule "hear that it is prepared" coordinator = 0 & prepared[m] ==> begin known[m] := true; end;
  rule "prepare" state[m] = 0 ==> begin state[m] := 1; prepared[m] := true; end;
  rule "give up" state[m] = 0 ==> begin state[m] := 3; end;
  rule "hear to commit" commit ==> begin state[m] := 2; end;
  rule "hear to abort" abort ==> begin state[m] := 3; end;
end;

invariant "nobody commits what another aborts"
  !((exists m: manager do state[m] = 2 end) & (exists m: manager do state[m] = 3 end));
