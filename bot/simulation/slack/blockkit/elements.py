"""Interactive elements, and which of them may stand where."""

from bot.simulation.slack.blockkit.objects import (
    ACTION_ID,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_CONFIG,
    IMAGE,
    OPTION_GROUP,
    PLAIN_OPTION,
    RICH_OPTION,
    STYLE,
    URL,
    URL_OPTION,
    initial_among_options,
    plain,
)
from bot.simulation.slack.blockkit.rich_text import RICH_TEXT
from bot.simulation.slack.blockkit.rules import (
    ByType,
    Flag,
    Items,
    Number,
    Rule,
    Shape,
    Text,
    exactly_one,
    rising,
    typed,
)

NAMED: dict[str, Rule] = {"action_id": ACTION_ID}
FOCUS: dict[str, Rule] = {"focus_on_load": Flag()}
HINTED: dict[str, Rule] = {"placeholder": plain(150)}
CONFIRMED: dict[str, Rule] = {"confirm": CONFIRM}
CHOSEN: dict[str, Rule] = {**NAMED, **CONFIRMED, **FOCUS}
SELECT: dict[str, Rule] = {**CHOSEN, **HINTED}
MULTI: dict[str, Rule] = {**SELECT, "max_selected_items": Number(1)}
TYPED: dict[str, Rule] = {**NAMED, **FOCUS, **HINTED, "dispatch_action_config": DISPATCH_CONFIG}
STATIC: dict[str, Rule] = {
    "options": Items(PLAIN_OPTION, 1, 100),
    "option_groups": Items(OPTION_GROUP, 1, 100),
}
STATIC_CHECKS = (exactly_one("options", "option_groups"), initial_among_options)
CONVERSATIONS: dict[str, Rule] = {
    "default_to_current_conversation": Flag(),
    "filter": CONVERSATION_FILTER,
}
IDS = Items(Text(1))
DATE = r"\d{4}-\d{2}-\d{2}"
TIME = r"\d{2}:\d{2}"
NUMERAL = Text(1, pattern=r"-?\d+(\.\d+)?")
UNIX_SECONDS = Number(10**9, 10**10 - 1)

BUTTON_FACE: dict[str, Rule] = {
    **NAMED,
    **CONFIRMED,
    "text": plain(75),
    "style": STYLE,
    "accessibility_label": Text(0, 75),
}
FEEDBACK = Shape(
    {"text": plain(75), "value": Text(1, 2000), "accessibility_label": Text(0, 75)},
    frozenset({"text", "value"}),
)
PARAMETER = Shape({"name": Text(1), "value": Text()}, frozenset({"name", "value"}))
TRIGGER = Shape({"url": URL, "customizable_input_parameters": Items(PARAMETER)}, frozenset({"url"}))

