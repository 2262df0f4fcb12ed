------------------------------ MODULE model ------------------------------
\* Peterson's mutual exclusion for N processes, for TLC: the steps of examples/n-peterson.ts.
EXTENDS Naturals
CONSTANT N

Process == 0 .. N - 1

\* at: 0 start, 1 enter level, 2 give way, 3 wait, 4 critical. last: 0 nobody, 1 + p process p.
VARIABLES at, level, next, last

vars == <<at, level, next, last>>

Init ==
  /\ at = [p \in Process |-> 0]
  /\ level = [p \in Process |-> 0]
  /\ next = [p \in Process |-> 0]
  /\ last = [p \in Process |-> 0]

Begin(p) ==
  /\ at[p] = 0
  /\ next' = [next EXCEPT ![p] = 1]
  /\ at' = [at EXCEPT ![p] = 1]
  /\ UNCHANGED <<level, last>>

EnterLevel(p) ==
  /\ at[p] = 1
  /\ level' = [level EXCEPT ![p] = next[p]]
  /\ at' = [at EXCEPT ![p] = 2]
  /\ UNCHANGED <<next, last>>

GiveWay(p) ==
  /\ at[p] = 2
  /\ last' = [last EXCEPT ![next[p]] = 1 + p]
  /\ at' = [at EXCEPT ![p] = 3]
  /\ UNCHANGED <<level, next>>

Wait(p) ==
  /\ at[p] = 3
  /\ IF last[next[p]] # 1 + p \/ \A q \in Process : q = p \/ level[q] < next[p]
     THEN /\ next' = [next EXCEPT ![p] = @ + 1]
          /\ at' = [at EXCEPT ![p] = IF next[p] + 1 < N THEN 1 ELSE 4]
     ELSE UNCHANGED <<next, at>>
  /\ UNCHANGED <<level, last>>

Leave(p) ==
  /\ at[p] = 4
  /\ level' = [level EXCEPT ![p] = 1]
  /\ at' = [at EXCEPT ![p] = 0]
  /\ UNCHANGED <<next, last>>

Next == \E p \in Process : Begin(p) \/ EnterLevel(p) \/ GiveWay(p) \/ Wait(p) \/ Leave(p)

Spec == Init /\ [][Next]_vars

Invariant == \A p, q \in Process : p >= q \/ at[p] # 4 \/ at[q] # 4
=============================================================================
