-- irqproof's entry x86-two-step, written by hand in Murphi, for Rumur.
-- The benchmark writes the constants CPUS, VECTORS, DEVICES and MOVES in front of this file.
--
-- Without the lines that end in "-- all": no-interrupt-lost only. no-foreign-only, which is violated with two devices and
-- two moves, is in comments: Rumur stops at a violation.

type
  cpu_t: 0..CPUS-1;
  vec_t: 0..VECTORS-1;
  dev_t: 0..DEVICES-1;
  slot_t: 0..DEVICES+1; -- 0 unassigned, 1 one stray expected, d + 2 device d's
  stage_t: enum { IDLE, ENTRY, COMPLETE, COMPLETED, MOVE, HANDLER, FINISH };
  due_t: enum { NOMOVE, ALLOCATE, MARK, DATA, ADDRESS, UNLOCK, READIRR, RETRIGGER };
  frame_t: record
    ie: boolean;
    stage: stage_t;
    vec: vec_t;
    slot: slot_t;
    he: boolean; -- the handler runs elsewhere
    src: array[dev_t] of boolean; -- whose events it stands for, while it has no owner
  end;
  vector_t: record
    irr: boolean;
    isr: boolean;
    slot: slot_t;
    src: array[dev_t] of boolean; -- whose events the request bit stands for
  end;
  irq_t: record
    addr: cpu_t; -- the device
    data: vec_t;
    unc: boolean;
    cpu: cpu_t; -- the descriptor
    vec: vec_t;
    prev: boolean;
    pcpu: cpu_t;
    pvec: vec_t;
    mip: boolean;
    ocl: boolean;
    req: 0..CPUS; -- the CPU asked for, plus 1
    inprog: boolean;
    pend: boolean;
    locked: boolean;
    due: due_t;
    mcpu: cpu_t;
    saw: boolean;
  end;

var
  cpu: array[cpu_t] of frame_t;
  at: array[cpu_t] of array[vec_t] of vector_t;
  irq: array[dev_t] of irq_t;
  vlock: boolean;
  moves: 0..MOVES;

procedure pop(c: cpu_t);
begin
  cpu[c].stage := IDLE; cpu[c].vec := 0; cpu[c].slot := 0; cpu[c].he := false; cpu[c].ie := true;
end;

procedure ack(c: cpu_t; d: dev_t);
begin
  at[c][cpu[c].vec].isr := false;
  irq[d].locked := false;
  if cpu[c].he then
    assert "no-in-progress-drop" irq[d].pend; -- all
    pop(c);
  else
    irq[d].inprog := true; irq[d].pend := false; cpu[c].stage := HANDLER;
  end;
end;

procedure finishmove(d: dev_t);
begin
  ack(irq[d].mcpu, d);
  irq[d].due := NOMOVE; irq[d].mcpu := 0; irq[d].saw := false;
end;

function busy(d: dev_t): boolean;
begin
  return irq[d].mip | irq[d].ocl;
end;

procedure start(c: cpu_t; d: dev_t);
begin
  if irq[d].req != 0 & !busy(d) & irq[d].req != irq[d].cpu + 1 then
    irq[d].due := ALLOCATE; irq[d].mcpu := c; cpu[c].stage := MOVE;
  else
    if !busy(d) then irq[d].req := 0; end;
    ack(c, d);
  end;
end;

function exhausted(c: cpu_t): boolean;
begin
  return forall v: vec_t do at[c][v].slot >= 2 end;
end;

function cleanupdue(c: cpu_t): boolean;
begin
  return exists d: dev_t do irq[d].ocl & irq[d].prev & irq[d].pcpu = c end;
end;

function foreignsource(s: vector_t; d: dev_t): boolean;
begin
  return exists e: dev_t do e != d & s.src[e] end;
end;

function foreignframe(c: cpu_t; d: dev_t): boolean;
begin
  return exists e: dev_t do e != d & cpu[c].src[e] end;
end;

-- The device leaves its pair: it is its own, or the check of it is due, there, interrupts off.
function covered(d: dev_t): boolean;
begin
  return at[irq[d].addr][irq[d].data].slot = d + 2
    | (irq[d].prev & irq[d].pvec != irq[d].vec & irq[d].mcpu = irq[d].addr & !cpu[irq[d].addr].ie);
end;

