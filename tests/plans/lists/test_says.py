"""What a list says besides its numbers decides what is taken of it, what is looked at, and what stays."""

import pytest

from helpers.core.errors import ListUnreadable
from tests.plans.lists.company import OURS
from tests.plans.lists.test_lists import letters, read

#: What the list says -> the numbers taken and offered; each other number of it stays.
SAYS = {
    # A number that another line says stays
    "Cancel all but B:\n@A\n@B\n@C\n": ("", ""),
    "@A\n@B\n@C\nexcept @B\n": ("AC", ""),
    "@A\n@B\nkeep: @B": ("A", ""),
    "@A\n@B\nRegards\nBob\n@B": ("A", ""),
    "@A\n@B\n@C\nKeep:\n@B\n": ("", "AC"),
    "@A\n@B\n@C\nActually @B is still used.": ("", "ABC"),
    "Cancel these, but we still need @B:\n@A\n@B\n@C": ("", "BAC"),
    # A column that decides
    "Number,Keep?\n@A,yes\n@B,yes\n": ("", "AB"),
    "Number,Do not release\n@A,x\n": ("", "A"),
    "Phone,in_use\n@A,true\n": ("", "A"),
    "Phone,Action\n@A,port\n@B,port\n": ("", "AB"),
    "Phone,Delete\n@A,never\n@B,never\n": ("", "AB"),
    "Phone,OK?\n@A,not ok\n": ("", "A"),
    "Phone,Cancel\n@A,x\n@B,x\n": ("AB", ""),
    # One letter
    "@A,K\n@B,R\n": ("", "AB"),
    "Phone,Flag\n@A,K\n@B,R\n": ("", "AB"),
    "Phone,What\n@A,K\n@B,R\n@C,K\n": ("", "ABC"),
    "Phone,Who\n@A,J\n@B,R\n": ("AB", ""),
    "@A,留\n@B,删\n": ("", "AB"),
    "@A,b\n@B,\n": ("", "AB"),
    "R\n@A\nK\n@B\n": ("", "AB"),
    "@A\nX\n@B\n": ("", "AB"),
    # A sentence
    "Hi, these are ours, all in use\n@A\n@B": ("", "AB"),
    "Hi Bob, these are still active:\n@A\n": ("", "A"),
    "Hi; we still use these\n@A\n@B": ("", "AB"),
    "@A\n@B\n\nSorry, forget it, we need them": ("", "AB"),
    "Number,Name\n@A,Ann\nstill needs his,Bob\n@B,Cy\n": ("", "AB"),
    # Words of releasing that are more than that
    "None of these should be released\n@A": ("", "A"),
    "Nothing to release\n@A": ("", "A"),
    "Stop the release of\n@A": ("", "A"),
    "cancel all others\n@A": ("", "A"),
    "Nur die erste kündigen\n@A\n@B": ("", "AB"),
    "Should we release these?\n@A": ("", "A"),
    "Only the first one please.\n> Shall we release these?\n> @A\n> @B": ("", "AB"),
    "The rest can be cancelled\n@A": ("", "A"),
    "Cancelled last week, please buy again:\n@A": ("", "A"),
    # The name of the column
    "Important\n@A": ("", "A"),
    "Emergency phone\n@A": ("", "A"),
    "Números activos\n@A": ("", "A"),
    # Words beside a number
    "@A\n@B, not this one\n@C": ("", "ABC"),
    "@A\n@B; in use\n": ("", "AB"),
    "Number,Name\n@A,Ann\n@B,Bob - still needed\n": ("A", "B"),
    "Number,Reason\n@A,left\n@B,still used by Ann\n": ("", "AB"),
    "Number,X\n@A,👍\n@B,👎\n": ("", "AB"),
    "Number,Was tun\n@A,behalten\n@B,weg\n": ("B", "A"),
    # The end of a letter, and ranges
    "@A\n@B\nRegards, Bob\n@C": ("AB", ""),
    "@A\n@B\nCordialement, Paul Dupont\n@C": ("AB", ""),
    "@A\n@B\n--\n@C": ("AB", ""),
    "@A\n@B\nThanks\nBob\nPS: not the second one": ("", "AB"),
    "@A\n@B\nTel @C": ("AB", "C"),
    "@A\n@B\nMfG Peter\n@C": ("AB", ""),
    "@A\n-\n@C": ("", "AC"),
    "@A\n...\n@C": ("", "AC"),
    "Number,Name,PLEASE DO NOT RELEASE YET\n@A,x y,\n": ("", "A"),
    "Please, under no circumstances,\nrelease:\n@A": ("", "A"),
    # Labels
    "Nein: @A\nJa: @B": ("", "AB"),
    "wait @A\n@B": ("", "AB"),
    # Plain words that look like a no
    "Hi, I want these released\n@A": ("", "A"),
    "Our client asked to cancel:\n@A": ("", "A"),
    "Urgent: please cancel\n@A": ("", "A"),
    "Account: @A": ("", "A"),
    "@A\n@B\n\nCordialement\nPaul\n@C": ("AB", ""),
    "@A\nSent from my iPhone": ("A", ""),
    # A no that means a yes
    "we don't use these numbers. Please release them.\n@A": ("", "A"),
    "Not needed any more, please release\n@A": ("", "A"),
    "Bitte zum 31. Mai kündigen\n@A": ("", "A"),
    "Why not release these?\n@A": ("", "A"),
    "Kein Bedarf mehr, bitte löschen\n@A": ("", "A"),
    # Thanks
    "Thanks Bob!\n@A\n@B": ("AB", ""),
    "Merci\n@A": ("A", ""),
    "@A\nThanks\nBob\nAnd these:\n@B": ("A", ""),
    # More than one number in a row
    "@A, -01, -02\n@B, ...03": ("AB", ""),
    'Number,Name\n@A,"Bob, also @C"\n@B,Ann\n': ("", "AB"),
    "@A\t\n@B\tNO\n@C\t\n": ("", "ABC"),
    # Numbers among words
    "@A - Ann\n@B - Bob": ("", "AB"),
    "Ann - @A": ("", "A"),
    "@A (Ann)": ("", "A"),
    "Hi, please release @A. Thanks": ("", "A"),
    "-@A\n-@B": ("", "AB"),
    "1 @A\n2 @B": ("", "AB"),
    "No. 1: @A": ("", "A"),
    "#1 @A": ("", "A"),
    "[x] @A": ("", "A"),
    "✅ @A": ("", "A"),
    "☑ @A\n☐ @B": ("", "AB"),
    "Phone          Name\n@A   Ann\n": ("", "A"),
    # Lists of programs
    '[{"phone_number":"@A","name":"Ann"},{"phone_number":"@B","name":"B"}]': ("AB", ""),
    '{"phone":"@A"}\n{"phone":"@B"}\n': ("AB", ""),
    # Signatures and lines that are parted
    "Please release:\n@A\n@B\n\nRegards\nAnn\nDirect: @C | Mobile: @D": ("AB", ""),
    "Please cancel:\n@A\n\nBest\nAnn\nOffice:\t@C": ("A", ""),
    "CANCEL: @A, @B\nKEEP: @C": ("", ""),
    # Plain lists
    "Hi Bob,\n@A\n": ("A", ""),
    "Hi Bob, please cancel these numbers:\n@A\n@B\nVielen Dank": ("AB", ""),
    "@A\n@B\nMuchas gracias": ("AB", ""),
    "Phone,Used by\n@A,Ann\n@B,Bob\n": ("", "AB"),
    "Phone,Status,Action\n@A,old,cancel\n@B,new,KEEP\n": ("", "A"),
    "Phone,In Betrieb\n@A,\n@B,\n": ("", "AB"),
    "Phone,Keep until\n@A,2027-01-31\n@B,2027-01-31\n": ("", "AB"),
    "Phone,Last used\n@A,2024-01-01\n@B,2023-01-01\n": ("AB", ""),
    "Phone,City\n@A,Birmingham\n@B,Mobile\n": ("AB", ""),
    "Phone Number,Friendly Name,Owner,Monthly\n@A,Sales line,Ann Lee,1.15\n@B,Fax,Bob,1.15\n": ("AB", ""),
    "Dear all,\n\nplease release the following numbers by end of May:\n\n@A\n@B\n\nBest regards,\nAnn Lee\nSales": (
        "AB",
        "",
    ),
    "Bitte folgende Rufnummern kündigen:\n@A\nDanke": ("A", ""),
    "Bonjour,\nveuillez résilier les numéros suivants :\n@A\nCordialement": ("A", ""),
    # Words with signs around them, doubts elsewhere in the list, and words that are only parts of others
    "**KEEP**\n@A": ("", ""),
    "[KEEP]\n@A": ("", ""),
    "DO_NOT_RELEASE\n@A": ("", ""),
    "@A\n\u201ekeep\u201c\n@B": ("", "A"),
    "@A\n#keep\n@B": ("", "A"),
    "\U0001f6d1\n@A": ("", "A"),
    "@A\n@B\nother than @B": ("A", "B"),
    "@A\n@B\n@B: ask Ann first": ("A", "B"),
    "Phone,Name\n@A,Ann\n@B,Bob\n@B,Bob - still needed\n": ("A", "B"),
    "@A\n@B\n~~@B~~": ("A", "B"),
    "@A\n@B\n@C\nkeep: @B, @C": ("", "A"),
    "@A\n@B\nplease do not cancel 2055550101": ("", "A"),
    "cancel the cancellation of\n@A": ("", "A"),
    "K\u00fcndigungsschutz:\n@A": ("", "A"),
    "Liberia:\n@A": ("", "A"),
    "Number,Cancel\n@A,\u274c\n@B,\u2705\n": ("", "AB"),
    "Number,Cancel\n@A,\u2705\n@B,\u2705\n": ("AB", ""),
    "can we release these\n@A": ("", "A"),
    "Please release 1 of these:\n@A\n@B": ("", "AB"),
    "Phone,Note\n@A,still in use": ("", "A"),
    "@A;not this\n@B;not this": ("", "AB"),
    "Phone,Reserved\n@A,Ann\n@B,\n": ("", "AB"),
    "Phone,Keep numbers below\n@A,\n@B,\n": ("", "AB"),
    '[{"phone":"@A","meta":{"keep":true}},{"phone":"@B","meta":{"keep":true}}]': ("", "AB"),
}


REFUSED = [
    '{"numbers":["@A","@B"],"page":1}',
    '{"keep":["@B"]}',
    "Do not release @A, @B, @C",
    "Cancel: @A; Keep: @B; @C",
    "[" * 100_000,
    "@A - @C",
    "@A and @B",
]


def filled(said):
    for letter in "ABCD":
        said = said.replace(f"@{letter}", OURS[letter].phone_number)
    return said


@pytest.mark.parametrize("said", SAYS)
def test_a_number_is_taken_only_of_a_list_that_says_nothing_else(said):
    """What is unclear is offered; what stays is in neither, wherever else the list names it."""
    found = read(filled(said))

    assert (letters(found.taken), letters(found.offered)) == SAYS[said]


@pytest.mark.parametrize("said", REFUSED)
def test_a_range_and_a_pair_in_one_line_are_no_list(said):
    """Nobody knows whether those between are meant."""
    with pytest.raises(ListUnreadable):
        read(filled(said))
