"""Which styles hide words from a person who looks at HTML: not shown, without size, off the page, or in the colour of the ground.

Hidden text is how instructions for assistants are smuggled past a human reader.
"""

from __future__ import annotations

import re

WHITE = frozenset(("white", "#fff", "#ffffff", "#fffffe", "#fefefe", "rgb(255,255,255)", "rgba(255,255,255,1)"))
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_SELECTOR = re.compile(r"[a-z][a-z0-9]*|(?:[a-z][a-z0-9]*)?[.#][\w-]+", re.IGNORECASE)
_RULES_READ = 500
_CONDITION = re.compile(r"@(?:media(?!\s*(?:all|screen)\s*\{)|supports|container)[^{};]{0,500}\{", re.IGNORECASE)
_BRACE = re.compile(r"[{}]")
_NOTHING = re.compile(r"0*\.?0*(px|pt|em|rem|%)?|1px|1(\.\d+)?pt|0?\.\d+(px|pt|em|rem)?")
_OFF_PAGE = re.compile(r"-\d{3,}(px|pt|em|%)?")


def declarations(style: str) -> dict[str, str]:
    """Return the declarations of a style by name, in small letters and without spaces; 2,000 characters are read."""
    pairs = (part.partition(":") for part in style[:2000].split(";"))
    return {name.strip().lower(): value.lower().replace("!important", "").replace(" ", "").strip() for name, _, value in pairs if value}


def hiding_selectors(sheet: str) -> frozenset[str]:
    """Return the simple selectors (`p`, `.note`, `#x`, `p.note`) of a style sheet whose rules hide what they select.

    Rules for print or for small screens hide nothing from the one who looks at the page, and are passed over.
    """
    found: set[str] = set()
    for rule in list(_RULE.finditer(_unconditional(sheet)))[:_RULES_READ]:
        if hides(declarations(rule.group(2)), on_white=True):
            found.update(part.strip().lower() for part in rule.group(1).split(",") if _SELECTOR.fullmatch(part.strip()))
    return frozenset(found)


def _unconditional(sheet: str) -> str:
    kept: list[str] = []
    at = 0
    while found := _CONDITION.search(sheet, at):
        kept.append(sheet[at : found.start()])
        depth, at = 1, found.end()
        for brace in _BRACE.finditer(sheet, found.end()):
            depth += 1 if brace.group() == "{" else -1
            at = brace.end()
            if not depth:
                break
    return "".join([*kept, sheet[at:]])


def hides(declared: dict[str, str], *, on_white: bool) -> bool:
    """Whether these declarations hide the words they stand on; `on_white` tells whether the ground below is white."""
    get = declared.get
    return (
        get("display") == "none"
        or get("visibility") in {"hidden", "collapse"}
        or get("mso-hide") == "all"
        or _vanishes(get("opacity"))
        or _vanishes(get("font-size"))
        or (get("overflow") == "hidden" and any(_vanishes(get(side)) for side in ("height", "max-height", "width", "max-width")))
        or any(_OFF_PAGE.fullmatch(get(side, "")) for side in ("left", "top", "text-indent", "margin-left"))
        or _same_as_background(declared, on_white=on_white)
    )


def _vanishes(value: str | None) -> bool:
    return bool(value) and _NOTHING.fullmatch(value or "") is not None


def _same_as_background(declared: dict[str, str], *, on_white: bool) -> bool:
    colour = declared.get("color", "")
    background = declared.get("background-color", declared.get("background", ""))
    if colour == "transparent" or (colour and colour == background):
        return True
    return colour in WHITE and (background in WHITE if background else on_white)