ELEMENTS: dict[str, Rule] = {
    "button": typed("button", {**BUTTON_FACE, "value": Text(0, 2000), "url": URL}, "text"),
    "workflow_button": typed(
        "workflow_button",
        {**BUTTON_FACE, "workflow": Shape({"trigger": TRIGGER}, frozenset({"trigger"}))},
        "text",
        "workflow",
    ),
    "static_select": typed(
        "static_select",
        {**SELECT, **STATIC, "initial_option": PLAIN_OPTION},
        checks=STATIC_CHECKS,
    ),
    "multi_static_select": typed(
        "multi_static_select",
        {**MULTI, **STATIC, "initial_options": Items(PLAIN_OPTION, 1, 100)},
        checks=STATIC_CHECKS,
    ),
    "external_select": typed(
        "external_select",
        {**SELECT, "initial_option": PLAIN_OPTION, "min_query_length": Number(0)},
    ),
    "multi_external_select": typed(
        "multi_external_select",
        {
            **MULTI,
            "initial_options": Items(PLAIN_OPTION, 1, 100),
            "min_query_length": Number(0),
        },
    ),
    "users_select": typed("users_select", {**SELECT, "initial_user": Text(1)}),
    "multi_users_select": typed("multi_users_select", {**MULTI, "initial_users": IDS}),
    "channels_select": typed(
        "channels_select",
        {**SELECT, "initial_channel": Text(1), "response_url_enabled": Flag()},
    ),
    "multi_channels_select": typed("multi_channels_select", {**MULTI, "initial_channels": IDS}),
    "conversations_select": typed(
        "conversations_select",
        {
            **SELECT,
            **CONVERSATIONS,
            "initial_conversation": Text(1),
            "response_url_enabled": Flag(),
        },
    ),
    "multi_conversations_select": typed(
        "multi_conversations_select",
        {**MULTI, **CONVERSATIONS, "initial_conversations": IDS},
    ),
    "overflow": typed(
        "overflow", {**NAMED, **CONFIRMED, "options": Items(URL_OPTION, 1, 5)}, "options"
    ),
    "checkboxes": typed(
        "checkboxes",
        {
            **CHOSEN,
            "options": Items(RICH_OPTION, 1, 10),
            "initial_options": Items(RICH_OPTION, 1, 10),
        },
        "options",
        checks=(initial_among_options,),
    ),
    "radio_buttons": typed(
        "radio_buttons",
        {**CHOSEN, "options": Items(RICH_OPTION, 1, 10), "initial_option": RICH_OPTION},
        "options",
        checks=(initial_among_options,),
    ),
    "datepicker": typed("datepicker", {**SELECT, "initial_date": Text(pattern=DATE)}),
    "timepicker": typed(
        "timepicker", {**SELECT, "initial_time": Text(pattern=TIME), "timezone": Text(1)}
    ),
    "datetimepicker": typed("datetimepicker", {**CHOSEN, "initial_date_time": UNIX_SECONDS}),
    "plain_text_input": typed(
        "plain_text_input",
        {
            **TYPED,
            "initial_value": Text(),
            "multiline": Flag(),
            "min_length": Number(0, 3000),
            "max_length": Number(1, 3000),
        },
        checks=(rising("min_length", "max_length"),),
    ),
    "email_text_input": typed("email_text_input", {**TYPED, "initial_value": Text()}),
    "url_text_input": typed("url_text_input", {**TYPED, "initial_value": Text()}),
    "number_input": typed(
        "number_input",
        {
            **TYPED,
            "is_decimal_allowed": Flag(),
            "initial_value": NUMERAL,
            "min_value": NUMERAL,
            "max_value": NUMERAL,
        },
        "is_decimal_allowed",
    ),
    "rich_text_input": typed(
        "rich_text_input",
        {
            **TYPED,
            "initial_value": RICH_TEXT,
            "min_lines": Number(1),
            "max_lines": Number(1),
        },
    ),
    "file_input": typed(
        "file_input", {**NAMED, "filetypes": Items(Text(1), 1), "max_files": Number(1, 10)}
    ),
    "feedback_buttons": typed(
        "feedback_buttons",
        {**NAMED, "positive_button": FEEDBACK, "negative_button": FEEDBACK},
        "positive_button",
        "negative_button",
    ),
    "icon_button": typed(
        "icon_button",
        {
            **NAMED,
            **CONFIRMED,
            "icon": Text(1),
            "text": plain(75),
            "value": Text(0, 2000),
            "accessibility_label": Text(0, 75),
            "visible_to_user_ids": IDS,
        },
        "icon",
        "text",
    ),
}

SELECTS = tuple(
    many + kind
    for kind in (
        "static_select",
        "external_select",
        "users_select",
        "channels_select",
        "conversations_select",
    )
    for many in ("", "multi_")
)
CHOICES = (*SELECTS, "checkboxes", "radio_buttons", "datepicker", "timepicker")
TEXT_INPUTS = (
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
)


def _among(*kinds: str) -> dict[str, Rule]:
    return {kind: ELEMENTS[kind] for kind in kinds}


IN_SECTION = ByType({**_among("button", "workflow_button", "overflow", *CHOICES), "image": IMAGE})
IN_ACTIONS = ByType(
    _among("button", "workflow_button", "overflow", *CHOICES, "datetimepicker", "rich_text_input")
)
IN_INPUT = ByType(_among(*CHOICES, "datetimepicker", *TEXT_INPUTS))
IN_CONTEXT_ACTIONS = ByType(_among("feedback_buttons", "icon_button"))
