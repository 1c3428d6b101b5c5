/*
 * How one person reaches the receiver: marks, lease, sender, receiver. README.md explains it and names the -D switches.
 *
 * Not trusted: clocks, nodes, the network. A lease may be lost at any moment, a node may stop at any moment, for ever or
 * for a while, and a request that was begun may arrive at any time. Trusted: transactions, and that what was begun before
 * the grace has arrived when the grace is over, or never will.
 */
#ifndef CHANGES
#define CHANGES 2 /* of the person after the first, in Keycloak */
#endif
#ifndef FAULTS
#define FAULTS 2 /* lease lost, crash, request or answer late, lost or doubled: so many in one history */
#endif

#define ABSENT 0  /* a person is absent or has one of the values 1 and 2 */
#define UNKNOWN 0 /* of what the receiver has */
#define NO_ID 0
#define NOBODY 2 /* neither node 0 nor node 1 */

mtype:state = { NONE, CREATING, ACTIVE, GONE };
mtype:method = { NO_REQUEST, POST, PUT, DELETE };
mtype:answer = { NO_ANSWER, OK, NOT_FOUND, CONFLICT, PRECONDITION_FAILED, UNCLEAR };

/* ---- Keycloak's database ---- */

byte person = 1;
byte marks = 1; /* one bit each: the person is there, and nobody has told the receiver */
byte holder, fence = 1;
typedef Link {
  mtype:state state = NONE;
  byte id, version;
  byte pushed; /* what the receiver took last; UNKNOWN: in doubt */
  bool late    /* something may still arrive: to be looked at again when the grace is over */
};
Link link;

/* ---- The receiver: has the person once at most, gives no id twice, and a write that changes nothing no version ---- */

byte there, there_id, there_version;

/* ---- Requests under way ---- */

typedef Request {
  mtype:method method = NO_REQUEST;
  byte id, version, value;
  byte sender = NOBODY /* who waits for the answer */
};
Request wire[3];

/* ---- What a node has in memory during a pass ---- */

typedef Pass {
  byte term;               /* the fence under which it began; 0: no pass */
  byte read;               /* these marks */
  byte wanted;             /* the person as Keycloak has it */
  byte id, version, found; /* as the receiver told them */
  bool settled;            /* the grace was over: nothing of before can arrive any more */
  bool late;               /* what link.late is after a clear answer */
  bool sending;
  mtype:answer answer = NO_ANSWER;
};
Pass pass[2];

/* Numbers grow in the real thing. Here one that nobody remembers is given again, so that there are few states. */
#define USED_VERSION(n)                                                                                                \
  (link.version == n || wire[0].version == n || wire[1].version == n || wire[2].version == n ||                       \
   pass[0].version == n || pass[1].version == n || there_version == n)
#define USED_ID(n)                                                                                                     \
  (link.id == n || wire[0].id == n || wire[1].id == n || wire[2].id == n || pass[0].id == n || pass[1].id == n)
#define USED_FENCE(n) (pass[0].term == n || pass[1].term == n || fence == n)
#define USED_MARK(n) (((marks | pass[0].read | pass[1].read) & (1 << n)) != 0)

/* Of no importance between two steps. */
hidden byte new, at;
hidden mtype:answer reply;

byte changes, faults;

inline fault() {
  faults < FAULTS -> faults++
}

/* ---- What must hold ---- */

/* The connector believes that nothing is left to do. */
#define QUIET                                                                                                          \
  (marks == 0 && !link.late && (link.state == NONE || (link.state == ACTIVE && link.pushed != UNKNOWN)))

/* It is never wrong: no change is lost, nothing stale stays, nobody is left behind. */
inline check() {
  assert(!QUIET || (link.pushed == person && there == person))
}

/* ---- A node ---- */

#define me _pid
#define my pass[me]

#if defined NO_FENCE
#define FENCED
#elif defined HOLDER_WITHOUT_NUMBER
#define FENCED if :: holder != me -> goto idle :: else fi;
#else
#define FENCED if :: my.term != fence -> goto idle :: else fi;
#endif

inline hand_over(to) {
  holder = to;
  new = 1;
  do
  :: USED_FENCE(new) -> new++
  :: else -> break
  od;
  fence = new
}

/* Else there is work only when the grace is over. */
#define DUE (marks != 0 || link.state == CREATING || (link.state == ACTIVE && link.pushed == UNKNOWN))

#ifdef ENDLESS_PAUSE
#define PAUSE_OVER true
#else
#define PAUSE_OVER !pass[1 - me].sending
#endif

