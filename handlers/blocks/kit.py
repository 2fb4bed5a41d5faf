"""Primitives of Block Kit: foreign text made harmless, limits kept, blocks built.

Two kinds of text go through here. *Markup* is ours: sentences with mentions, dates and code spans
in Slack's mrkdwn. *Foreign* text (names, tags, reasons, errors) enters markup only through `name`
and `quoted`, and plain text only through `plain`: cleaned, cut, then escaped. Lengths are counted
after escaping, a character outside the basic plane as two (FACTS.md of Slack, sections 7 and 8).
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]

SECTION, CONTEXT, FALLBACK = 3000, 2000, 3000
BUTTON, CONFIRM_TITLE, CONFIRM_TEXT = 75, 100, 300
MESSAGE_BLOCKS, BLOCK_ID = 50, 255
NAME, SENTENCE = 80, 300
LONGEST = 8000
"""So many characters of a foreign text are looked at; no limit lets more through."""
DROPPED = frozenset({"Cc", "Cf", "Cn", "Co", "Zl", "Zp"})
FORMATTING = re.compile(r"[*_~`&<>@#|\\]|:[\w+'-]+:|^\s*[-•>]")
TOKEN = re.compile(r"```.*?```|`[^`\n]*`|<[^<>]*>|&(?:amp|lt|gt);|.", re.DOTALL)
MENTIONABLE = re.compile(r"[UW][A-Z0-9]{1,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message ready to send: the notification's text and the blocks."""

    text: str
    blocks: list[Block]


def pointer_text(text: str, limit: int) -> str:
    """Return what a button or a view carries unseen, cut and fit to be sent."""
    kept = text.encode("utf-16-le", "replace")[: 2 * limit]
    return kept.decode("utf-16-le", "ignore")


