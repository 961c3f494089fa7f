"""What people read is set as in print."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import sms_desktop

ROOT = Path(sms_desktop.__file__).parent
ELSEWHERE = {"simulator", "smoke.py"}
"""What customers write, what Twilio says, and what nobody but a test reads."""
STRAIGHT = re.compile(r"\w'(s|t|re|ll)\b")


def unread(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, and what is logged."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        if isinstance(node, ast.Call):
            names = {one.id for one in ast.walk(node.func) if isinstance(one, ast.Name)}
            if names & {"log", "logger"}:
                yield from ast.walk(node)


def straight(source: str) -> list[str]:
    tree = ast.parse(source)
    leave = {id(node) for node in unread(tree)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in leave
        if STRAIGHT.search(node.value)
    ]


def test_texts_are_no_mail_and_a_phone_is_what_one_calls_from() -> None:
    """And a button says what it opens: “Check the number” would be the look-up."""
    found = [
        f"{path.relative_to(ROOT)}: {odd}"
        for path in (*ROOT.rglob("*.py"), *ROOT.rglob("*.toml"))
        for odd in ("unwanted mail", "by your phone", '"Check the number"')
        if odd in path.read_text("utf-8")
    ]
    assert found == []


def test_an_apostrophe_in_a_sentence_is_no_typewriter_s() -> None:
    assert straight('say("Twilio\'s list")') and not straight('log.info("Twilio\'s list")')
    found = {
        str(path.relative_to(ROOT)): odd
        for path in ROOT.rglob("*.py")
        if path.relative_to(ROOT).parts[0] not in ELSEWHERE and (odd := straight(path.read_text("utf-8")))
    }
    assert found == {}
    failures = (ROOT / "domain" / "failures.toml").read_text("utf-8")
    assert STRAIGHT.findall("\n".join(line for line in failures.splitlines() if not line.startswith("#"))) == []