-- The request bit is the interrupt's own, or one that a check has still to look at.
function found(d: dev_t; c: cpu_t; v: vec_t): boolean;
begin
  return at[c][v].slot = d + 2
    | (irq[d].due != NOMOVE & irq[d].due != ALLOCATE & irq[d].mcpu = c & irq[d].vec = v & irq[d].prev
      & irq[d].pvec != irq[d].vec & (irq[d].due != RETRIGGER | irq[d].saw));
end;

function carried(d: dev_t): boolean;
begin
  return (irq[d].pend & irq[d].inprog)
    | exists c: cpu_t do
        (exists v: vec_t do at[c][v].irr & found(d, c, v) end)
        | (cpu[c].stage = ENTRY & cpu[c].slot < 2 & at[c][cpu[c].vec].slot = d + 2)
      end;
end;

function quiet(): boolean;
begin
  return (forall c: cpu_t do
      cpu[c].ie & cpu[c].stage = IDLE & forall v: vec_t do !at[c][v].irr & !at[c][v].isr end end)
    & (forall d: dev_t do !irq[d].locked & irq[d].due = NOMOVE & !(irq[d].ocl & irq[d].prev) end);
end;

function progress(): boolean;
begin
  return (exists d: dev_t do
      irq[d].due != NOMOVE & (!vlock | (irq[d].due != ALLOCATE & irq[d].due != MARK & irq[d].due != RETRIGGER)) end)
    | exists c: cpu_t do
        (cpu[c].stage = IDLE & cpu[c].ie
          & ((exists v: vec_t do at[c][v].irr & !at[c][v].isr end) | (!vlock & cleanupdue(c))))
        | (cpu[c].stage = ENTRY & cpu[c].slot < 2 & !vlock)
        | ((cpu[c].stage = ENTRY | cpu[c].stage = FINISH) & cpu[c].slot >= 2 & !irq[cpu[c].slot - 2].locked)
        | (cpu[c].stage = COMPLETE & !vlock)
        | cpu[c].stage = COMPLETED
        | cpu[c].stage = HANDLER
      end;
end;

startstate
begin
  for c: cpu_t do
    pop(c);
    for d: dev_t do cpu[c].src[d] := false; end;
    for v: vec_t do
      at[c][v].irr := false; at[c][v].isr := false; at[c][v].slot := 0;
      for d: dev_t do at[c][v].src[d] := false; end;
    end;
  end;
  for d: dev_t do
    irq[d].addr := d % CPUS; irq[d].data := d / CPUS; irq[d].cpu := d % CPUS; irq[d].vec := d / CPUS;
    at[d % CPUS][d / CPUS].slot := d + 2;
    irq[d].unc := false; irq[d].prev := false; irq[d].pcpu := 0; irq[d].pvec := 0; irq[d].mip := false;
    irq[d].ocl := false; irq[d].req := 0; irq[d].inprog := false; irq[d].pend := false; irq[d].locked := false;
    irq[d].due := NOMOVE; irq[d].mcpu := 0; irq[d].saw := false;
  end;
  vlock := false;
  moves := MOVES;
end;

