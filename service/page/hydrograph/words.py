"""What the script says, in the reader's language."""

from service.language import Language
from service.language.words import FLAGS, MARKS


def words(language: Language) -> dict[str, str]:
    """The texts of the script by the names under which it asks for them; what stands in braces it puts in itself."""
    say = language.say
    return {
        "loading": say("Loading…"),
        "stale": say("Not renewed since {time}: the service does not answer."),
        "error": say("The readings of this span could not be fetched: {fault}"),
        "empty": say("Nothing is known of this span."),
        "reduced": say("Of {readings} readings, the lowest and the highest of each stretch of time are drawn."),
        "raw": say("Each of {readings} readings is drawn."),
        "chart": say(
            "Chart of readings. Arrow keys move along the readings, with Shift through time; plus and minus zoom, Home "
            "shows everything."
        ),
        "was": say("was {value}"),
        "many": say("and {count} more near it"),
        "history": say("What was said of this reading"),
        "last year": say("last year"),
        "norm": say("norm"),
        "band": say("10–90 % of years"),
        "amended": language.word(MARKS, "amended"),
        "estimated": language.word(MARKS, "estimated"),
        **{flag: language.word(FLAGS, flag) for flag in ("suspect", "bad", "missing")},
    }
