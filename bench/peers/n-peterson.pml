/* Peterson's mutual exclusion for N processes, 2 to 7, for SPIN: the steps of examples/n-peterson.ts.
 * Every step is one d_step of one process, so that states and transitions are those of the model. */
#ifndef N
#define N 3
#endif

byte at[N];      /* 0 start, 1 enter level, 2 give way, 3 wait, 4 critical */
byte level[N];
byte next[N];
byte last[N];    /* 0 nobody, 1 + p process p */

#define AHEAD(s, p) (s != p && level[p] >= next[s])
#define IN(p) (at[p] == 4)
#if N == 2
#define ANYAHEAD(s) (AHEAD(s, 0) || AHEAD(s, 1))
#define INSIDE (IN(0) + IN(1))
#elif N == 3
#define ANYAHEAD(s) (AHEAD(s, 0) || AHEAD(s, 1) || AHEAD(s, 2))
#define INSIDE (IN(0) + IN(1) + IN(2))
#elif N == 4
#define ANYAHEAD(s) (AHEAD(s, 0) || AHEAD(s, 1) || AHEAD(s, 2) || AHEAD(s, 3))
#define INSIDE (IN(0) + IN(1) + IN(2) + IN(3))
#elif N == 5
#define ANYAHEAD(s) (AHEAD(s, 0) || AHEAD(s, 1) || AHEAD(s, 2) || AHEAD(s, 3) || AHEAD(s, 4))
#define INSIDE (IN(0) + IN(1) + IN(2) + IN(3) + IN(4))
#elif N == 6
#define ANYAHEAD(s) (AHEAD(s, 0) || AHEAD(s, 1) || AHEAD(s, 2) || AHEAD(s, 3) || AHEAD(s, 4) || AHEAD(s, 5))
#define INSIDE (IN(0) + IN(1) + IN(2) + IN(3) + IN(4) + IN(5))
#else
#define ANYAHEAD(s) (AHEAD(s, 0) || AHEAD(s, 1) || AHEAD(s, 2) || AHEAD(s, 3) || AHEAD(s, 4) || AHEAD(s, 5) || AHEAD(s, 6))
#define INSIDE (IN(0) + IN(1) + IN(2) + IN(3) + IN(4) + IN(5) + IN(6))
#endif

#define PROCESS(s) \
  :: d_step { at[s] == 0 -> next[s] = 1; at[s] = 1 } \
  :: d_step { at[s] == 1 -> level[s] = next[s]; at[s] = 2 } \
  :: d_step { at[s] == 2 -> last[next[s]] = 1 + s; at[s] = 3 } \
  :: d_step { at[s] == 3 -> \
       if \
       :: last[next[s]] == 1 + s && ANYAHEAD(s) \
       :: else -> \
            next[s] = next[s] + 1; \
            if \
            :: next[s] < N -> at[s] = 1 \
            :: else -> at[s] = 4; assert(INSIDE <= 1) \
            fi \
       fi } \
  :: d_step { at[s] == 4 -> level[s] = 1; at[s] = 0 }

active proctype system() {
  d_step { at[0] = 0 }
  do
  PROCESS(0) PROCESS(1)
#if N > 2
  PROCESS(2)
#endif
#if N > 3
  PROCESS(3)
#endif
#if N > 4
  PROCESS(4)
#endif
#if N > 5
  PROCESS(5)
#endif
#if N > 6
  PROCESS(6)
#endif
  od
}
