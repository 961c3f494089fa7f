"""What a campaign says of the texts that are sent: the form, and the rules that Twilio has for each field.

The lengths are those of Twilio's API for a campaign (UsAppToPerson).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from sms_desktop.domain import formrules as rule
from sms_desktop.domain.registration import Campaign

DESCRIPTION, FLOW, SAMPLE, ANSWER = (40, 4096), (40, 2048), (20, 1024), (20, 320)
"""Characters at least and at most: of the description, of how people agree, of an example, of each answer."""
SAMPLES = (2, 5)
KEYWORDS = 255
SOLE_PROPRIETOR = "SOLE_PROPRIETOR"
"""The use case that a sole proprietor's brand has, and no other."""


COSTS = (
    "Carriers charge once for looking at a campaign, and every month for having it. Twilio takes it from your "
    "balance; nothing comes back when it is rejected."
)
"""Said before a campaign is sent in."""


class Field(StrEnum):
    """By the names of ``CampaignForm``."""

    USECASE = "usecase"
    DESCRIPTION = "description"
    FLOW = "flow"
    SAMPLES = "samples"
    LINKS = "links"
    PHONES = "phones"
    OPT_IN_MESSAGE = "opt_in_message"
    OPT_OUT_MESSAGE = "opt_out_message"
    HELP_MESSAGE = "help_message"
    OPT_IN_KEYWORDS = "opt_in_keywords"
    OPT_OUT_KEYWORDS = "opt_out_keywords"
    HELP_KEYWORDS = "help_keywords"
    PRIVACY_URL = "privacy_url"
    TERMS_URL = "terms_url"


@dataclass(frozen=True, slots=True)
class CampaignForm:
    """As a person fills it in, white space and all. ``flow`` is how people agree to get texts; ``links`` and ``phones``
    tell whether such stand in the texts; messages and keywords may be empty: then Twilio's own answer.
    """

    usecase: str = ""
    description: str = ""
    flow: str = ""
    samples: tuple[str, ...] = ("", "")
    links: bool = False
    phones: bool = False
    opt_in_message: str = ""
    opt_out_message: str = ""
    help_message: str = ""
    opt_in_keywords: tuple[str, ...] = ()
    opt_out_keywords: tuple[str, ...] = ()
    help_keywords: tuple[str, ...] = ()
    subscriber_opt_in: bool = True
    age_gated: bool = False
    direct_lending: bool = False
    privacy_url: str = ""
    terms_url: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is the matter with a field. ``index`` is the example's, from 0, else None. ``stops``: Twilio would not take
    it; else it is advice, as carriers often reject it.
    """

    field: str
    sentence: str
    stops: bool = True
    index: int | None = None


def problems(form: CampaignForm, *, again: bool = False) -> tuple[Problem, ...]:
    """All that is to be said of it, field by field; cheap enough for each keystroke. ``again``: it is sent in anew, so
    that what cannot be changed any more is not asked for.
    """
    found: list[Problem] = []

    def say(field: Field, sentence: str, index: int | None = None) -> None:
        if sentence:
            found.append(Problem(field, sentence, index=index))

    if not again:
        say(Field.USECASE, "" if form.usecase.strip() else "Choose what the texts are for.")
    say(Field.DESCRIPTION, rule.length(form.description, *DESCRIPTION, "The description"))
    say(Field.FLOW, rule.length(form.flow, *FLOW, "How people agree"))
    given = [sample for sample in form.samples if sample.strip()]
    if len(given) < SAMPLES[0]:
        say(Field.SAMPLES, "Give at least two examples of texts that you send.")
    if len(form.samples) > SAMPLES[1]:
        say(Field.SAMPLES, "Give at most five examples.")
    for index, sample in enumerate(form.samples):
        say(Field.SAMPLES, rule.optional_length(sample, *SAMPLE, f"Example {index + 1}"), index)
    if not again:
        say(Field.OPT_IN_MESSAGE, rule.optional_length(form.opt_in_message, *ANSWER, "The answer to opting in"))
        say(Field.OPT_OUT_MESSAGE, rule.optional_length(form.opt_out_message, *ANSWER, "The answer to opting out"))
        say(Field.HELP_MESSAGE, rule.optional_length(form.help_message, *ANSWER, "The answer to HELP"))
        say(Field.OPT_IN_KEYWORDS, rule.keywords(form.opt_in_keywords, KEYWORDS, "Words to opt in"))
        say(Field.OPT_OUT_KEYWORDS, rule.keywords(form.opt_out_keywords, KEYWORDS, "Words to opt out"))
        say(Field.HELP_KEYWORDS, rule.keywords(form.help_keywords, KEYWORDS, "Words for help"))
        if form.opt_in_keywords and not form.opt_in_message.strip():
            say(Field.OPT_IN_MESSAGE, "Who opts in by a word must get an answer: write it.")
    say(Field.PRIVACY_URL, rule.url(form.privacy_url, "The privacy policy"))
    say(Field.TERMS_URL, rule.url(form.terms_url, "The terms"))
    return (*found, *_advice(form))


def complete(form: CampaignForm, *, again: bool = False) -> bool:
    """Whether Twilio would take it, as far as can be told here."""
    return not any(problem.stops for problem in problems(form, again=again))


def form_of(campaign: Campaign) -> CampaignForm:
    """What was sent in, to be put right."""
    return CampaignForm(**{name: getattr(campaign, name) for name in CampaignForm.__dataclass_fields__})


_LINK = re.compile(r"https?://|\bwww\.|\b[\w-]+\.(?:com|org|net|io|co|us|info|biz|shop|app)\b", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(?:\+?1[\s.-]?)?(?:\(\d{3}\)|\d{3})[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)")


def _advice(form: CampaignForm) -> list[Problem]:
    """What Twilio takes and carriers often reject."""
    found = []
    texts = " ".join(form.samples)
    if not texts.strip():
        return []
    if sentence := rule.shortened(texts):
        found.append(Problem(Field.SAMPLES, sentence, stops=False))
    if _LINK.search(texts) and not form.links:
        found.append(Problem(Field.LINKS, "An example holds a link: say that the texts hold links.", stops=False))
    if _PHONE.search(texts) and not form.phones:
        sentence = "An example holds a phone number: say that the texts hold phone numbers."
        found.append(Problem(Field.PHONES, sentence, stops=False))
    if not rule.says_stop(f"{texts} {form.opt_out_message}"):
        sentence = "Let one example say how to stop, such as “Reply STOP to unsubscribe”."
        found.append(Problem(Field.SAMPLES, sentence, stops=False))
    return found + _repeated(form.samples)


def _repeated(samples: tuple[str, ...]) -> list[Problem]:
    """Examples that say what one before them says."""
    found, firsts = [], dict[str, int]()
    for index, sample in enumerate(samples):
        words = " ".join(sample.split()).casefold()
        first = firsts.setdefault(words, index)
        if words and first != index:
            sentence = f"Example {index + 1} says the same as example {first + 1}: give another one."
            found.append(Problem(Field.SAMPLES, sentence, stops=False, index=index))
    return found
