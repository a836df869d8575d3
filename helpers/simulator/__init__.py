"""
A practice Twilio: a company's accounts and numbers, with which nothing can be lost.

It speaks Twilio's HTTP on 127.0.0.1, so that Twilio's own library, and any other
client, can be aimed at it.  It remembers: what is released is gone, what is bought is
there.  Its clock can be moved, and failures can be ordered (``Fault``).

    with serve(world="acme") as simulator:
        client = twilio.rest.Client(simulator.account_sid, simulator.auth_token)
        client.api.base_url = simulator.url

or, as a process of its own, ``python3 -m helpers.simulator``.

Where it ends.  It has accounts, incoming phone numbers, the lists of calls
and messages, usage records, applications, addresses, verified caller ids, SIP domains and
the numbers for sale and their prices; and, on hosts of their own and only for the account that has them,
messaging services with their campaigns, toll-free verifications, WhatsApp senders, Proxy
services with their pools, regulatory bundles, orders to host numbers, trunks, trust
products and customer profiles, conversation addresses, routes, what Monitor tells of
numbers and accounts, and API keys.  All as JSON.  Of all but numbers, accounts and keys
it has the lists and each thing in them, to look at.  It does not have:

- anything else of Twilio's: no RCS senders, short codes, flows, and of Proxy no
  sessions.  Identities cannot be listed; a number can name those that are there.
- usage by day or month; WhatsApp in usage; usage that lags behind.
- calls or messages that happen while it runs: traffic is as told when the world began; a
  generated world has as much of it as its name says, spread evenly over ninety days.
- calls and messages that get too old: also those of more than thirteen months ago are
  listed, except by an account that was told to keep its messages for fewer days.
- the magic numbers of test credentials: those are refused everything here (20008).
- XML or CSV, compression, TLS, webhooks.

What nobody could verify, and how it is here:

- with which code Twilio refuses to release a number that has an emergency address
  (here 400 and a stand-in, 21631, which can be set), and how long unregistering takes
  (here two fetches);
- whether a released number can be bought back by API inside the ten days.  Users
  report 21422; here it works unless told otherwise, so try both (``rebuy``);
- whether a purchase of a number that the account has already is still answered 201 and
  changes the number, as a user reported in 2019 (here it does);
- what is empty of a call that nobody answered (here its end, its length and its price), and
  whether a filter by the day of sending finds a message that waits (here it does not);
- whether ten days are ten times 24 hours (here they are), and that a bought-back number
  has a new sid and nothing configured;
- with which codes changes of an account are refused (here 20001, and 20005 for a closed
  one), and what becomes of a closed account's numbers (here nobody can have them back);
- what a suspended account's own credentials get (here 403, 20005), and a subaccount's
  key elsewhere (here 401, 20003);
- how a call over a SIP trunk is written: here as programs that read real logs expect it, with a SIP
  address as its end where it came in, so that no filter finds it by its number;
- whether a PageSize over the largest is refused (here 20007) or trimmed, and the codes of
  most bad values in a form (here 20001), and of a trunk, an address, a bundle or an
  identity that the account does not have (``resources/number_form.py``);
- what an account is answered that does not use Proxy, or WhatsApp, at all (here an empty
  list, as in Twilio's OpenAPI documents), and whether a pool changes the addresses that
  are written on its numbers (here it does not);
- which permissions there are for what has none here, and whether a restricted key sees
  subaccounts in the list of accounts (here it does not);
- in which account Monitor records what the main account does to a subaccount's number, and
  as whose doing (here in the number's account, as the main account's);
- whether looking at numbers in another region is refused, as releasing them is (here
  both are, with 22402);
- whether a moved number's address must exist in the new account (here it need not);
- what the main account's token gets for a subaccount's things on other hosts (here 401,
  20003), and whether a toll-free verification or a WhatsApp sender goes with its number
  (here both do);
- in which order Twilio lists numbers (here by age of the record) and calls (newest first).
"""

from typing import TYPE_CHECKING

from helpers.simulator.server.faults import Fault

if TYPE_CHECKING:
    from helpers.simulator.server.inprocess import RunningSimulator, serve

__all__ = ["Fault", "RunningSimulator", "serve"]


def __getattr__(name: str) -> object:
    if name in {"RunningSimulator", "serve"}:
        from helpers.simulator.server import inprocess  # late: as a command it has to say what is not installed

        return getattr(inprocess, name)
    raise AttributeError("module 'helpers.simulator' has no attribute " + repr(name))
