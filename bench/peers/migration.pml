/* The common migration model, for SPIN. C CPUs (2 or 3), V vectors of each (2 to 4), D devices (1 to 3); two-step.
 * Every step is one d_step of one process, so that states and transitions are those of the model. */
#ifndef C
#define C 2
#endif
#ifndef V
#define V 3
#endif
#ifndef D
#define D 2
#endif

/* pc: 0 idle, 1 allocated, 2 intermediate, 3 address, 4 final, 5 checked, 6 awaiting cleanup.
 * tab: 0 unused, 1 retriggered, 2 + d device d. Slot (c,v) stands at c*V + v. */
byte addr[D], data[D], curC[D], curV[D], newC[D], newV[D], pc[D];
bool want[D];
bool irr[C*V];
byte tab[C*V];

#define IN(d, c) (curC[d] == c && pc[d] >= 1 && pc[d] <= 4)
#if D == 1
#define CRIT(c) (IN(0, c))
#elif D == 2
#define CRIT(c) (IN(0, c) || IN(1, c))
#else
#define CRIT(c) (IN(0, c) || IN(1, c) || IN(2, c))
#endif

#define HELD(d, s) (irr[s] && tab[s] == 2 + d)
#define HELD2(d, s) (HELD(d, s) || HELD(d, s + 1))
#if C * V == 4
#define HELDANY(d) (HELD2(d, 0) || HELD2(d, 2))
#elif C * V == 6
#define HELDANY(d) (HELD2(d, 0) || HELD2(d, 2) || HELD2(d, 4))
#elif C * V == 8
#define HELDANY(d) (HELD2(d, 0) || HELD2(d, 2) || HELD2(d, 4) || HELD2(d, 6))
#elif C * V == 9
#define HELDANY(d) (HELD2(d, 0) || HELD2(d, 2) || HELD2(d, 4) || HELD2(d, 6) || HELD(d, 8))
#else
#define HELDANY(d) (HELD2(d, 0) || HELD2(d, 2) || HELD2(d, 4) || HELD2(d, 6) || HELD2(d, 8) || HELD2(d, 10))
#endif
#define SAFE(d) (!want[d] || HELDANY(d) || (pc[d] >= 2 && pc[d] <= 4 && irr[curC[d]*V + newV[d]]))
#if D == 1
#define NOLOST SAFE(0)
#elif D == 2
#define NOLOST (SAFE(0) && SAFE(1))
#else
#define NOLOST (SAFE(0) && SAFE(1) && SAFE(2))
#endif

#define RAISE(d) \
  :: d_step { !want[d] -> want[d] = true; irr[addr[d]*V + data[d]] = true; assert(NOLOST) }

#define HANDLE(c, v) \
  :: d_step { irr[(c)*V + v] && !CRIT(c) -> \
       irr[(c)*V + v] = false; \
       if \
       :: tab[(c)*V + v] >= 2 -> \
            want[tab[(c)*V + v] - 2] = false; \
            if \
            :: pc[tab[(c)*V + v] - 2] == 5 && newC[tab[(c)*V + v] - 2] == c && newV[tab[(c)*V + v] - 2] == v -> \
                 pc[tab[(c)*V + v] - 2] = 6 \
            :: else \
            fi \
       :: tab[(c)*V + v] == 1 -> tab[(c)*V + v] = 0 \
       :: else \
       fi; \
       assert(NOLOST) }

#define START(d, c, v) \
  :: d_step { pc[d] == 0 && curC[d] != c && tab[(c)*V + v] == 0 && !CRIT(curC[d]) -> \
       tab[(c)*V + v] = 2 + d; \
       if \
       :: tab[curC[d]*V + v] == 0 -> tab[curC[d]*V + v] = 1 \
       :: else \
       fi; \
       newC[d] = c; newV[d] = v; pc[d] = 1; \
       assert(NOLOST) }

#define MOVE(d) \
  :: d_step { pc[d] == 1 -> data[d] = newV[d]; pc[d] = 2; assert(NOLOST) } \
  :: d_step { pc[d] == 2 -> addr[d] = newC[d]; pc[d] = 3; assert(NOLOST) } \
  :: d_step { pc[d] == 3 -> data[d] = newV[d]; pc[d] = 4; assert(NOLOST) } \
  :: d_step { pc[d] == 4 -> \
       if \
       :: irr[curC[d]*V + newV[d]] -> irr[newC[d]*V + newV[d]] = true \
       :: else \
       fi; \
       pc[d] = 5; assert(NOLOST) } \
  :: d_step { pc[d] == 6 && !irr[curC[d]*V + curV[d]] -> \
       tab[curC[d]*V + curV[d]] = 0; \
       curC[d] = newC[d]; curV[d] = newV[d]; newC[d] = 0; newV[d] = 0; pc[d] = 0; \
       assert(NOLOST) }

#if V == 2
#define EACHV(M, c) M(c, 0) M(c, 1)
#define EACHVD(d, c) START(d, c, 0) START(d, c, 1)
#elif V == 3
#define EACHV(M, c) M(c, 0) M(c, 1) M(c, 2)
#define EACHVD(d, c) START(d, c, 0) START(d, c, 1) START(d, c, 2)
#else
#define EACHV(M, c) M(c, 0) M(c, 1) M(c, 2) M(c, 3)
#define EACHVD(d, c) START(d, c, 0) START(d, c, 1) START(d, c, 2) START(d, c, 3)
#endif
#if C == 2
#define EACHC(d) EACHVD(d, 0) EACHVD(d, 1)
#else
#define EACHC(d) EACHVD(d, 0) EACHVD(d, 1) EACHVD(d, 2)
#endif

active proctype system() {
  d_step {
    curC[0] = 0; curV[0] = 0; addr[0] = 0; data[0] = 0; tab[0] = 2;
#if D > 1
    curC[1] = 1; curV[1] = 0; addr[1] = 1; data[1] = 0; tab[V] = 3;
#endif
#if D > 2
    curC[2] = 2 % C; curV[2] = 2 / C; addr[2] = 2 % C; data[2] = 2 / C; tab[(2 % C)*V + 2 / C] = 4;
#endif
  }
  do
  RAISE(0) MOVE(0) EACHC(0)
#if D > 1
  RAISE(1) MOVE(1) EACHC(1)
#endif
#if D > 2
  RAISE(2) MOVE(2) EACHC(2)
#endif
  EACHV(HANDLE, 0)
  EACHV(HANDLE, 1)
#if C > 2
  EACHV(HANDLE, 2)
#endif
  od
}
