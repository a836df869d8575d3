"""
The words of a list: what they ask for the numbers beside and below them.  Pure.

Only what is understood to its last word counts as "release" or as "keep"; everything else is unclear, and the operator
looks.  The languages are English, German, French, Spanish, Italian, Portuguese and Dutch, without accents.
"""

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


#: How words begin that people call a column of phone numbers by.
NUMBER_PARTS = (
    *("phone", "telef", "number", "numer", "nummer", "mobil", "movil", "msisdn", "puhelin", "nomor"),
    *("номер", "телефон", "電話", "电话", "番号", "号码", "전화"),
)
NUMBER_WORDS = {"tel", "tele", "cell", "celular", "did", "dids", "ddi", "ddis", "tn", "tns", "fon", "fono", "handy"}
_RELEASE = tuple(
    """
    releas cancel delet terminat disconnect remov decommission deactivat discontinu kundig gekundig losch gelosch
    freigeb freigegeb abmeld abgemeld abschalt zuruckgeb stornier entfern resili supprim liberer liberez liberar
    liberare annul elimin baja borrar anular disdi cancell rilasci dismett desativ opzeg opgezeg verwijder vrijge
    """.split()
)
_KEEP = set(
    """
    keep keeps keeping kept retain retains retained stay stays staying remain remains remaining untouched behalten
    behaltet behalt bleiben bleibt garder gardez garde conserver conservez conserve conservar mantener mantenga
    mantenere mantieni manter houden behouden
    """.split()
)
_EXCEPT = re.compile(
    r"\b(?:except\w*|exclud\w*|(?:all|every\w*|any\w*) but|ausser|ausgenommen|bis auf|sauf|hormis|excepto|exceto|salvo"
    r"|menos|tranne|eccetto|behalve|uitgezonderd)\b"
)
_NOT = set(
    """
    not never dont don't doesn't doesnt isn't can't cannot won't shouldn't mustn't nicht nie kein keine keinen
    keinesfalls ne pas non nao niet nooit geen no nunca
    """.split()
)
#: How words begin that say that a number is needed, or that something is still to come.
_NEEDS = tuple(
    """
    still need betrieb vorbehalt use using wait hold stop later pending activ important urgent yet reserv noch
    gebrauch benotig brauch wart wichtig doch aktiv encore utilis attend besoin actif uso usa aun todavia necesit
    esper ancora serv ainda precis nog nodig gebruik
    """.split()
)
#: Words that say nothing of the numbers beside them.
_PLAIN = set(
    """
    hi hello hey dear all team everybody everyone please kindly see find attached below here the of our my your
    these this those following list and as for to be you us a an in by it them asap thanks thank twilio row rows
    month end hallo liebe lieber guten tag bitte bitten wir um euch sie die der das diese dieser folgende folgenden
    hier sind zu und liste zeilen danke bonjour voici la le les ces des de suivants suivantes veuillez merci svp
    s'il vous plait hola lista buenos dias los las estos siguientes el por favor gracias ciao ecco i questi seguenti
    per grazie ola segue os estes seguintes obrigado goedemorgen graag deze volgende aub everything alles alle tout
    todo tutto tudo every january february march april may june july august september october november december
    januar februar marz juni juli oktober dezember do we tutti tutte todos todas tous toutes
    """.split()
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|hallo|liebe[rs]?|guten (?:tag|morgen)|sehr geehrte[rs]?|bonjour|hola|ciao|ola|beste)"
    r"(?: \w+){0,2}\s*(?:[,!]|$)"
)
_CLOSES = re.compile(
    r"(?:(?:kind|best|warm|many|with)\s+)*(?:regards|wishes|sincerely|cheers|best|yours|thanks?|thank you|thx|br)"
    r"|sent from|(?:mit |viele |beste |besten |vielen |liebe |freundliche[nr]? |schone )*(?:grusse?n?|danke?)|m[fv]g"
    r"|[lv]g|(?:bien )?cordialement|cdlt|salutations|merci|bien a vous|(?:un )?(?:cordial )?saludos?"
    r"|(?:muchas )?gracias|un abrazo|atentamente|(?:cordiali |distinti )?saluti|grazie|atenciosamente|att|obrigad[oa]"
    r"|(?:met )?(?:vriendelijke )?groet(?:en)?"
)
_AFTER_CLOSING = re.compile(r"\W*(?:\b\w+\W*){0,3}")
#: What people write where they have nothing to write.
_GAPS = re.compile(
    r"n/?[av]|n\.a\.|none|null|nil|nan|-+|\u2013|\u2014|\?+|#n/?a|#nv|unknown|tbd|tba|keine?|entfallt|aucun|ninguno"
)
_SUMS = re.compile(r"(?:grand )?(?:total|sum|summe|gesamt|insgesamt|somme|suma|totale|totaal|subtotal)\b[\W\d]*")
#: What is ticked or answered in a column that decides.
_YES = {"y", "yes", "x", "ok", "true", "ja", "j", "oui", "si", "sim", "s", "done", "1", *"\u2713\u2714\u2611\u2705"}
_NO = {"n", "no", "nein", "non", "nao", "nee", "false", "0"}
_DECIDES = tuple(
    """
    action aktion flag mark kennz decision decid entscheid status state statut estado stato verdict approv
    todo massnahme accion
    azione acao actie
    """.split()
)
_REMARKS = tuple(
    """
    comment note remark bemerk komment notiz hinweis anmerk remarque observac comentario nota osservaz opmerk info
    reason grund
    """.split()
)
_YEAR = re.compile(r"\b20\d\d\b")
#: The longest ending of a word.
_ENDING = 5
#: The most signs of a text that are read.
_MOST = 400