/* Nothing that was begun before can arrive any more. */
#define GRACE_OVER                                                                                                     \
  (wire[0].method == NO_REQUEST && wire[1].method == NO_REQUEST && wire[2].method == NO_REQUEST && PAUSE_OVER)

inline put_on(request, with) {
  request.method = with; request.id = my.id; request.version = my.version; request.value = my.wanted;
  request.sender = me
}

inline dispatch(with) {
  if
  :: wire[0].method == NO_REQUEST -> put_on(wire[0], with)
  :: wire[0].method != NO_REQUEST && wire[1].method == NO_REQUEST -> put_on(wire[1], with)
  :: wire[0].method != NO_REQUEST && wire[1].method != NO_REQUEST && wire[2].method == NO_REQUEST ->
    put_on(wire[2], with)
  fi
}

/* Whoever had already lost the lease does nothing by a crash that a lost request would not do. */
inline crash() {
  my.term == fence && faults < FAULTS -> fault();
  if :: wire[0].sender == me -> wire[0].sender = NOBODY :: else fi;
  if :: wire[1].sender == me -> wire[1].sender = NOBODY :: else fi;
  if :: wire[2].sender == me -> wire[2].sender = NOBODY :: else fi;
  if
  :: hand_over(1 - me)
  :: pass[1 - me].term != 0 -> hand_over(me) /* in a new life */
  fi
}

active [2] proctype Node() {
idle:
  atomic {
    my.term = 0; my.read = 0; my.wanted = ABSENT; my.id = NO_ID; my.version = 0; my.found = UNKNOWN;
    my.settled = false; my.late = false; my.sending = false; my.answer = NO_ANSWER
  }

end:
  atomic { holder == me && (DUE || (link.late && GRACE_OVER)) ->
    my.term = fence;
#ifdef PERSON_BEFORE_MARKS
    my.wanted = person
#else
    my.read = marks
#endif
  }

  /* First transaction, after the marks were read: the person, and the link is in doubt. */
  atomic {
    FENCED
#ifdef PERSON_BEFORE_MARKS
    my.read = marks;
#else
    my.wanted = person;
#endif
    if
    :: GRACE_OVER -> my.settled = true
    :: DUE || !GRACE_OVER
    fi;
    if
    :: (my.wanted == ABSENT && link.state == NONE) ||
       (my.wanted != ABSENT && link.pushed == my.wanted && !(link.late && my.settled)) ->
      marks = marks & ~my.read;
      check();
      goto idle
    :: else
    fi;
    my.sending = true;
    my.id = link.id; my.version = link.version;
    my.late = link.late && !my.settled;
    if /* Where a create may have been sent, and at the second look, the receiver is asked first. */
    :: (link.id == NO_ID && link.state != NONE) || (link.late && my.settled) -> my.answer = NOT_FOUND
    :: else
    fi;
    if
    :: link.id == NO_ID && my.wanted != ABSENT -> link.state = CREATING
    :: else
    fi;
#ifdef REMOVAL_NOT_IN_DOUBT
    if :: my.wanted == ABSENT -> goto doubted :: else fi;
#endif
    link.pushed = UNKNOWN;
    link.late = true;
doubted:
    if
    :: my.answer == NOT_FOUND -> goto answered
    :: else
    fi
  }

send:
  if
  :: atomic { crash(); goto idle }
  :: atomic {
      if
      :: my.wanted == ABSENT && my.id == NO_ID -> my.answer = OK
      :: my.wanted == ABSENT && my.id != NO_ID -> dispatch(DELETE)
      :: my.wanted != ABSENT && my.id == NO_ID -> dispatch(POST); my.settled = false /* a grace begins anew */
      :: my.wanted != ABSENT && my.id != NO_ID -> dispatch(PUT)
      fi
    }
  fi;

answered:
  if
  :: atomic { crash(); goto idle }
  /* Is it there, and in which version? */
  :: atomic { my.answer == NOT_FOUND || my.answer == CONFLICT || my.answer == PRECONDITION_FAILED ->
      my.id = there_id; my.version = there_version;
      if :: my.settled -> my.found = there :: else fi
    }
    /* Only then: is the lease still held, and who is the person now? */
    atomic {
#ifndef OLD_PERSON_WITH_NEW_VERSION
      FENCED
      my.wanted = person;
#endif
      if
      :: my.wanted != ABSENT && my.found == my.wanted -> my.answer = OK; my.found = UNKNOWN; goto answered
      :: else -> my.answer = NO_ANSWER; my.found = UNKNOWN; goto send
      fi
    }
  /* The recording transaction; without a clear answer the link stays in doubt. */
  :: atomic { my.answer == UNCLEAR ->
      FENCED
      link.pushed = UNKNOWN;
      link.late = true;
#ifdef OWN_TIMEOUT_TRUSTED
      if :: link.state == ACTIVE -> link.late = my.late :: else fi;
#endif
      marks = marks & ~my.read;
      goto idle
    }
  :: atomic { my.answer == OK ->
      FENCED
      if
      :: my.wanted != ABSENT ->
        link.state = ACTIVE; link.id = my.id; link.version = my.version; link.pushed = my.wanted;
#ifdef NO_SECOND_LOOK
        my.late = false;
#endif
        link.late = my.late
      :: my.wanted == ABSENT ->
#ifdef FORGET_CREATE
        my.settled = true;
#endif
        link.id = NO_ID; link.version = 0; link.late = !my.settled;
        if :: my.settled -> link.state = NONE :: else -> link.state = GONE fi
      fi;
      marks = marks & ~my.read;
      check();
      goto idle
    }
  fi
}

