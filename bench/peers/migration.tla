------------------------------- MODULE model --------------------------------
\* The common migration model, for TLC. C CPUs, V vectors of each, D devices; two-step.
EXTENDS Naturals
CONSTANTS C, V, D

Cpu == 0 .. C - 1
Vector == 0 .. V - 1
Device == 0 .. D - 1

\* tab: 0 unused, 1 retriggered, 2 + d device d.
\* pc: 0 idle, 1 allocated, 2 intermediate, 3 address, 4 final, 5 checked, 6 awaiting cleanup.
VARIABLES addr, data, want, curC, curV, newC, newV, pc, irr, tab

vars == <<addr, data, want, curC, curV, newC, newV, pc, irr, tab>>

Init ==
  /\ curC = [d \in Device |-> d % C]
  /\ curV = [d \in Device |-> d \div C]
  /\ addr = curC
  /\ data = curV
  /\ want = [d \in Device |-> FALSE]
  /\ newC = [d \in Device |-> 0]
  /\ newV = [d \in Device |-> 0]
  /\ pc = [d \in Device |-> 0]
  /\ irr = [c \in Cpu |-> [v \in Vector |-> FALSE]]
  /\ tab = [c \in Cpu |-> [v \in Vector |-> IF c + C * v < D THEN 2 + c + C * v ELSE 0]]

Critical(c) == \E d \in Device : curC[d] = c /\ pc[d] >= 1 /\ pc[d] <= 4

Raise(d) ==
  /\ ~want[d]
  /\ want' = [want EXCEPT ![d] = TRUE]
  /\ irr' = [irr EXCEPT ![addr[d]][data[d]] = TRUE]
  /\ UNCHANGED <<addr, data, curC, curV, newC, newV, pc, tab>>

Handle(c, v) ==
  /\ irr[c][v]
  /\ ~Critical(c)
  /\ irr' = [irr EXCEPT ![c][v] = FALSE]
  /\ LET owner == tab[c][v] IN
       IF owner >= 2
       THEN LET e == owner - 2 IN
            /\ want' = [want EXCEPT ![e] = FALSE]
            /\ pc' = IF pc[e] = 5 /\ newC[e] = c /\ newV[e] = v THEN [pc EXCEPT ![e] = 6] ELSE pc
            /\ tab' = tab
       ELSE /\ tab' = IF owner = 1 THEN [tab EXCEPT ![c][v] = 0] ELSE tab
            /\ UNCHANGED <<want, pc>>
  /\ UNCHANGED <<addr, data, curC, curV, newC, newV>>

Start(d, c, v) ==
  /\ pc[d] = 0
  /\ c # curC[d]
  /\ tab[c][v] = 0
  /\ ~Critical(curC[d])
  /\ tab' = [tab EXCEPT ![c][v] = 2 + d, ![curC[d]][v] = IF @ = 0 THEN 1 ELSE @]
  /\ newC' = [newC EXCEPT ![d] = c]
  /\ newV' = [newV EXCEPT ![d] = v]
  /\ pc' = [pc EXCEPT ![d] = 1]
  /\ UNCHANGED <<addr, data, want, curC, curV, irr>>

WriteData(d) ==
  /\ pc[d] = 1 \/ pc[d] = 3
  /\ data' = [data EXCEPT ![d] = newV[d]]
  /\ pc' = [pc EXCEPT ![d] = @ + 1]
  /\ UNCHANGED <<addr, want, curC, curV, newC, newV, irr, tab>>

WriteAddress(d) ==
  /\ pc[d] = 2
  /\ addr' = [addr EXCEPT ![d] = newC[d]]
  /\ pc' = [pc EXCEPT ![d] = 3]
  /\ UNCHANGED <<data, want, curC, curV, newC, newV, irr, tab>>

Check(d) ==
  /\ pc[d] = 4
  /\ irr' = IF irr[curC[d]][newV[d]] THEN [irr EXCEPT ![newC[d]][newV[d]] = TRUE] ELSE irr
  /\ pc' = [pc EXCEPT ![d] = 5]
  /\ UNCHANGED <<addr, data, want, curC, curV, newC, newV, tab>>

Cleanup(d) ==
  /\ pc[d] = 6
  /\ ~irr[curC[d]][curV[d]]
  /\ tab' = [tab EXCEPT ![curC[d]][curV[d]] = 0]
  /\ curC' = [curC EXCEPT ![d] = newC[d]]
  /\ curV' = [curV EXCEPT ![d] = newV[d]]
  /\ newC' = [newC EXCEPT ![d] = 0]
  /\ newV' = [newV EXCEPT ![d] = 0]
  /\ pc' = [pc EXCEPT ![d] = 0]
  /\ UNCHANGED <<addr, data, want, irr>>

Next ==
  \/ \E d \in Device :
       \/ Raise(d)
       \/ WriteData(d)
       \/ WriteAddress(d)
       \/ Check(d)
       \/ Cleanup(d)
       \/ \E c \in Cpu, v \in Vector : Start(d, c, v)
  \/ \E c \in Cpu, v \in Vector : Handle(c, v)

Spec == Init /\ [][Next]_vars

Invariant ==
  \A d \in Device :
    \/ ~want[d]
    \/ \E c \in Cpu, v \in Vector : irr[c][v] /\ tab[c][v] = 2 + d
    \/ pc[d] >= 2 /\ pc[d] <= 4 /\ irr[curC[d]][newV[d]]
==============================================================================
