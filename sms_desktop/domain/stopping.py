"""Whether somebody seems to ask us to stop, in words that are no keyword. It raises a question and decides nothing."""

import re
import unicodedata
from collections.abc import Collection

from sms_desktop.domain.consent import STOP_WORDS

LONGEST = 1600
"""Characters of a text that is looked at."""

_NO_TEXTS = frozenset(
    f"{no} {do}" for no in ("do not", "dont") for do in ("text", "txt", "message", "msg", "contact", "sms")
)
_ALONE = frozenset(
    {word.casefold() for word in STOP_WORDS}
    | _NO_TEXTS
    | {
        "opt out",
        "unsub",
        "stopp",
        "stoppen",
        "abmelden",
        "abbestellen",
        "arret",
        "arreter",
        "alto",
        "detener",
        "parar",
        "baja",
        "стоп",
        "отписка",
        "отписаться",
        "відписатися",
        "st0p",
        "停止",
        "やめて",
        *(unicodedata.normalize("NFKD", word) for word in ("중지", "그만")),
        "หยด",  # without its mark, as what is looked at
    }
)
"""Asked for by itself, also with a dot or an emoji beside it: Twilio does not act on that."""
_KIND = frozenset({
    "please", "pls", "plz", "thanks", "thank", "thx", "ty", "you", "ok", "okay", "hi", "hello", "now", "already",
    "just", "i", "said", "por", "favor", "gracias", "bitte", "danke", "svp", "merci", "s", "il", "vous", "plait", "per",
    "favore", "grazie", "obrigado", "obrigada", "alsjeblieft", "prosze",
})  # fmt: skip
_CLEAR = _NO_TEXTS | {
    "stop", "stopall", "unsubscribe", "optout", "opt out", "unsub", "revoke", "stopp", "стоп", "txt stop", "text stop",
    "abmelden", "abbestellen",
}  # fmt: skip
"""Of these also with kind words around; “cancel, please” is more likely about an appointment."""
_STOP_IT = frozenset({"stop it", "stop this", "stop that", "stop all", "stop everything"})
"""These too, as a whole text."""
_SIGNS = frozenset("🛑⛔")
"""Signs that ask for it where nothing else is written."""
_TELLING = frozenset({"cancel", "end", *(word for words in _CLEAR for word in words.split())}) - {"do", "not"}
"""Without one of these no sentence is looked at by itself."""
_STOP = (
    "stop(?<!dont stop)(?<!do not stop)(?<!not stop)(?<!never stop)(?<!cant stop)(?<!cannot stop)(?<!wont stop)"
    "(?<!didnt stop)"
)
_STOP_WANTED = _STOP + "(?<!dont want to stop)(?<!not want to stop)"

