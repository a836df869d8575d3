"""The words of a list: what they ask for the numbers beside and below them.  Pure."""

import re
from enum import StrEnum
from functools import lru_cache
from unicodedata import category, normalize

from helpers.plans.spelling import plain_cell


class Asks(StrEnum):
    """What words of a list ask for."""

    RELEASE = "release"
    KEEP = "keep"
    #: A letter ends: what follows is the sender's own.
    CLOSES = "closes"
    #: Nothing for a number: a greeting, the name of a column, a gap.
    NOTHING = "nothing"
    #: Nobody can tell, so nothing below or beside them is taken.
    UNCLEAR = "unclear"


# The languages are English, German, French, Spanish, Italian, Portuguese and Dutch, without accents.
_KEEP = re.compile(
    r"\b(?:keep\w*|kept|retain\w*|stays?|remains?|exclud\w*|except\w*|besides|untouched|leave|ignore|skip|protect(?:ed)?"
    r"|behalt\w*|behalt|bleib\w*|au(?:ss|ß)er|ausgenommen|ausnahmen?|gard(?:er|ez|e)|conserv\w*|sauf|excepte|hormis"
    r"|manten\w*|mantien\w*|guarda\w*|excepto|exceto|salvo|menos|tranne|eccetto|ten(?:ere|iamo)|manter|houden|behoud\w*"
    r"|behalve|uitgezonderd|bis auf|(?:all|every\w*|any\w*) but)\b"
)
_RELEASE = (
    r"(?:releas\w*|cancel\w*|delet\w*|terminat\w*|disconnect\w*|remov\w*|drop|decommission\w*|deactivat\w*|discontinu\w*"
    r"|return|kundig\w*|gekundigt\w*|losch\w*|geloscht\w*|freigeb\w*|freigegeben\w*|abmeld\w*|abgemeldet\w*|abschalt\w*"
    r"|zuruckgeb\w*|stornier\w*|entfern\w*|resili\w*|supprim\w*|liber\w*|annul\w*|rendre|elimin\w*|baja|borrar|anular"
    r"|disdi\w*|cancell\w*|rilasci\w*|dismett\w*|desativ\w*|opzeg\w*|opgezegd|verwijder\w*|vrijge\w*)"
)
_NOT = (
    r"(?:not|never|cannot|without|\w+n['\u2019]?t|nicht|nie|niemals|kein\w*|keinesfalls|ohne|ne|pas|jamais|sans|nunca|sin|non"
    r"|mai|nao|niet|nooit|geen|zonder|no(?=\s+\w))"
)
_ASKS_RELEASE = re.compile(rf"\b{_RELEASE}\b")
_NEGATES = re.compile(rf"\b{_NOT}\b")
#: "Do not, under any circumstances, release": it asks to keep.
_NOT_RELEASE = re.compile(rf"\b{_NOT}\b(?:\W+\w+){{0,4}}?\W+{_RELEASE}\b")
_FORGET = re.compile(
    r"\b(?:forget|delay|hesitate|vergess\w*|vergiss|zoger\w*|oubli\w*|hesit\w*|olvid\w*|dimentic\w*|esque\w*|vergeet)\b"
)
_CLOSES = re.compile(
    r"(?:(?:kind|best|warm|many|with|all the)\s+)*(?:regards|wishes|sincerely|cheers|best|yours\b.*|thanks?\b.*"
    r"|sent from\b.*)|(?:mit |viele |beste |liebe |freundliche[nr]? |schone )*(?:gru(?:ss|ß)e?n?|danke?\b.*)|mfg|lg"
    r"|(?:bien )?cordialement|salutations\b.*|merci\b.*|(?:un )?(?:cordial )?saludos?|atentamente|gracias\b.*"
    r"|(?:cordiali |distinti )?saluti|grazie\b.*|atenciosamente|obrigad[oa]\b.*|(?:met )?(?:vriendelijke )?groet(?:en)?"
)
#: Words that say nothing of the numbers below them.
_EMPTY = {
    *(
        "hi",
        "hello",
        "hey",
        "dear",
        "all",
        "team",
        "everybody",
        "everyone",
        "please",
        "see",
        "find",
        "attached",
        "below",
    ),
    *("here", "is", "are", "the", "of", "our", "my", "your", "these", "this", "following", "list", "and", "as", "for"),
    *(
        "phone",
        "phones",
        "telephone",
        "number",
        "numbers",
        "twilio",
        "hallo",
        "liebe",
        "lieber",
        "guten",
        "tag",
        "bitte",
    ),
    *("liste", "die", "der", "das", "folgende", "folgenden", "nummer", "nummern", "telefonnummern", "rufnummern"),
    *("telefonliste", "hier", "bonjour", "voici", "la", "les", "des", "numeros", "numero", "liste", "hola", "lista"),
    *(
        "buenos",
        "dias",
        "de",
        "los",
        "telefonos",
        "ciao",
        "ecco",
        "numeri",
        "ola",
        "segue",
        "row",
        "rows",
        "zeilen",
        "goedemorgen",
        "nummers",
    ),
}
#: What people write where they have nothing to write.
_GAPS = re.compile(
    r"n/?[av]|n\.a\.|none|null|nil|nan|-+|\u2013|\u2014|\?+|#n/?a|#nv|unknown|tbd|tba|keine?|entfallt|aucun|ninguno"
)
_SUMS = re.compile(r"\s*(?:grand )?(?:total|sum|summe|gesamt|insgesamt|somme|suma|totale|totaal|subtotal)\b")
#: What is ticked or answered in a column that decides.
_MARKS = re.compile(r"y|yes|n|no|x|ok|true|false|ja|nein|j|oui|o|non|si|sim|nao|s|nee|done|[✓✔✗✘☐☑☒✅❌\u00d7]+")
_NO = re.compile(r"n|no|nein|non|nao|nee|false|0|[✗✘❌\u00d7]")
_DECIDES = re.compile(
    r"\b(?:action|aktion|decision|decide|entscheidung|status|state|statut|estado|stato|verdict|approv\w*|to ?do"
    r"|massnahme|accion|azione|acao|actie|in use|used|needed|required|benotigt|aktiv|active|required)\b"
)
_REMARKS = re.compile(
    r"\b(?:comment\w*|notes?|remarks?|bemerkung\w*|kommentar\w*|notiz\w*|hinweis\w*|anmerkung\w*|remarque\w*|commentaire\w*"
    r"|observacion\w*|comentario\w*|notas?|osservazion\w*|opmerking\w*|info)\b"
)


