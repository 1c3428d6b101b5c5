"""Judge an identity provider: does whoever joins, moves or leaves there arrive here?

A *provider* is played with by *modules*, one thing each: the provider changes something (:mod:`~.provider`), and the
receiver is looked at by HTTP (:mod:`~.view`) until what must hold does. What was seen is a *run* (:mod:`~.run`), which
:mod:`~.judge`, a function without I/O, judges together with the journal: the same evidence gives the same report.
Nothing here knows the receiver otherwise than by HTTP and by its journal's export.
"""
