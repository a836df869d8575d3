"""
See what Twilio numbers you hold, and give the unneeded ones back safely.

``open_desk`` is all that is public.  It is imported when it is first used, so
that ``python3 -m helpers`` can start before anything is installed.

Each file imports only files below it in this list::

    opening         opens a desk: practice or live
    desk            what a notebook holds; wires everything below together
    panels          what the operator touches: choose, type back, press, read
    charts          the pictures, as HTML that needs nothing from anywhere
    money           sums of money, exact and by currency
    findings        what was found out of every number, as one table
    about           what such a table says of itself: facts, and words for people
    exports         a table as a file, for other programs to read
    tables          records to pandas: columns and types
    plan_runs       checks a plan and runs it, with all that takes
    planning        plans at a desk: made, kept, opened again, approved
    afresh          some numbers looked at anew from all sides
    report          what became of a plan, and until when it can be undone
    run             runs a plan: several at once, stopped and taken up again
    acts            the acts that a panel may order, with all they need
    judge           everything known of a number, put together for the decision
    recover         asks Twilio about an open journal entry and closes it
    move            hands a number over to another account of the company
    restore         takes a number back; the only file that buys one
    emergency       unregisters the emergency address that blocks a release
    release         gives a number back; the only file that deletes one
    once            look, note, send once: what every act has in common
    settle          what a look at Twilio proves about an open release
    session         who works with what: all that looks and acts need
    protection      what must never be released, and who said so
    journal         what is about to happen, on disk before it happens
    database        where the journal is kept: SQLite or PostgreSQL, durable
    inventory       all accounts and all their numbers, side by side
    ticked          what was ticked in the inventory, for the next notebooks
    plan_files      plans and approvals as files
    clearance       whether a plan may run: limits, approval, age, typed words
    plan_changes    what people may change in a plan
    plan            many numbers to release or move, as people can read it
    wanted          which numbers a list names: exact matches only
    due             what to look at, or take back, within a week
    story           a journal entry told step by step
    entries         a journal entry: one number's story, as its rows tell it
    states          the states of an entry, and which may follow which
    evidence        traffic and wiring of every number, remembered
    wiring          what numbers are connected to
    sweep           the traffic of a whole company, for few requests
    traffic         calls and messages of one number: when was it last used
    retention       how far back an account's messages are kept
    stretches       how long a log is thought to be, and how it is cut
    tally           what was heard on one number, folded from log records
    naming          by which sid and number a record names a number
    prices          what a number costs a month
    reach           who we are to Twilio, and what can be seen from there
    configuration   what of a number can be put back, and what differs
    sentences       the sentences for connections, reasons and evidence
    decision        evidence to verdict and blockers, as facts
    billing         on which day a number is next billed
    gateway         asks Twilio, returns records or one of errors
    asking          a request goes out, an answer is read; credentials stay in here
    pages           whether a list comes to its end
    answers         what an answer of Twilio's says: records, words, an error
    transport       time-outs, a deadline, a limit on size, one sending
    limiter         how many requests may be under way at once
    deadline        connections on which a whole answer has a deadline
    connect         practice or live, and with which credentials
    practice        the practice Twilio from outside: start it, steer it
    files           puts a file in the place of another, whole
    addresses       what may stand in the address of a request
    urls            web addresses as people may see them: no password, no key
    errors          what can go wrong, drawn as one tree
    advice          what to do now: for one number, and for a plan
    dates           times as Twilio writes them and as people read them
    records         the nouns
    connections     what a number is connected to, as facts
    reasons         why something is so: codes, and what belongs to them

Apart stand the command (``__main__``, ``_install``), JupyterLab's settings (``lab``)
and the practice Twilio itself (``simulator``), which know nothing of the rest.
"""

__all__ = ["open_desk"]
__version__ = "0.2.0"


def __getattr__(name: str) -> object:
    if name == "open_desk":
        from helpers.opening import open_desk  # late: nothing may be installed yet

        return open_desk
    raise AttributeError("module 'helpers' has no attribute " + repr(name))