_ENGLISH = (
    _STOP + r" (?:all )?(?:texting|messaging|sending|contacting|spamming|bothering|harassing|emailing|calling|writing)",
    _STOP + r" (?:the|these|those|your|all) (?:\w+ )?(?:texts?|messages?|msgs?|sms|spam|alerts?|reminders?|ads)",
    _STOP + r" (?:with )?(?:texts?|txts?|messages?|msgs?|sms|spam)(?: |$)",
    r"(?:do not|dont|never|quit|no longer) (?:ever )?(?:text|message|msg|contact|spam|bother)(?:ing)? "
    r"(?:me|us|this|my)",
    r"(?:do not|dont) (?:send|write) (?:me|us|to me|any)(?: any| anymore| more| again| to)",
    r"(?:do not|dont) (?:text|txt|message|msg|contact) (?:again|anymore|any more|ever)",
    _STOP_WANTED + r" (?:receiving|getting)(?: (?!my )\w+){0,3}? (?:texts?|txts?|messages?|msgs?|sms|spam)",
    r"wrong (?:number|person)(?: please| pls)? stop",
    r"(?:quit|cease) (?:texting|messaging|sending|contacting|spamming)",
    r"(?:remove|delete|take|drop) (?:me|my (?:phone )?number|this number|us) (?:from|off)",
    r"(?:take|get) me off",
    r"(?:remove|unsubscribe|delete|erase) (?:me|us|my (?:phone )?number|this number)\b",
    r"(?:want|wish|like|need) to (?:unsubscribe|opt out|be removed|be taken off)",
    r"opt (?:me|us) out",
    r"no more (?:texts?|messages?|msgs?|sms|spam)",
    r"(?:dont|do not|no longer) (?:want|wish|need|like) (?:to (?:get|receive|be getting)|any(?: more)?|these|your|more)"
    r" (?:\w+ ){0,4}?(?:texts?|messages?|msgs?|sms|spam)",
    r"lose (?:my|this) number",
    r"leave me alone",
)
_WHOLE_ENGLISH = (
    "stop to end", "stop 2 end", "txt stop",
    "text stop", "enough", "no more", "stop stop", "stop stop stop",
)  # fmt: skip
_SPANISH = (
    r"(?:deje|dejen|deja|dejad|pare|paren|para|parad) (?:ya )?de (?:escribir|mandar|enviar|molestar|contactar|textear)",
    r"no (?:me|nos) (?:escriba|escriban|escribas|mande|manden|mandes|envie|envien|envies|contacte|contacten|moleste|"
    r"molesten|textee|texteen) mas",
    r"no (?:me|nos) (?:mande|manden|mandes|envie|envien|envies) (?:mas |sus |estos |tantos )?(?:mensajes|textos)\b",
    r"no (?:quiero|deseo) (?:mas|recibir|seguir recibiendo)(?: \w+){0,4} (?:mensajes?|textos?|sms)",
    r"no (?:quiero|deseo) (?:(?:sus|tus|estos|los) )?(?:mensajes?|textos?|sms)",
    r"no mas (?:mensajes|textos|sms)",
    r"(?:dar|darme|dame|denme|deme) de baja",
    r"(?:borre|borren|borra|quite|quiten|elimine|eliminen) mi numero",
    r"(?:borrenme|quitenme|saquenme|eliminenme) de",
)
_FRENCH = (
    r"(?:arretez|arrete|cessez) (?:de |d )(?:m |me |nous )?(?:ecrire|envoyer|contacter|texter|harceler|spammer)",
    r"ne (?:m |me |nous )(?:ecrivez|ecris|envoyez|envoie|contactez|contacte|textez) plus",
    r"(?:je )?ne (?:veux|souhaite) plus (?:recevoir|de messages|de sms|vos)",
    r"plus de (?:messages|sms|textos)",
    r"(?:me |m )?(?:desabonner|desinscrire|desabonnez moi|desinscrivez moi)",
    r"(?:supprimez|retirez|enlevez) (?:moi|mon numero)",
)
_GERMAN = (
    r"(?:horen|hoeren|hor|hoer) (?:sie |bitte |endlich )*auf (?:mir |uns )?(?:zu schreiben|zu schicken|zu senden|zu "
    r"simsen|mit)",
    r"(?:schreib|schreiben|schreibt|schick|schicken|schickt|senden|sende|kontaktieren) (?:sie |ihr )?(?:mir|mich|uns) "
    r"(?:\w+ ){0,4}(?:nicht|keine|nichts)(?: \w+){0,4} mehr",
    r"keine (?:weiteren )?(?:nachrichten|sms|texte|werbung)(?: mehr)?",
    r"(?:mich|uns) (?:bitte )?(?:abmelden|austragen|in ruhe)",
    r"nicht mehr (?:schreiben|kontaktieren|anschreiben|texten)",
    r"(?:loschen|loeschen|entfernen) sie (?:bitte )?meine (?:\w+)?nummer",
)
_PORTUGUESE = (
    r"(?:pare|parem|para|parar) de (?:me |nos )?(?:mandar|enviar|escrever|contatar|contactar|incomodar)",
    r"nao (?:me|nos) (?:mande|mandem|envie|enviem|escreva|escrevam|contate|contatem|contacte|contactem) mais",
    r"nao (?:quero|desejo) (?:mais |receber )+",
    r"(?:me )?(?:descadastrar|descadastre|descadastrem)",
    r"(?:remova|remove|removam|tire|tirem|retirem) (?:o )?meu numero",
)
_ITALIAN = (
    r"(?:smettete|smettetela|smettila|smetta|basta) (?:di |con )?(?:\w+ )?(?:scrivermi|scriverci|mandarmi|inviarmi|"
    r"contattarmi|messaggi|sms)",
    r"non (?:scrivetemi|scrivermi|mandatemi|mandarmi|inviatemi|contattatemi|contattarmi) piu",
    r"non (?:mi )?(?:scrivete|scriva|mandate|contattate) piu",
    r"non voglio piu (?:ricevere|messaggi|sms)",
    r"(?:cancellatemi|cancellami|toglietemi|toglimi|rimuovetemi|rimuovimi)(?: (?:dalla|dall|dal|da)\b|$)",
    r"(?:disiscrivermi|disiscrivetemi|annullare l iscrizione)",
)
_DUTCH = (
    r"stop met (?:sms|appen|berichten|texten|sturen|schrijven|mij|het)",
    r"geen (?:berichten|sms|smsjes|reclame)(?: \w+){0,4} meer",
    r"(?:stuur|stuurt|schrijf|sms) (?:mij|me|ons) (?:\w+ ){0,4}(?:niet|geen|niets)(?: \w+){0,4} meer",
    r"(?:mij|me) (?:afmelden|uitschrijven|met rust)",
    r"(?:verwijder|haal) (?:mij|me|mijn nummer)",
)
_SCANDINAVIAN = (
    r"(?:sluta|slut|slutt) (?:med )?(?:att |at |a )?(?:skicka|sende|smsa|sms|texta|skriva|skrive|kontakta|kontakte)",
    r"(?:skicka|send) (?:mig |meg |inga |ingen |ikke |inte )+(?:\w+ ){0,3}(?:fler|flere|mer)",
    r"(?:ta bort|fjern|slett|slet) (?:mitt|mit) nummer",
)
_POLISH = (
    r"(?:przestan|przestancie|prosze przestac) (?:do mnie )?(?:pisac|wysylac|sms)",
    r"(?:nie piszcie|nie pisz|prosze nie pisac|nie wysylajcie|prosze nie wysylac)(?: juz| wiecej| do mnie| mi)",
    r"nie chce (?:juz )?(?:wiecej|otrzymywac|dostawac)",
    r"(?:wypiszcie|wypisz|usuncie|usun) (?:mnie|moj numer)",
)
_RUSSIAN = (
    r"(?:прекратите|прекрати|перестаньте|перестань|хватит) (?:мне |нам )?(?:писать|слать|присылать|отправлять|смс)",
    r"не (?:пишите|пиши|присылаите|шлите|отправляите|беспокоите) (?:мне|нам|меня|больше)",
    r"больше (?:мне |нам |меня )?не (?:пишите|пиши|присылаите|шлите|отправляите|беспокоите)",
    r"(?:больше )?не (?:хочу|желаю) (?:больше )?получать",
    r"(?:отпишите|отписать|удалите) (?:меня|мои номер)",
)
_UKRAINIAN = (
    r"(?:припиніть|припини|перестаньте|досить) (?:мені |нам )?(?:писати|надсилати|слати)",
    r"не (?:пишіть|надсилаите|шліть) (?:мені|нам|більше)",
    r"більше (?:мені |нам )?не (?:пишіть|надсилаите|шліть)",
)
_VIETNAMESE = (
    r"(?:dung|ngung|xin dung|lam on dung) (?:nhan|gui) (?:tin|sms)",
    r"(?:huy|ngung) (?:dang ky|nhan tin)",
    r"khong (?:muon|can) nhan (?:them )?tin",
)
_TAGALOG = (
    r"(?:huwag|wag) (?:na )?(?:ninyo |niyo |nyo |mo |po |kayong |kang )*(?:akong |ako )?(?:i text|itext|text|mag text|"
    r"magtext|padalhan)",
    r"(?:tigilan|itigil) (?:na )?(?:ninyo |niyo |nyo |mo |po )*(?:ako|ang)",
)
_CREOLE = (r"sispann (?:voye|ekri|teks)", r"pa (?:voye|ekri) (?:m|mwen)(?: \w+){0,4} anko")
_TURKISH = (
    r"(?:mesaj|sms) (?:atmayin|atma|gondermeyin|gonderme|yollamayin)",
    r"(?:mesajlari|smsleri) (?:durdurun|kesin)",
    r"(?:listeden|listenizden) (?:cikarin|cikar|silin)",
)
_ARABIC = (
    r"(?:توقفوا|توقف|اوقفوا|اوقف|كفوا) (?:عن )?(?:ال)?(?:ارسال|مراسلتي|مراسلة|رسائل|رسايل|ازعاج)",
    r"(?:لا|ما) (?:ترسلوا|ترسل|ترسلون|تراسلوني|تراسلني|ترسلولي)",
    r"الغاء (?:ال)?اشتراك",
    r"لا اريد (?:\w+ ){0,4}(?:رسائل|رسايل|رسائلكم)",
)
_HEBREW = (r"(?:תפסיקו|תפסיק|תפסיקי|הפסיקו) (?:לשלוח|לסמס|לכתוב)", r"(?:הסירו|תסירו|להסיר) אותי", r"אל תשלחו")
_HINDI = (
    r"(?:मैसेज|मेसेज|संदेश|sms) (?:मत|न|भेजना बंद|बंद)",
    r"(?:मुझे|हमें) (?:\w+ ){0,4}मत (?:भेज|भेजो|भेजें|भेजिए)",
    r"भेजना बंद (?:कर|करो|करें|कीजिए)",
)
_UNSPACED = (
    "请停止", "請停止",
    "别再发", "别发了", "不要再发", "不要发", "停止发", "退订", "不要再联系", "别再联系", "别再给我发",
    "別再發", "不要再發", "不要再傳", "別再傳", "停止發送", "停止傳送", "退訂", "取消訂閱", "取消订阅",
    "配信停止", "送らないで", "連絡しないで", "メールしないで", "配信を停止", "やめてください",
    "수신거부", "수신 거부", "그만보내", "그만 보내", "보내지 마", "보내지마", "연락하지 마", "연락하지마",
    "문자하지 마",
    "หยุดส่ง", "ไม่ต้องส่ง", "อย่าส่ง", "ยกเลิกข้อความ",
)  # fmt: skip
"""Of languages that are written without blanks, or where these do not tell words apart."""


