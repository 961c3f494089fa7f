"""What has moved between two looks at the registrations, in sentences."""

from collections.abc import Callable, Iterable, Mapping

from sms_desktop.domain import standings
from sms_desktop.domain.line import Line
from sms_desktop.domain.registration import Brand, Campaign, Known, News, SenderPool, Verification, identity
from sms_desktop.services.clock import now
from sms_desktop.store.registration import Record, Told


def between(
    before: Known, told: Mapping[str, Told], lines: Iterable[Line], name_of: Callable[[str], str]
) -> tuple[News, ...]:
    """Of what was known before and is in another state now; what is seen for the first time is no news. ``lines`` are
    ours, and ``name_of`` gives the name of an address.
    """
    ours = {line.sid: line.address for line in lines if line.sid}
    pools = {one.sid: one for one in (*(before.pools or ()), *_pools(told))}
    names = {sid: pool.name for sid, pool in pools.items()} | {sid: name_of(line) for sid, line in ours.items()}
    former: dict[str, Record] = {}
    for some in (before.brands, before.campaigns, before.verifications):
        former |= {identity(one): one for one in some or ()}
    found = []
    for name in ("brands", "campaigns", "verifications"):
        for one in told[name].records or ():
            then = former.get(identity(one))
            if then is not None and (stands := standings.of(one, now())).word != standings.of(then, now()).word:
                why = next((reason.what for reason in stands.reasons if reason.known), stands.sentence)
                line = next((ours[sid] for sid in _numbers(one, pools) if sid in ours), "")
                sentence = f"{_subject(one, names)}: {stands.word.lower()}. {why}"
                found.append(News(sentence, stands.tone, stands.step, line, identity(one)))
    return tuple(found)


def _pools(told: Mapping[str, Told]) -> list[SenderPool]:
    return [one for one in told["pools"].records or () if isinstance(one, SenderPool)]


def _numbers(one: Record, pools: Mapping[str, SenderPool]) -> tuple[str, ...]:
    """The SIDs of what it is for."""
    match one:
        case Campaign():
            return (*(pools[one.service].senders if one.service in pools else ()), one.service)
        case Verification():
            return (one.number_sid,)
    return ()


def _subject(one: Record, names: Mapping[str, str]) -> str:
    match one:
        case Brand(mock=True):
            return "Rehearsal of the brand"
        case Campaign():
            return f"Campaign of “{names.get(one.service, one.service)}”"
        case Verification():
            return f"Verification of {names.get(one.number_sid, 'a toll-free number')}"
    return "Brand"
