------------------------------- MODULE model --------------------------------
\* Two-phase commit with N resource managers, for TLC: the steps of examples/two-phase-commit.ts.
EXTENDS Naturals
CONSTANT N

Manager == 0 .. N - 1

\* state: 0 working, 1 prepared, 2 committed, 3 aborted. coordinator: 0 collecting, 1 committed, 2 aborted.
VARIABLES state, coordinator, known, prepared, commit, abort

vars == <<state, coordinator, known, prepared, commit, abort>>

Init ==
  /\ state = [m \in Manager |-> 0]
  /\ coordinator = 0
  /\ known = [m \in Manager |-> FALSE]
  /\ prepared = [m \in Manager |-> FALSE]
  /\ commit = FALSE
  /\ abort = FALSE

DecideCommit ==
  /\ coordinator = 0
  /\ \A m \in Manager : known[m]
  /\ coordinator' = 1
  /\ commit' = TRUE
  /\ UNCHANGED <<state, known, prepared, abort>>

DecideAbort ==
  /\ coordinator = 0
  /\ coordinator' = 2
  /\ abort' = TRUE
  /\ UNCHANGED <<state, known, prepared, commit>>

HearPrepared(m) ==
  /\ coordinator = 0
  /\ prepared[m]
  /\ known' = [known EXCEPT ![m] = TRUE]
  /\ UNCHANGED <<state, coordinator, prepared, commit, abort>>

Prepare(m) ==
  /\ state[m] = 0
  /\ state' = [state EXCEPT ![m] = 1]
  /\ prepared' = [prepared EXCEPT ![m] = TRUE]
  /\ UNCHANGED <<coordinator, known, commit, abort>>

GiveUp(m) ==
  /\ state[m] = 0
  /\ state' = [state EXCEPT ![m] = 3]
  /\ UNCHANGED <<coordinator, known, prepared, commit, abort>>

HearCommit(m) ==
  /\ commit
  /\ state' = [state EXCEPT ![m] = 2]
  /\ UNCHANGED <<coordinator, known, prepared, commit, abort>>

HearAbort(m) ==
  /\ abort
  /\ state' = [state EXCEPT ![m] = 3]
  /\ UNCHANGED <<coordinator, known, prepared, commit, abort>>

Next ==
  \/ DecideCommit
  \/ DecideAbort
  \/ \E m \in Manager : HearPrepared(m) \/ Prepare(m) \/ GiveUp(m) \/ HearCommit(m) \/ HearAbort(m)

Spec == Init /\ [][Next]_vars

Invariant == ~((\E m \in Manager : state[m] = 2) /\ (\E m \in Manager : state[m] = 3))
=============================================================================