def _plain(text: str) -> str:
    """Words alone, a blank between two, without case and marks above or below letters; “don't” is one word."""
    if text.isascii():
        folded = text.casefold()
    else:
        folded = unicodedata.normalize("NFKD", text).casefold().replace("đ", "d").replace("ı", "i").replace("’", "'")
        folded = "".join(c for c in folded if unicodedata.category(c) not in {"Mn", "Cf"})
    folded = _JOINED.sub("", folded)
    return _BETWEEN.sub(" ", folded).strip()


_JOINED = re.compile(r"(?<=n)'(?=t\b)")
_BETWEEN = re.compile(r"[\W_]+")
_BEGINS = re.compile(
    r"(?:(?:please|pls|plz) )?(?:stop (?:i|we) (?:dont|do not|never|didnt|did not|am|are|have)|"
    r"(?:cancel|end) (?:the|these|those|your|my|all) (?:\w+ )?(?:texts|txts|messages|msgs|sms))\b"
)
"""How a sentence begins that asks for it; further on the same words are about something else."""
_CLAUSE = re.compile(r"[.!?;:,\n…–—()]|\s-+\s")
"""What ends a part of a text that says something by itself."""
_FIRST_WORD = re.compile(r"\w+(?![?*{+])")
STEM = 3
"""Letters by which words are told apart."""


