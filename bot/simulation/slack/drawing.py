"""Blocks drawn as plain text lines, as they look on a terminal."""

from collections.abc import Callable, Iterable
from typing import Any

from bot.simulation.slack.drawing_rich_text import WIDTH, rich_text_lines, wrapped
from bot.simulation.slack.inputs import HOLDERS
from bot.simulation.slack.reading import Reader
from bot.simulation.slack.refusal import Json

COLUMN_GAP = "   "


class Drawing:
    """Draws blocks for one reader; `values` is the state of a view's inputs."""

    def __init__(self, reader: Reader, width: int = WIDTH, values: Json | None = None) -> None:
        self._reader = reader
        self._width = width
        self._values = values or {}
        self._ways: dict[str, Callable[[Json], list[str]]] = {
            "header": lambda block: [self._reader.text(block["text"]).upper()],
            "section": self._section,
            "context": self._context,
            "actions": self._actions,
            "context_actions": self._actions,
            "input": self._input,
            "divider": lambda _: ["─" * min(self._width, 40)],
            "image": lambda block: [f"[image: {block['alt_text']}]"],
            "markdown": lambda block: wrapped(block["text"], self._width),
            "rich_text": lambda block: rich_text_lines(block, self._reader, self._width),
            "table": self._table,
            "data_table": self._table,
            "alert": lambda b: wrapped(f"! {self._reader.text(b['text'])}", self._width),
            "card": self._card,
            "carousel": lambda block: self.blocks(block["elements"]),
            "container": self._container,
            "plan": lambda block: [block["title"], *self.blocks(block.get("tasks", []))],
            "task_card": lambda block: [f"({block['status']}) {block['title']}"],
        }

    def blocks(self, blocks: Iterable[Json]) -> list[str]:
        """Draw blocks one below the other."""
        return [line for block in blocks for line in self.block(block)]

    def block(self, block: Json) -> list[str]:
        """Draw one block; of a type unknown here, its name."""
        kind = block["type"]
        if kind in self._ways:
            return self._ways[kind](block)
        return [f"[{kind}: {block.get('title', '')}]"]

    def _section(self, block: Json) -> list[str]:
        lines = wrapped(self._reader.text(block["text"]), self._width) if "text" in block else []
        cells = [self._reader.text(text).split("\n") for text in block.get("fields", [])]
        for left, right in zip(cells[::2], [*cells[1::2], [""]], strict=False):
            height = max(len(left), len(right))
            half = max((len(line) for cell in cells[::2] for line in cell), default=0)
            for n in range(height):
                first, second = "".join(left[n : n + 1]), "".join(right[n : n + 1])
                lines.append(f"{first:{half}}{COLUMN_GAP}{second}".rstrip())
        if "accessory" in block:
            lines.append(self._element(block, block["accessory"]))
        return lines

    def _context(self, block: Json) -> list[str]:
        return wrapped(" · ".join(map(self._small, block["elements"])), self._width)

    def _actions(self, block: Json) -> list[str]:
        faces = [self._element(block, element) for element in block["elements"]]
        return wrapped("  ".join(faces), self._width)

    def _small(self, element: Json) -> str:
        if element["type"] == "image":
            return f"[image: {element['alt_text']}]"
        return self._reader.text(element)

    def _input(self, block: Json) -> list[str]:
        optional = " (optional)" if block.get("optional") else ""
        lines = [block["label"]["text"] + optional, self._element(block, block["element"])]
        return lines + (wrapped(block["hint"]["text"], self._width) if "hint" in block else [])

    def _card(self, block: Json) -> list[str]:
        texts = [block[name] for name in ("title", "subtitle", "body") if name in block]
        lines = [line for t in texts for line in wrapped(self._reader.text(t), self._width)]
        faces = [self._element(block, button) for button in block.get("actions", [])]
        return lines + (["  ".join(faces)] if faces else [])

    def _element(self, block: Json, element: Json) -> str:
        kind = element["type"]
        if kind == "image":
            return f"[image: {element['alt_text']}]"
        if kind == "overflow":
            return "[ … ]"
        if kind not in HOLDERS:
            return f"[ {element.get('text', {}).get('text', kind)} ]"
        state = self._values.get(block["block_id"], {}).get(element["action_id"])
        chosen = self._chosen(state or element | {"type": kind}, fresh=state is None)
        if kind in ("checkboxes", "radio_buttons"):
            marks = ("[x]", "[ ]") if kind == "checkboxes" else ("(•)", "( )")
            texts = [option["text"]["text"] for option in element["options"]]
            return "  ".join(f"{marks[text not in chosen]} {text}" for text in texts)
        hint = element.get("placeholder", {}).get("text", "")
        text = ", ".join(chosen) or (f"({hint})" if hint else "")
        return f"[ {text} ▾ ]" if "select" in kind or "picker" in kind else f"[ {text:24} ]"

    def _chosen(self, holder: Json, *, fresh: bool) -> list[str]:
        name, start, _ = HOLDERS[holder["type"]]
        value = holder.get(start if fresh else name)
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [self._value(item) for item in items]

    def _value(self, item: Any) -> str:
        if isinstance(item, dict):
            return str(item.get("text", {}).get("text", "…"))
        if isinstance(item, int):
            return self._reader.date(item, "{date_num} {time}")
        text = str(item)
        if text in self._reader.directory.accounts:
            return self._reader.name(text)
        return self._reader.channel(text) if text in self._reader.directory.channels else text

    def _container(self, block: Json) -> list[str]:
        title = block.get("title", {}).get("text")
        return ([title] if title else []) + self.blocks(block["child_blocks"])

    def _table(self, block: Json) -> list[str]:
        cells = [[self._cell(cell) for cell in row] for row in block["rows"]]
        count = max(len(row) for row in cells)
        widths = [max(len(row[n]) for row in cells if n < len(row)) for n in range(count)]
        caption = [block["caption"]] if "caption" in block else []
        lines = [
            COLUMN_GAP.join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=False))
            for row in cells
        ]
        return caption + [line.rstrip() for line in lines]

    def _cell(self, cell: Json) -> str:
        if cell["type"] == "rich_text":
            return " ".join(rich_text_lines(cell, self._reader, self._width))
        return str(cell["text"])
