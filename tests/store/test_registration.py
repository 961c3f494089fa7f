"""What Twilio told of registrations is kept list by list; forms that were sent in are never forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from sms_desktop.domain.brand import BrandForm, BrandKind
from sms_desktop.domain.campaign import CampaignForm
from sms_desktop.domain.events import RegistrationsChanged
from sms_desktop.domain.registration import (
    UNSEEN,
    Brand,
    Campaign,
    Kind,
    News,
    SenderPool,
    Tone,
    Verification,
    identity,
)
from sms_desktop.domain.rejections import reason_of
from sms_desktop.services.registrationnews import between
from sms_desktop.store import registration
from sms_desktop.store import registrationforms as forms
from sms_desktop.store.registration import Told
from sms_desktop.store.registrationforms import Sent
from sms_desktop.store.schema import EPOCH
from sms_desktop.store.schema import registration_forms as forms_table
from sms_desktop.store.schema import registration_lists as table
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx
from tests.domain.test_forms import FREE, GOOD, PROFILE
from tests.store.recorder import Recorder

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
BRAND = Brand("BN1", "FAILED", reasons=(reason_of(30799, Kind.BRAND),), created=AT, updated=LATER, score=60)
POOL = SenderPool("MG1", "Shop texts", ("PN1", "SC1"), registered=True, defers=False, inbound_url="https://x.example")
CAMPAIGN = Campaign("QE1", "MG1", "BN1", "VERIFIED", samples=("one", "two"), help_keywords=("HELP",), links=True)
VERIFICATION = Verification(
    "HH1", "PN2", "TWILIO_REJECTED", True, LATER, details={"summary": "Grüße 🪑", "categories": ("MARKETING", "EVENTS")}
)
FORM = BrandForm(PROFILE, PROFILE, BrandKind.SOLE_PROPRIETOR)


def told(**changed: Told) -> dict[str, Told]:
    return {
        "brands": Told((BRAND,)), "pools": Told((POOL,)), "campaigns": Told((CAMPAIGN,)),
        "verifications": Told((VERIFICATION,)),
    } | changed  # fmt: skip


def test_all_comes_back_as_it_was_told(tx: Tx) -> None:
    assert registration.read(tx.db) is UNSEEN
    news = (News("Brand: rejected.", Tone.BAD),)
    known = registration.save(tx, told(), AT, news)
    assert known == registration.read(tx.db)
    assert (known.at, known.brands, known.pools) == (AT, (BRAND,), (POOL,))
    assert (known.campaigns, known.verifications, known.troubles) == ((CAMPAIGN,), (VERIFICATION,), ())
    assert tx.noted == [RegistrationsChanged(known, news)]


def test_a_list_that_could_not_be_read_stays_as_old_as_it_is(tx: Tx) -> None:
    registration.save(tx, told(), AT)
    known = registration.save(tx, told(brands=Told(None, "Twilio has a problem.", kept=True), pools=Told(())), LATER)
    assert (known.at, known.brands, known.pools) == (AT, (BRAND,), ())
    assert known.troubles == ("Twilio has a problem.",)
    assert registration.save(tx, told(), LATER).troubles == ()


def test_a_list_that_may_not_be_seen_is_known_no_more(tx: Tx) -> None:
    registration.save(tx, told(), AT)
    known = registration.save(tx, told(brands=Told(None, "Not for you.")), LATER)
    assert (known.at, known.brands, known.troubles) == (LATER, None, ("Not for you.",))


def test_what_was_made_just_now_takes_its_place(tx: Tx) -> None:
    registration.save(tx, told(), AT)
    known = registration.add(tx, "brands", replace(BRAND, status="PENDING"))
    known = registration.add(tx, "brands", replace(BRAND, sid="BN2"))
    assert known.brands is not None and known.at == AT
    assert [(one.sid, one.status) for one in known.brands] == [("BN1", "PENDING"), ("BN2", "FAILED")]


def test_before_the_first_look_one_of_them_is_not_the_whole_list(tx: Tx) -> None:
    assert registration.add(tx, "brands", BRAND) is UNSEEN


@pytest.mark.parametrize(
    "body", ["{", "[1]", '{"sid": 1}', '[{"sid": "BN1"}]', '[{"sid": "BN1", "status": "X", "created": 1}]']
)
def test_what_cannot_be_read_counts_as_not_told(tx: Tx, body: str) -> None:
    registration.save(tx, told(), AT)
    tx.db.execute(update(table).where(table.c.name == "brands").values(body=body))
    known = registration.read(tx.db)
    assert known.brands is None and known.pools == (POOL,)


def test_what_a_newer_program_has_written_beside_is_overlooked(tx: Tx) -> None:
    registration.save(tx, told(), AT)
    body = '[{"sid": "BN7", "status": "APPROVED", "colour": "red"}]'
    tx.db.execute(update(table).where(table.c.name == "brands").values(body=body))
    tx.db.execute(insert(table).values(name="short_codes", body="[]", trouble="", at=AT))
    assert registration.read(tx.db).brands == (Brand("BN7", "APPROVED"),)


@pytest.mark.parametrize(("kind", "form"), [(Kind.BRAND, FORM), (Kind.CAMPAIGN, GOOD), (Kind.VERIFICATION, FREE)])
def test_a_form_is_kept_sent_and_given_up(tx: Tx, kind: Kind, form: forms.Form) -> None:
    assert forms.get(tx.db, kind, "k") is None
    forms.put(tx, kind, "k", form, AT)
    assert forms.get(tx.db, kind, "k") == form and forms.sent(tx.db) == ()
    forms.send(tx, kind, "k", form, LATER)
    assert forms.sent(tx.db) == (Sent(kind, "k", form, LATER),)
    forms.put(tx, kind, "k", type(form)(), LATER)  # what is typed meanwhile is not what is looked for
    assert forms.sent(tx.db) == (Sent(kind, "k", form, LATER),)
    forms.give_up(tx, kind, "k")
    assert forms.sent(tx.db) == () and forms.get(tx.db, kind, "k") == form
    forms.drop(tx, kind, "k")
    assert forms.get(tx.db, kind, "k") is None


def test_a_form_that_cannot_be_read_is_none(tx: Tx) -> None:
    forms.send(tx, Kind.BRAND, "", FORM, AT)
    tx.db.execute(update(forms_table).values(form='{"kind": "SOMETHING_NEW"}'))
    assert forms.get(tx.db, Kind.BRAND, "") is None and forms.sent(tx.db) == ()


def test_a_form_of_a_kind_that_only_a_newer_program_knows_is_overlooked(tx: Tx) -> None:
    forms.send(tx, Kind.BRAND, "", FORM, AT)
    tx.db.execute(insert(forms_table).values(kind="vetting", key="", form="{}", at=AT, sent_at=AT))
    assert [one.kind for one in forms.sent(tx.db)] == [Kind.BRAND]


def row(**changed: Any) -> dict[str, Any]:
    return {"name": "brands", "body": "[]", "trouble": "", "at": micros(LATER)} | changed


def micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def test_of_two_copies_the_newer_word_counts(tx: Tx) -> None:
    registration.save(tx, told(), AT + timedelta(minutes=30))
    registration.bring(tx, [row(at=micros(AT))])
    assert registration.read(tx.db).brands == (BRAND,)
    registration.bring(tx, [row()])
    assert registration.read(tx.db).brands == ()


def test_what_either_copy_has_sent_in_was_sent_in(tx: Tx) -> None:
    forms.put(tx, Kind.CAMPAIGN, "MG1", GOOD, LATER)
    forms.send(tx, Kind.BRAND, "", FORM, LATER)
    theirs = {"form": "{}", "at": micros(AT)}
    forms.bring(
        tx,
        [
            {"kind": "campaign", "key": "MG1", **theirs, "sent_at": micros(AT)},
            {"kind": "brand", "key": "", **theirs, "sent_at": None},
            {"kind": "campaign", "key": "MG2", **theirs},
        ],
    )
    sent = CampaignForm()  # that it was sent in counts more than that another was written later
    assert forms.sent(tx.db) == (Sent(Kind.CAMPAIGN, "MG1", sent, AT), Sent(Kind.BRAND, "", FORM, LATER))
    assert set(tx.db.execute(select(forms_table.c.key)).scalars()) == {"MG1", "MG2", ""}


async def test_it_is_told_after_the_commit(store: Store, recorder: Recorder) -> None:
    known = await store.do(lambda tx: registration.save(tx, told(), AT))
    assert [event for event in recorder.events if isinstance(event, RegistrationsChanged)] == [
        RegistrationsChanged(known)
    ]


async def test_it_is_there_after_the_program_ended(tmp_path: Path) -> None:
    first = Store(tmp_path, lambda events: None)
    await first.open()
    known = await first.do(lambda tx: registration.save(tx, told(), AT))
    await first.close()
    again = Store(tmp_path, lambda events: None)
    await again.open()
    assert await again.read(registration.read) == known
    await again.close()


async def test_campaigns_are_told_apart_by_their_service_too(store: Store) -> None:
    """All campaigns of all accounts may have the same SID."""
    other = replace(CAMPAIGN, service="MG2", status="IN_PROGRESS")
    await store.do(lambda tx: registration.save(tx, told(campaigns=Told((CAMPAIGN,))), AT))
    known = await store.do(lambda tx: registration.add(tx, "campaigns", other))
    assert known.campaigns == (CAMPAIGN, other)
    assert between(known, told(campaigns=Told((CAMPAIGN, other))), (), str) == ()
    [news] = between(known, told(campaigns=Told((CAMPAIGN, replace(other, status="VERIFIED")))), (), str)
    assert news.about == identity(other)
    known = await store.do(lambda tx: registration.remove(tx, "campaigns", CAMPAIGN))
    assert known.campaigns == (other,)