@lru_cache(maxsize=10_000)
def asks(text: str) -> Asks:
    """
    Tell what the words of a list ask for, for the numbers beside or below them.

    >>> [asks(text).value for text in ("Please cancel:", "Do NOT release:", "Everything except", "Ann", "Hi all,")]
    ['release', 'keep', 'keep', 'unclear', 'nothing']
    >>> [asks(text).value for text in ("nicht kündigen", "nicht mehr benötigt", "Keep these, cancel those", "n/a")]
    ['keep', 'unclear', 'unclear', 'nothing']
    >>> [asks(text).value for text in ("None of these should be released", "Best regards, Ann", "Should we cancel?")]
    ['unclear', 'closes', 'unclear']
    """
    said = without_accents(text).strip()
    if is_gap(text) or is_sum(text):
        return Asks.NOTHING
    words = _words(_GREETING.sub("", said, count=1) if not _raises_doubt(said) else said)
    if not words:
        return Asks.NOTHING
    closing = _CLOSES.match(said)
    if closing and not _raises_doubt(said) and _AFTER_CLOSING.fullmatch(said[closing.end() :]):
        return Asks.CLOSES
    excepts = _EXCEPT.search(said)
    if excepts:
        words = _words(_EXCEPT.sub("", said))
    rest = [word for word in words if not _is_plain(word)]
    # "To" alone is the name of a column, of whatever numbers.
    is_short = len(max(words, key=len, default="to")) < len("the") and not excepts
    if is_short or "?" in said or any(not (word in _NOT or word in _KEEP or _is_release(word)) for word in rest):
        return Asks.UNCLEAR
    asked = Asks.KEEP if excepts else _understand(rest)
    # "Release 1 of these": a number of them, or a day; a year is neither.
    return Asks.UNCLEAR if asked is Asks.RELEASE and any(map(str.isdigit, _YEAR.sub("", said))) else asked


def _understand(words: list[str]) -> Asks:
    """Tell what words ask for of which each is understood: a "not" is meant for the next one."""
    if not words:
        return Asks.NOTHING
    keeps = releases = negated = False
    for word in words:
        if word in _NOT:
            negated = True
            continue
        is_keep = (word in _KEEP) is not negated
        keeps, releases, negated = keeps or is_keep, releases or not is_keep, False
    if keeps and not releases:
        return Asks.KEEP
    if sum(map(_is_release, words)) > 1:
        # "Cancel the cancellation."
        return Asks.UNCLEAR
    # A "not" behind its verb, or "do not keep": people read that better.
    return Asks.RELEASE if releases and not keeps and not _NOT & set(words) else Asks.UNCLEAR


def raises_doubt(text: str) -> bool:
    """
    Tell whether something beside a number may say that it is needed, or that not this one is meant.

    >>> [text for text in ("Ann Lee", "not this one", "still used by Ann", "Hotline", "No.") if raises_doubt(text)]
    ['not this one', 'still used by Ann']
    """
    return _raises_doubt(without_accents(text))


@lru_cache(maxsize=10_000)
def _raises_doubt(said: str) -> bool:
    words = _words(said)
    return words != ["no"] and any(word in _NOT or word in _KEEP or word.startswith(_NEEDS) for word in words)


def forbids(label: str) -> bool:
    """
    Tell whether the words before a number say that it is not meant.

    >>> [label for label in ("not:", "except", "keep", "Hotline:", "No.", "Account:") if forbids(label)]
    ['not:', 'except', 'keep']
    """
    words = _words(without_accents(label))
    return asks(label) is Asks.KEEP or (len(words) == 1 and words != ["no"] and words[0] in _NOT)


def is_gap(text: str) -> bool:
    """Tell whether a cell says that there is nothing to say."""
    return not text.strip() or bool(_GAPS.fullmatch(without_accents(text)))


def is_sum(text: str) -> bool:
    """Tell whether words introduce a sum."""
    return bool(_SUMS.match(without_accents(text)))


def is_yes(text: str) -> bool:
    """Tell whether a cell is a yes or a tick."""
    return without_accents(text).strip(" .!") in _YES


def is_sign(text: str) -> bool:
    """Tell whether a cell has no letter and no digit, and is no gap: a thumb, a cross."""
    return bool(text.strip()) and not is_gap(text) and not any(map(str.isalnum, text))


def is_no(text: str) -> bool:
    """Tell whether a cell is a no."""
    return without_accents(text).strip(" .!") in _NO


def decides(name: str) -> bool:
    """Tell whether a column of this name decides about each of its rows."""
    words = _words(without_accents(name))
    is_deed = any(word in _KEEP or word in _NOT or _is_release(word) or word.startswith(_DECIDES) for word in words)
    return is_deed or name.rstrip().endswith("?") or words[:2] in (["in", "use"], ["to", "do"]) or "needed" in words


def remarks(name: str) -> bool:
    """Tell whether a column of this name holds remarks."""
    return any(word.startswith(_REMARKS) for word in _words(without_accents(name)))


def _is_release(word: str) -> bool:
    """Tell whether a word is one of releasing: "cancellation", and no "Kündigungsschutz"."""
    return any(word.startswith(stem) and len(word) - len(stem) <= _ENDING for stem in _RELEASE)


def _is_plain(word: str) -> bool:
    return len(word) == 1 or word in _PLAIN or word in NUMBER_WORDS or any(part in word for part in NUMBER_PARTS)


def _words(said: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?", said.replace("\u2019", "'"))


def without_accents(text: str) -> str:
    """Write a text without case and accents; of a long one, its beginning."""
    whole = normalize("NFKD", plain_cell(text[:_MOST]).casefold())
    return "".join(sign for sign in whole if category(sign) != "Mn")