ruleset d: dev_t do
  rule "raise" true ==>
  begin
    irq[d].unc := true;
    at[irq[d].addr][irq[d].data].irr := true;
    if DEVICES > 1 then at[irq[d].addr][irq[d].data].src[d] := true; end;
  end;

  ruleset c: cpu_t do
    rule "set_affinity"
      moves > 0 & !irq[d].locked & irq[d].req != c + 1 & (irq[d].req != 0 | irq[d].cpu != c)
    ==> begin
      moves := moves - 1; irq[d].req := c + 1;
    end;
  end;

  ruleset v: vec_t do
    rule "allocate"
      irq[d].due = ALLOCATE & !vlock & at[irq[d].req - 1][v].slot < 2
    ==> begin
      assert "single-old-vector" !irq[d].prev; -- all
      assert "no-reuse-before-clean" forall e: dev_t do !(irq[e].prev & irq[e].pcpu = irq[d].req - 1 & irq[e].pvec = v) end; -- all
      assert "retrigger-once" !irq[d].saw; -- all
      irq[d].prev := true; irq[d].pcpu := irq[d].cpu; irq[d].pvec := irq[d].vec; irq[d].mip := true;
      irq[d].cpu := irq[d].req - 1; irq[d].vec := v; irq[d].req := 0;
      at[irq[d].cpu][v].slot := d + 2;
      if irq[d].pvec != v then irq[d].due := MARK; else irq[d].due := ADDRESS; end;
    end;
  end;

  rule "give up"
    irq[d].due = ALLOCATE & !vlock & exhausted(irq[d].req - 1)
  ==> begin
    assert "retrigger-once" !irq[d].saw; -- all
    irq[d].req := 0;
    finishmove(d);
  end;

  rule "mark"
    irq[d].due = MARK & !vlock
  ==> begin
    assert "retrigger-once" !irq[d].saw; -- all
    vlock := true;
    if at[irq[d].pcpu][irq[d].vec].slot < 2 then at[irq[d].pcpu][irq[d].vec].slot := 1; end;
    irq[d].due := DATA;
  end;

  rule "write data"
    irq[d].due = DATA
  ==> begin
    assert "check-covers" covered(d); -- all
    assert "retrigger-once" !irq[d].saw; -- all
    assert "one-word-per-write" irq[d].pcpu = irq[d].addr; -- all
    irq[d].data := irq[d].vec; irq[d].due := ADDRESS;
  end;

  rule "write address"
    irq[d].due = ADDRESS
  ==> begin
    assert "check-covers" covered(d); -- all
    assert "retrigger-once" !irq[d].saw; -- all
    assert "one-word-per-write" irq[d].data = irq[d].vec; -- all
    irq[d].addr := irq[d].cpu;
    if irq[d].pvec != irq[d].vec then irq[d].due := UNLOCK; else finishmove(d); end;
  end;

  rule "unlock"
    irq[d].due = UNLOCK
  ==> begin
    assert "retrigger-once" !irq[d].saw; -- all
    vlock := false; irq[d].due := READIRR;
  end;

  rule "read IRR"
    irq[d].due = READIRR
  ==> begin
    if at[irq[d].mcpu][irq[d].vec].irr then irq[d].saw := true; irq[d].due := RETRIGGER; else finishmove(d); end;
  end;

  rule "retrigger"
    irq[d].due = RETRIGGER & !vlock
  ==> begin
    assert "retrigger-once" irq[d].saw & at[irq[d].cpu][irq[d].vec].slot = d + 2; -- all
    at[irq[d].cpu][irq[d].vec].irr := true;
    if at[irq[d].mcpu][irq[d].vec].src[d] then at[irq[d].cpu][irq[d].vec].src[d] := true; end;
    finishmove(d);
  end;
end;

ruleset c: cpu_t do
  ruleset v: vec_t do
    rule "accept"
      cpu[c].ie & at[c][v].irr & !at[c][v].isr & cpu[c].stage = IDLE
    ==> begin
      cpu[c].ie := false; at[c][v].irr := false; at[c][v].isr := true;
      cpu[c].stage := ENTRY; cpu[c].vec := v; cpu[c].slot := at[c][v].slot;
      if at[c][v].slot >= 2 then
        assert "bounded-spurious" irq[at[c][v].slot - 2].unc | moves != MOVES | foreignsource(at[c][v], at[c][v].slot - 2); -- all
        -- assert "no-foreign-only" !foreignsource(at[c][v], at[c][v].slot - 2) | at[c][v].src[at[c][v].slot - 2];
        irq[at[c][v].slot - 2].unc := false;
      else
        for d: dev_t do cpu[c].src[d] := at[c][v].src[d]; end;
      end;
      for d: dev_t do at[c][v].src[d] := false; end;
    end;
  end;

  rule "stray"
    cpu[c].stage = ENTRY & cpu[c].slot < 2 & !vlock
  ==> begin
    if at[c][cpu[c].vec].slot >= 2 then
      cpu[c].slot := at[c][cpu[c].vec].slot;
      assert "bounded-spurious" irq[cpu[c].slot - 2].unc | moves != MOVES | foreignframe(c, cpu[c].slot - 2); -- all
      -- assert "no-foreign-only" !foreignframe(c, cpu[c].slot - 2) | cpu[c].src[cpu[c].slot - 2];
      irq[cpu[c].slot - 2].unc := false;
    else
      assert "no-stray" at[c][cpu[c].vec].slot != 0; -- all
      at[c][cpu[c].vec].slot := 0; at[c][cpu[c].vec].isr := false;
      pop(c);
    end;
    for d: dev_t do cpu[c].src[d] := false; end;
  end;

  rule "lock"
    cpu[c].stage = ENTRY & cpu[c].slot >= 2 & !irq[cpu[c].slot - 2].locked
  ==> begin
    alias i: irq[cpu[c].slot - 2] do
      if i.inprog then i.pend := true; cpu[c].he := true; end;
      i.locked := true;
      if i.mip & i.cpu = c then cpu[c].stage := COMPLETE; else start(c, cpu[c].slot - 2); end;
    end;
  end;

  rule "complete move"
    cpu[c].stage = COMPLETE & !vlock
  ==> begin
    irq[cpu[c].slot - 2].mip := false; irq[cpu[c].slot - 2].ocl := true;
    if MOVES > 1 & irq[cpu[c].slot - 2].req != 0 then cpu[c].stage := COMPLETED; else ack(c, cpu[c].slot - 2); end;
  end;

  rule "after completion"
    cpu[c].stage = COMPLETED
  ==> begin
    start(c, cpu[c].slot - 2);
  end;

  rule "handler"
    cpu[c].stage = HANDLER
  ==> begin
    cpu[c].stage := FINISH;
  end;

  rule "finish"
    cpu[c].stage = FINISH & !irq[cpu[c].slot - 2].locked
  ==> begin
    if irq[cpu[c].slot - 2].pend then
      irq[cpu[c].slot - 2].pend := false; irq[cpu[c].slot - 2].unc := false; cpu[c].stage := HANDLER;
    else
      irq[cpu[c].slot - 2].inprog := false;
      pop(c);
    end;
  end;

  rule "cleanup timer"
    cpu[c].ie & cpu[c].stage = IDLE & !vlock & cleanupdue(c)
  ==> begin
    for d: dev_t do
      if irq[d].ocl & irq[d].prev & irq[d].pcpu = c & !at[c][irq[d].pvec].irr then
        assert "no-free-while-pending" !at[c][irq[d].pvec].irr; -- all
        at[c][irq[d].pvec].slot := 0;
        irq[d].prev := false; irq[d].pcpu := 0; irq[d].pvec := 0; irq[d].mip := false; irq[d].ocl := false;
      end;
    end;
  end;