/* Nothing can happen any more: it does believe so. Each mark is consumed, each doubt is lifted. */
active proctype End() {
  timeout -> assert(QUIET)
}

/* ---- Any node changes the person and writes the mark, in one transaction ---- */

active proctype Administrator() {
end:
  do
  :: atomic {
      changes < CHANGES ->
      changes++;
      if
      :: person != ABSENT -> person = ABSENT
      :: person != 1 -> person = 1
      :: person != 2 -> person = 2
      fi;
      new = 0;
      do
      :: USED_MARK(new) -> new++
      :: else -> break
      od;
      marks = marks | (1 << new);
      check()
    }
  od
}

/* ---- The lease: lost at any time ---- */

#define IN_A_PASS (pass[0].term != 0 || pass[1].term != 0)

active proctype Lease() {
end:
  do
  :: atomic { IN_A_PASS && faults < FAULTS -> fault(); hand_over(1 - holder) } /* else the nodes are alike */
  od
}

/* ---- Between the nodes and the receiver ---- */

inline new_version() {
  new = 1;
  do
  :: USED_VERSION(new) -> new++
  :: else -> break
  od;
  there_version = new
}

inline receive(request) {
  if
#ifndef RECEIVER_TAKES_TWICE
  :: request.method == POST && there != ABSENT -> reply = CONFLICT
  :: request.method == POST && there == ABSENT ->
#else
  :: request.method == POST ->
#endif
    assert(there == ABSENT); /* nobody is there twice */
    new = 1;
    do
    :: USED_ID(new) -> new++
    :: else -> break
    od;
    there_id = new; there = request.value; reply = OK;
    new_version()
  :: request.method != POST && request.id != there_id -> reply = NOT_FOUND
#ifndef NO_IF_MATCH
  :: request.method != POST && request.id == there_id && request.version != there_version -> reply = PRECONDITION_FAILED
#endif
  :: else ->
    reply = OK;
    if
    :: request.method == DELETE -> there = ABSENT; there_id = NO_ID; there_version = 0
    :: request.method == PUT && request.value != there -> there = request.value; new_version()
    :: else
#ifdef EVERY_WRITE_MOVES_THE_VERSION
      -> new_version()
#endif
    fi
  fi;
  check()
}

inline answer_to(request) {
  if
  :: request.sender == NOBODY
  :: else ->
    pass[request.sender].answer = reply;
    if
    :: reply == OK -> pass[request.sender].id = there_id; pass[request.sender].version = there_version
    :: else
    fi;
    request.sender = NOBODY
  fi
}

/* The sender waits for it no longer. */
inline give_up(request) {
  if
  :: request.sender == NOBODY
  :: else -> pass[request.sender].answer = UNCLEAR; request.sender = NOBODY
  fi
}

inline forget(request) {
  request.method = NO_REQUEST; request.id = NO_ID; request.version = 0; request.value = ABSENT
}

inline travel(request) {
  if
  :: receive(request); answer_to(request); forget(request)
  :: fault(); receive(request); answer_to(request) /* arrives, is answered, and will arrive again */
  :: fault(); receive(request)                     /* arrives, and will be answered when it arrives again */
  :: fault(); give_up(request); forget(request)    /* lost */
  :: request.sender != NOBODY && faults < FAULTS -> fault(); give_up(request) /* late, or its answer late or lost */
  fi
}

active proctype Network() {
end:
  do
  :: atomic {
      if
      :: wire[0].method != NO_REQUEST -> at = 0
      :: wire[1].method != NO_REQUEST -> at = 1
      :: wire[2].method != NO_REQUEST -> at = 2
      fi;
      travel(wire[at])
    }
  od
}
