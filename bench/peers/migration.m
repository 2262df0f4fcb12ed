-- The common migration model, for Rumur. C CPUs, V vectors of each, D devices; two-step.
-- The benchmark writes the three constants in front of this file.

type
  cpu: 0 .. C - 1;
  vector: 0 .. V - 1;
  device: 0 .. D - 1;
  owner: 0 .. D + 1;   -- 0 unused, 1 retriggered, 2 + d device d
  step: 0 .. 6;        -- idle, allocated, intermediate, address, final, checked, awaiting cleanup

var
  addr, curC, newC: array [device] of cpu;
  data, curV, newV: array [device] of vector;
  want: array [device] of boolean;
  pc: array [device] of step;
  irr: array [cpu] of array [vector] of boolean;
  tab: array [cpu] of array [vector] of owner;

function critical(c: cpu): boolean;
begin
  for d: device do
    if curC[d] = c & pc[d] >= 1 & pc[d] <= 4 then return true; end;
  end;
  return false;
end;

startstate
begin
  for c: cpu do for v: vector do irr[c][v] := false; tab[c][v] := 0; end; end;
  for d: device do
    curC[d] := d % C; curV[d] := d / C; addr[d] := curC[d]; data[d] := curV[d];
    newC[d] := 0; newV[d] := 0; want[d] := false; pc[d] := 0;
    tab[curC[d]][curV[d]] := 2 + d;
  end;
end;

ruleset d: device do
  rule "raise" !want[d] ==>
  begin
    want[d] := true;
    irr[addr[d]][data[d]] := true;
  end;

  rule "write data" pc[d] = 1 ==> begin data[d] := newV[d]; pc[d] := 2; end;
  rule "write address" pc[d] = 2 ==> begin addr[d] := newC[d]; pc[d] := 3; end;
  rule "write data again" pc[d] = 3 ==> begin data[d] := newV[d]; pc[d] := 4; end;
  rule "check" pc[d] = 4 ==>
  begin
    if irr[curC[d]][newV[d]] then irr[newC[d]][newV[d]] := true; end;
    pc[d] := 5;
  end;

  rule "cleanup" pc[d] = 6 & !irr[curC[d]][curV[d]] ==>
  begin
    tab[curC[d]][curV[d]] := 0;
    curC[d] := newC[d]; curV[d] := newV[d]; newC[d] := 0; newV[d] := 0; pc[d] := 0;
  end;
end;

ruleset c: cpu; v: vector do
  rule "handle" irr[c][v] & !critical(c) ==>
  begin
    irr[c][v] := false;
    if tab[c][v] >= 2 then
      want[tab[c][v] - 2] := false;
      if pc[tab[c][v] - 2] = 5 & newC[tab[c][v] - 2] = c & newV[tab[c][v] - 2] = v then
        pc[tab[c][v] - 2] := 6;
      end;
    elsif tab[c][v] = 1 then
      tab[c][v] := 0;
    end;
  end;
end;

ruleset d: device; c: cpu; v: vector do
  rule "start" pc[d] = 0 & c != curC[d] & tab[c][v] = 0 & !critical(curC[d]) ==>
  begin
    tab[c][v] := 2 + d;
    if tab[curC[d]][v] = 0 then tab[curC[d]][v] := 1; end;
    newC[d] := c; newV[d] := v; pc[d] := 1;
  end;
end;

invariant "no interrupt is lost"
  forall d: device do
    !want[d]
    | exists c: cpu do exists v: vector do irr[c][v] & tab[c][v] = 2 + d end end
    | (pc[d] >= 2 & pc[d] <= 4 & irr[curC[d]][newV[d]])
  end;