@lru_cache(maxsize=10_000)
def asks(text: str) -> Asks:
    """
    Tell what the words of a list ask for, for the numbers beside or below them.

    >>> [asks(text).value for text in ("Please cancel:", "Do NOT release:", "Everything except", "Ann", "Hi all,")]
    ['release', 'keep', 'keep', 'unclear', 'nothing']
    >>> [asks(text).value for text in ("nicht kündigen", "nicht mehr benötigt", "Keep these, cancel those", "n/a")]
    ['keep', 'unclear', 'unclear', 'nothing']
    """
    said = without_accents(text)
    if not any(map(str.isalpha, said)) or is_gap(text) or is_sum(text):
        return Asks.NOTHING
    keeps, releases, negates = (bool(words.search(said)) for words in (_KEEP, _ASKS_RELEASE, _NEGATES))
    excepts = re.search(r"\b(?:except\w*|all but|every\w* but|au(?:ss|ß)er|bis auf|sauf|salvo|tranne|menos)\b", said)
    forbidden = _NOT_RELEASE.search(said) and not _FORGET.search(said)
    if forbidden or excepts or (keeps and not releases and not negates):
        return Asks.KEEP
    if releases and not keeps and not negates:
        return Asks.RELEASE
    if not (releases or keeps or negates):
        if _CLOSES.fullmatch(said.strip(" ,.!")):
            return Asks.CLOSES
        if set(re.findall(r"[^\W\d_]+", said)) <= _EMPTY:
            return Asks.NOTHING
    return Asks.UNCLEAR


def forbids(label: str) -> bool:
    """
    Tell whether the words before a number say that it is not meant.

    >>> [label for label in ("not:", "except", "keep", "Hotline:", "No.") if forbids(label)]
    ['not:', 'except', 'keep']
    """
    return asks(label) is Asks.KEEP or bool(_NEGATES.search(without_accents(label)))


def is_gap(text: str) -> bool:
    """Tell whether a cell says that there is nothing to say."""
    return not text.strip() or bool(_GAPS.fullmatch(without_accents(text)))


def is_sum(text: str) -> bool:
    """Tell whether words introduce a sum."""
    return bool(_SUMS.match(without_accents(text)))


def is_mark(text: str) -> bool:
    """Tell whether a cell is a yes, a no or a tick."""
    return bool(_MARKS.fullmatch(without_accents(text).strip(" .!"))) or asks(text) in {Asks.RELEASE, Asks.KEEP}


def is_no(text: str) -> bool:
    """Tell whether a cell is a no."""
    return bool(_NO.fullmatch(without_accents(text).strip(" .!")))


def decides(name: str) -> bool:
    """Tell whether a column of this name decides about each of its rows."""
    said = without_accents(name)
    return bool(_DECIDES.search(said)) or said.endswith("?") or asks(said) in {Asks.RELEASE, Asks.KEEP}


def remarks(name: str) -> bool:
    """Tell whether a column of this name holds remarks."""
    return bool(_REMARKS.search(without_accents(name)))


def without_accents(text: str) -> str:
    """Write a text without case and accents."""
    return "".join(sign for sign in normalize("NFKD", plain_cell(text).casefold()) if category(sign) != "Mn")