end;

invariant "no-interrupt-lost" (forall d: dev_t do !irq[d].unc end) | !quiet();
invariant "carrier-exists" forall d: dev_t do !irq[d].unc | carried(d) end; -- all
invariant "target-live-in-move" forall d: dev_t do found(d, irq[d].addr, irq[d].data) end; -- all
invariant "target-live" forall d: dev_t do irq[d].due != NOMOVE | at[irq[d].addr][irq[d].data].slot = d + 2 end; -- all
invariant "device-matches-descriptor" forall d: dev_t do irq[d].due != NOMOVE | (irq[d].addr = irq[d].cpu & irq[d].data = irq[d].vec) end; -- all
invariant "move-on-target" forall d: dev_t do irq[d].due = NOMOVE | irq[d].due = ALLOCATE | (irq[d].prev & irq[d].mcpu = irq[d].pcpu & !cpu[irq[d].pcpu].ie) end; -- all
invariant "table-owner" forall d: dev_t do at[irq[d].cpu][irq[d].vec].slot = d + 2 end; -- all
invariant "one-owner, targets" forall d: dev_t do !irq[d].prev | at[irq[d].pcpu][irq[d].pvec].slot = d + 2 end; -- all
invariant "one-owner, slots" forall c: cpu_t do forall v: vec_t do at[c][v].slot < 2 | (irq[at[c][v].slot - 2].cpu = c & irq[at[c][v].slot - 2].vec = v) | (irq[at[c][v].slot - 2].prev & irq[at[c][v].slot - 2].pcpu = c & irq[at[c][v].slot - 2].pvec = v) end end; -- all
invariant "handler-exclusion" forall c: cpu_t do forall e: cpu_t do c = e | cpu[c].slot < 2 | cpu[c].slot != cpu[e].slot | (cpu[c].stage != HANDLER & cpu[c].stage != FINISH) | (cpu[e].stage != HANDLER & cpu[e].stage != FINISH) end end; -- all
invariant "eoi-balanced" forall c: cpu_t do forall v: vec_t do at[c][v].isr = (cpu[c].vec = v & (cpu[c].stage = ENTRY | cpu[c].stage = COMPLETE | cpu[c].stage = COMPLETED | cpu[c].stage = MOVE)) end end; -- all
-- With one-owner, that no old vector is left is that each interrupt has one slot.
invariant "no-leak" !quiet() | (exists d: dev_t do irq[d].mip end) | forall d: dev_t do !irq[d].prev end; -- all
invariant "no-deadlock" quiet() | progress(); -- all
