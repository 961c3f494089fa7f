"""Texts that ask us to stop without being a keyword, in many languages; and those that do not."""

import pytest

from sms_desktop.domain import stopping
from sms_desktop.domain.consent import wish_of
from sms_desktop.domain.stopping import LONGEST, asks_to_stop

ASK = (
    "🛑",
    "⛔️ 🛑",
    "停止",
    "やめて",
    "отписаться",
    "중지",
    "그만",
    "หยุด",
    "Arrête",
    "Por favor no me manden mensajes",
    "no me envíen más mensajes",
    "Bitte abmelden",
    "cancellami dalla lista",
    "S T O P",
    "st0p",
    "please delete my number",
    "Stop it please thanks",
    "Please stop texting me",
    "STOP.",
    "Stop!!",
    "stop 🛑",
    "please STOP",
    "STOP, thank you",
    "stop texting",
    "Can you stop sending me messages?",
    "Stop messaging me please",
    "take me off your list",
    "Remove me from this list",
    "remove my number",
    "no more texts",
    "I don't want any more messages from you",
    "do not text me again",
    "don’t text me anymore",
    "Unsubscribe me",
    "leave me alone",
    "quit texting me",
    "Opt me out",
    "lose my number",
    "Stop the messages",
    "Stop your reminders",
    "I want to stop receiving messages",
    "How do I stop getting these texts?",
    "Stop all",
    "stop thx",
    "do not text",
    "Please don’t text",
    "don't text again",
    "i said stop",
    "txt stop",
    "stop txts",
    "STOP to end",
    "Deje de escribirme por favor",
    "No me manden más mensajes",
    "no quiero recibir mensajes",
    "Ya no quiero sus mensajes",
    "No  más",
    "dame de baja",
    "Arrêtez de m'écrire",
    "Ne m’envoyez plus de messages",
    "Je ne veux plus recevoir vos SMS",
    "Désabonnez-moi",
    "Hören Sie auf, mir zu schreiben",
    "Bitte keine SMS mehr",
    "Schreiben Sie mir bitte nicht mehr",
    "Pare de me mandar mensagens",
    "Não me envie mais nada",
    "Smettetela di scrivermi",
    "Non scrivetemi più",
    "non voglio più ricevere messaggi",
    "stuur mij geen berichten meer",
    "sluta skicka sms",
    "Slutt å sende meg meldinger",
    "Skicka inga fler sms",
    "Fjern mit nummer",
    "Abmelden",
    "Arrêter",
    "больше не пишите",
    "Більше мені не пишіть",
    "请停止",
    "Proszę nie pisać do mnie",
    "Przestańcie pisać",
    "Перестаньте мне писать",
    "Не пишите мне больше",
    "Больше не хочу получать ваши сообщения",
    "Припиніть мені писати",
    "别再发短信给我",
    "請不要再傳訊息給我",
    "退订",
    "もう送らないでください",
    "문자 보내지 마세요",
    "Đừng gửi tin",
    "Vui lòng dừng nhắn tin cho tôi",
    "Huwag na po kayong mag text",
    "توقف عن إرسال الرسائل",
    "لا ترسلوا لي رسائل",
    "إلغاء الاشتراك",
    "मुझे मैसेज मत भेजो",
    "תפסיקו לשלוח לי הודעות",
    "Bana mesaj atmayın",
    "Sispann voye mesaj ban mwen",
    "Stop. I don't want these",
    "Stop I don't want these",
    "wrong number, stop",
    "wrong number stop",
    "Please stop, what is this about?",
    "Who is this? STOP!",
    "I moved away\nunsubscribe",
    "Thanks but no - stop please - I am not interested",
    "cancel my texts",
    "Hi there. Please cancel my messages",
    "Cancel all these messages",
    "Cancel.",
    "end.",
    "Stopp",
    "Alto!",
    "СТОП",
)
DO_NOT = (
    "🚫",
    "🛑🎉",
    "停止营业了吗",
    "Enough, thanks",
    "Can you please delete messages I sent by mistake",
    "Could you delete melon from my order",
    "no me mandes mensaje, mejor llámame",
    "no me envies el sms hasta el lunes",
    "cancellami dalle 15 e mettimi alle 17",
    "u r",
    "I stop it at 5 thanks",
    "I'll stop by at 5",
    "I don't want to stop receiving messages",
    "Did you stop getting my texts?",
    "I said yes",
    "Text you, thanks",
    "stop at all three shops",
    "do not text and drive, they say",
    "You said the stop is here",
    "Can you stop by tomorrow?",
    "The bus stop is right there",
    "Please stop by the shop",
    "don't stop texting me, I love it",
    "I can't stop sending pictures of the chair lol",
    "Please cancel my appointment",
    "Cancel please",
    "ok",
    "yes",
    "Thanks!",
    "The end",
    "When does it end?",
    "Non-stop flight",
    "The next stop: Boston",
    "We are at the bus stop I am wearing red",
    "Which stop? I don't know",
    "I missed my stop we are late",
    "In the end the messages came through",
    "At the end my texts arrived",
    "Can you cancel my appointment alerts?",
    "I am at the stop, waiting",
    "Text me, then call",
    "Don't stop, it is lovely",
    "Cancel my table, please",
    "end of my message",
    "Yes, please. We are at the bus stop now",
    "Is the stop button broken?",
    "Can I unsubscribe my mother?",
    "What time do you stop serving?",
    "Quiero más mensajes",
    "no me mande la factura",
    "Ich höre auf zu arbeiten",
    "Please send me the invoice",
    "no need to text me the address, I have it",
    "Do you deliver?",
    "the message did not arrive",
    "Non voglio più il tavolo",
    "Je veux plus de chaises",
    "para de llover?",
    "Keine Ahnung",
    "Skicka gärna en bild till",
    "Slut för i dag",
    "Sluta aldrig le",
    "👍",
    "I lost my number plate",
    "don't send it today",
    "Take the number off the door",
    "Leave it alone",
)


@pytest.mark.parametrize("body", ASK)
def test_it_raises_the_question_and_opts_nobody_out(body: str) -> None:
    assert asks_to_stop(body)
    assert asks_to_stop(body.upper()) and asks_to_stop(f"  {body}\n")
    assert wish_of(body) is None


@pytest.mark.parametrize("body", DO_NOT)
def test_what_does_not_ask_for_it_raises_no_question(body: str) -> None:
    assert not asks_to_stop(body)


@pytest.mark.parametrize("body", ["", "\u200f", "🎉", "\ufe0f", "\x00", "." * LONGEST, "stop texting me" * 200])
def test_what_holds_no_words_or_too_many_asks_for_nothing(body: str) -> None:
    assert not asks_to_stop(body)


def test_marks_of_direction_and_emoji_hide_nothing() -> None:
    assert asks_to_stop("\u202eSTOP\u202c.")
    assert asks_to_stop("🛑 stop 🛑")
    assert asks_to_stop("STOP\u200d")


@pytest.mark.parametrize("ask", ["no more texts", "opt me out", "Não me envie mais nada", "لا ترسلوا"])
def test_it_is_heard_behind_other_words_as_well(ask: str) -> None:
    assert asks_to_stop(f"Hi, it’s Maya. Nothing today, {ask}")


def test_an_ordinary_text_is_not_tried_for_every_phrase() -> None:
    text = "Hi, could you tell me whether my order is ready? I could come by around five this afternoon, if that suits."
    stems = {word[: stopping.STEM] for word in stopping._plain(text).split()}
    assert sum(len(stopping._PHRASES[stem].pattern) for stem in stems & stopping._PHRASES.keys()) < 200
