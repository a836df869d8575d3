"""The words that people read for a verdict; code and files keep the verdict itself.  Pure."""

from collections.abc import Mapping

from helpers.core.records import Verdict

#: "Not used" claims no more than the days beside it, so they always stand there: "Last 90 days".
VERDICTS: Mapping[Verdict, str] = {
    Verdict.QUIET: "Not used",
    Verdict.IN_USE: "In use",
    Verdict.UNKNOWN: "Unknown",
}