def _compiled() -> dict[str, re.Pattern[str]]:
    """By how the word begins with which they begin: for an ordinary text hardly one of them has to be tried."""
    found = (
        *_ENGLISH, *_SPANISH, *_FRENCH, *_GERMAN, *_PORTUGUESE, *_ITALIAN, *_DUTCH, *_SCANDINAVIAN, *_POLISH, *_RUSSIAN,
        *_UKRAINIAN, *_VIETNAMESE, *_TAGALOG, *_CREOLE, *_TURKISH, *_HEBREW,
        *(_stripped(one) for one in (*_ARABIC, *_HINDI)),
    )  # fmt: skip
    by_stem: dict[str, list[str]] = {}
    for one in found:
        for begun in _begun(one):
            by_stem.setdefault(_stem(begun), []).append(begun)
    return {stem: re.compile(r"\b(?:" + "|".join(same) + ")") for stem, same in by_stem.items()}


def _stem(begun: str) -> str:
    """At most ``STEM`` letters; fewer only where the word ends with them."""
    word = _FIRST_WORD.match(begun)
    assert word is not None, "a pattern begins with a word"
    assert len(word[0]) >= STEM or begun[word.end() :].startswith(" "), "its stem must be plain to see"
    return word[0][:STEM]


def _begun(pattern: str) -> list[str]:
    """The same as several, each with a letter first."""
    if not pattern.startswith("(?:"):
        return [pattern]
    heads, depth, start, end = list[str](), 0, 3, 0
    for end, c in enumerate(pattern):
        depth += (c == "(") - (c == ")")
        if depth == 0 or (depth == 1 and c == "|"):
            heads.append(pattern[start:end])
            start = end + 1
        if depth == 0:
            break
    rest = pattern[end + 1 :]
    if rest[:1] in {"*", "+", "{"}:
        return [pattern]
    if rest[:1] == "?":
        rest = rest[1:]
        heads.append("")
    return [begun for head in heads for begun in _begun(head + rest)]


