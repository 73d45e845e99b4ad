"""Why a charge line is billed or not, in one sentence."""

from collections.abc import Mapping
from typing import Any

from billing_core.law.policy import Terms
from billing_core.views.rulebook import filled
from pages._ui.base.format import number
from pages._ui.base.plain import Text, plain
from pages._ui.base.text import language, texts


def why(line: Mapping[str, Any], terms: Terms) -> Text:
    """The sentence that says why: of the deciding rule, and of how it decided this line."""
    words, key = texts(language()), f"rule.{line['rule']}.why"
    kind = "_measured" if line["measured"] is not None else f"_{line['funding']}"
    sentence = words.get(f"{key}{kind}", words[key])
    values = {name: "–" if line[name] is None else number(line[name]) for name in ("measured", "limit")}
    for name, value in values.items():
        sentence = sentence.replace(f"{{{name}}}", value)
    return plain(filled(sentence, terms))
