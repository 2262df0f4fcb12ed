/* Two-phase commit with N resource managers, 2 to 10, for SPIN: the steps of examples/two-phase-commit.ts.
 * Every step is one d_step of one process, so that states and transitions are those of the model. Sets of managers
 * are bits of a short. */
#ifndef N
#define N 3
#endif
#define ALL ((1 << N) - 1)

byte state[N];      /* 0 working, 1 prepared, 2 committed, 3 aborted */
byte coordinator;   /* 0 collecting, 1 committed, 2 aborted */
short known;
short prepared;
bit commit, abort;

#define S(m, x) (state[m] == x)
#if N == 2
#define ANY(x) (S(0, x) || S(1, x))
#elif N == 3
#define ANY(x) (S(0, x) || S(1, x) || S(2, x))
#elif N == 4
#define ANY(x) (S(0, x) || S(1, x) || S(2, x) || S(3, x))
#elif N == 5
#define ANY(x) (S(0, x) || S(1, x) || S(2, x) || S(3, x) || S(4, x))
#elif N == 6
#define ANY(x) (S(0, x) || S(1, x) || S(2, x) || S(3, x) || S(4, x) || S(5, x))
#elif N == 7
#define ANY(x) (S(0, x) || S(1, x) || S(2, x) || S(3, x) || S(4, x) || S(5, x) || S(6, x))
#elif N == 8
#define ANY(x) (S(0, x) || S(1, x) || S(2, x) || S(3, x) || S(4, x) || S(5, x) || S(6, x) || S(7, x))
#elif N == 9
#define ANY(x) (S(0, x) || S(1, x) || S(2, x) || S(3, x) || S(4, x) || S(5, x) || S(6, x) || S(7, x) || S(8, x))
#else
#define ANY(x) (S(0, x) || S(1, x) || S(2, x) || S(3, x) || S(4, x) || S(5, x) || S(6, x) || S(7, x) || S(8, x) || S(9, x))
#endif
#define CONSISTENT !(ANY(2) && ANY(3))

#define MANAGER(m) \
  :: d_step { coordinator == 0 && (prepared & (1 << m)) -> known = known | (1 << m) } \
  :: d_step { S(m, 0) -> state[m] = 1; prepared = prepared | (1 << m) } \
  :: d_step { S(m, 0) -> state[m] = 3; assert(CONSISTENT) } \
  :: d_step { commit -> state[m] = 2; assert(CONSISTENT) } \
  :: d_step { abort -> state[m] = 3; assert(CONSISTENT) }

active proctype system() {
  d_step { coordinator = 0 }
  do
  :: d_step { coordinator == 0 && known == ALL -> coordinator = 1; commit = 1 }
  :: d_step { coordinator == 0 -> coordinator = 2; abort = 1 }
  MANAGER(0) MANAGER(1)
#if N > 2
  MANAGER(2)
#endif
#if N > 3
  MANAGER(3)
#endif
#if N > 4
  MANAGER(4)
#endif
#if N > 5
  MANAGER(5)
#endif
#if N > 6
  MANAGER(6)
#endif
#if N > 7
  MANAGER(7)
#endif
#if N > 8
  MANAGER(8)
#endif
#if N > 9
  MANAGER(9)
#endif
  od
}