def _stripped(pattern: str) -> str:
    """Without the marks that ``_plain`` takes away from what is looked at."""
    return "".join(c for c in unicodedata.normalize("NFKD", pattern) if unicodedata.category(c) not in {"Mn", "Cf"})


_PHRASES = _compiled()
_TOGETHER = tuple(_stripped(one) for one in _UNSPACED)
_WHOLE = frozenset(
    {
        *_WHOLE_ENGLISH,
        "basta",
        "ya basta",
        "no mas",
        "ya no mas",
        "schluss damit",
        "arrete",
        "arretez",
        "hor auf",
        "hoer auf",
    }
)


def asks_to_stop(body: str) -> bool:
    """Whether a text that is no keyword seems to ask us to stop, in one of some twenty languages."""
    if not body or len(body) > LONGEST:
        return False
    plain = _plain(body)
    if not plain:
        signs = {c for c in body if not c.isspace() and c != "\ufe0f"}
        return bool(signs) and signs <= _SIGNS
    return (
        _is_alone(plain)
        or plain in _WHOLE
        or _has_phrase(plain)
        or _has_clause(body, plain)
        or (not body.isascii() and any(one in plain for one in _TOGETHER))
    )


def _has_phrase(plain: str) -> bool:
    tried = {word[:STEM] for word in plain.split()} & _PHRASES.keys()
    return any(_PHRASES[stem].search(plain) is not None for stem in tried)


def _has_clause(body: str, plain: str) -> bool:
    """“Wrong number, stop”, “Please stop. What is this?”: the word alone between two marks, or how one begins."""
    if _TELLING.isdisjoint(plain.split()):
        return False
    parts = map(_plain, _CLAUSE.split(body))
    return any(part in _CLEAR or _is_kindly_clear(part) or _BEGINS.match(part) is not None for part in parts)


def _is_alone(plain: str) -> bool:
    """“STOP.”, “stop 🛑”, “Please stop”, “s t o p”: the word with nothing but kindness around it."""
    letters = plain.split()
    spelled = "".join(letters) if max(map(len, letters)) == 1 else plain
    return spelled in _ALONE or plain in _STOP_IT or _is_kindly_clear(plain, _CLEAR | _STOP_IT)


def _is_kindly_clear(plain: str, clear: Collection[str] = _CLEAR) -> bool:
    words = plain.split()
    left = [word for word in words if word not in _KIND]
    return len(left) < len(words) <= 6 and " ".join(left) in clear