def escape(text: str) -> str:
    """Escape the three characters that Slack reads as control, and nothing else."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _harmless(char: str, *, lines: bool) -> str:
    if char == "\n" and lines:
        return char
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category in DROPPED else char


def clean(text: str, *, lines: bool = False) -> str:
    """Drop control, direction and invisible characters; line breaks stay only if `lines`."""
    kept = text[:LONGEST]
    if not kept.isprintable():
        kept = "".join(_harmless(char, lines=lines) for char in kept)
    return kept.strip() if lines else " ".join(kept.split())


def _width(piece: str) -> int:
    return _units(escape(piece))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """Return the text, cut so that it has at most `limit` characters once it is escaped."""
    if _width(text) <= limit:
        return text
    kept, used = [], 1
    for char in text:
        used += _width(char)
        if used > limit:
            break
        kept.append(char)
    return "".join(kept) + "…"


def plain(text: str, limit: int, *, lines: bool = False, empty: str = "–") -> str:
    """Return foreign text for a plain_text object."""
    return escape(cut(clean(text, lines=lines), limit)) or empty


def name(text: str, limit: int = NAME, *, empty: str = "(no name)") -> str:
    """Return foreign text for markup: bare where nothing in it formats, else in a code span."""
    shown = clean(text)
    if not shown:
        return empty
    if not FORMATTING.search(shown):
        return cut(shown, limit)
    return code(shown, limit)


def code(text: str, limit: int = NAME) -> str:
    """Return text in a code span, whatever is in it."""
    shown = clean(text).replace("`", chr(0x2CB))
    return f"`{escape(cut(shown, limit))}`" if shown else "(nothing)"


def ours(text: str, limit: int = SENTENCE) -> str:
    """Return text that other parts of the program wrote, for markup: escaped, it may format."""
    shown = clean(text)
    return escape(cut(shown, limit)) if "`" not in shown else _balanced(shown, limit)


def _balanced(text: str, limit: int) -> str:
    shown = cut(text, limit)
    return escape(shown.replace("`", "") if shown.count("`") % 2 or "``" in shown else shown)


def quoted(text: str, limit: int = SENTENCE) -> str:
    """Return a foreign sentence (a reason, an error) in quotes, for markup."""
    shown = clean(text)
    return f"“{name(shown, limit)}”" if shown else "(nothing)"


def fixed_width(lines: Iterable[str], limit: int = 2800) -> str:
    """Return lines as one preformatted piece of markup; whole lines beyond the limit are left out."""
    kept: list[str] = []
    used = 0
    for line in lines:
        safe = escape(cut(_one_line(line), 400))
        used += len(safe) + 1
        if used > limit:
            break
        kept.append(safe)
    return "```\n" + "\n".join(kept) + "\n```"


def _one_line(line: str) -> str:
    kept = line[:LONGEST]
    if not kept.isprintable():
        kept = "".join(_harmless(char, lines=False) for char in kept)
    return kept.replace("`", chr(0x2CB)).rstrip()


def fit(markup: str, limit: int) -> str:
    """Return markup cut to the limit, never inside an entity, a control sequence or a code span."""
    if _units(markup) <= limit:
        return markup
    kept, used = [], 1
    for token in TOKEN.findall(markup):
        used += _units(token)
        if used > limit:
            break
        kept.append(token)
    return "".join(kept) + "…"


def mrkdwn(markup: str, limit: int = SECTION) -> Block:
    """Build a text object from markup; nothing in it becomes a link by itself."""
    return {"type": "mrkdwn", "text": fit(markup, limit) or "–", "verbatim": True}


def plain_text(text: str, limit: int = SECTION, *, lines: bool = False) -> Block:
    """Build a plain_text object from any text; emoji names in it stay text."""
    return {"type": "plain_text", "text": plain(text, limit, lines=lines), "emoji": False}


def section(markup: str) -> Block:
    """Build a section from markup."""
    return {"type": "section", "text": mrkdwn(markup)}


def quotation(lead: str, text: str) -> Block:
    """Build a section that quotes a foreign text, with what it is, as plain text."""
    said = f"{lead}: “{cut(clean(text, lines=True), 2000)}”"
    return {"type": "section", "text": plain_text(said, SECTION, lines=True)}


def context(*markups: str) -> Block:
    """Build a context line of at most ten pieces."""
    return {"type": "context", "elements": [mrkdwn(m, CONTEXT) for m in markups[:10]]}


def header(text: str) -> Block:
    """Build a header from any text."""
    return {"type": "header", "text": plain_text(text, 150)}


def confirm(title: str, text: str, yes: str, no: str = "Not now", *, danger: bool = False) -> Block:
    """Build a confirm dialog of plain texts."""
    return {
        "title": plain_text(title, CONFIRM_TITLE),
        "text": plain_text(text, CONFIRM_TEXT),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
        "style": "danger" if danger else "primary",
    }


def button(
    label: str, action_id: str, value: str, *, style: str = "", ask: Block | None = None
) -> Block:
    """Build a button; its value is a pointer. `style` is primary, danger or empty."""
    built: Block = {
        "type": "button",
        "text": plain_text(label, BUTTON),
        "action_id": pointer_text(action_id, BLOCK_ID),
        "value": pointer_text(value, 2000),
    }
    if style:
        built["style"] = style
    if ask:
        built["confirm"] = ask
    return built


def actions(buttons: Sequence[Block]) -> list[Block]:
    """Build a row of at most 25 buttons whose ids differ; no block when there are none.

    Equal ids get a number behind a colon.
    """
    unique: list[Block] = []
    seen: dict[str, int] = {}
    for each in buttons[:25]:
        count = seen[each["action_id"]] = seen.get(each["action_id"], 0) + 1
        same = count > 1
        unique.append({**each, "action_id": f"{each['action_id']}:{count}"} if same else each)
    return [{"type": "actions", "elements": unique}] if unique else []


def without(blocks: Sequence[Block], hidden: Collection[str]) -> list[Block]:
    """Return the blocks without these buttons; a row that has none left goes with them."""
    kept = []
    for block in blocks:
        if block.get("type") != "actions":
            kept.append(block)
            continue
        left = [e for e in block["elements"] if e["action_id"].partition(":")[0] not in hidden]
        kept += [{**block, "elements": left}] if left else []
    return kept


def message(text: str, blocks: Sequence[Block], *, mark: str = "") -> Message:
    """Build a message; `mark` names what it shows and which version, for the blocks' ids."""
    shown = list(blocks) or [section(text)]
    if len(shown) > MESSAGE_BLOCKS:
        shown = [*shown[: MESSAGE_BLOCKS - 2], section("There is more than fits here."), shown[-1]]
    if mark:
        stem = pointer_text(clean(mark), 200)
        shown = [
            b if "block_id" in b else {**b, "block_id": f"{stem}.{n}"} for n, b in enumerate(shown)
        ]
    return Message(text=fit(text, FALLBACK) or "–", blocks=shown)


def unmarked(markup: str) -> str:
    """Return markup as plain words, not escaped: dates in UTC, mentions as ids."""
    flat = re.sub(r"<!date\^[^|<>]*\|([^<>]*)>", r"\1", markup)
    flat = re.sub(r"<@(\w+)>", r"@\1", flat)
    flat = re.sub(r"[`*]", "", flat)
    return flat.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mention(user_id: str) -> str:
    """Return a mention, or the id as text where it is no user's id."""
    return f"<@{user_id}>" if MENTIONABLE.fullmatch(user_id) else name(user_id)
